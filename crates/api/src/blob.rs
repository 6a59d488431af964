//! Bytes that travel as base64 in JSON.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroize as _;

/// A blob member: raw bytes here, standard base64 with padding on the wire.
///
/// Blobs carry plaintexts as often as ciphertexts, so all of them are wiped when dropped and none is ever
/// printed: `Debug` shows the length only.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Blob(Vec<u8>);

impl Blob {
    /// Wraps raw bytes.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(bytes.into())
    }

    /// The raw bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// How many raw bytes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Drop for Blob {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for Blob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Blob({} bytes)", self.0.len())
    }
}

impl Serialize for Blob {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = STANDARD.encode(&self.0);
        let written = serializer.serialize_str(&text);
        text.zeroize();
        written
    }
}

impl<'de> Deserialize<'de> for Blob {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        /// Decodes the text where it stands, so that no copy of it is made.
        struct Base64;
        impl Visitor<'_> for Base64 {
            type Value = Blob;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string of base64")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Blob, E> {
                // The decoder's own error names the offending byte, which may be part of a secret.
                STANDARD.decode(text).map(Blob).map_err(|_| E::custom("a blob is not valid base64"))
            }
        }
        deserializer.deserialize_str(Base64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn travels_as_padded_standard_base64() {
        let blob = Blob::new(vec![0xfb, 0xff, 0x01, 0x02]);
        let json = serde_json::to_string(&blob).unwrap();
        assert_eq!(json, "\"+/8BAg==\"");
        assert_eq!(serde_json::from_str::<Blob>(&json).unwrap(), blob);
    }

    #[test]
    fn refuses_what_is_not_base64_without_repeating_it() {
        let error = serde_json::from_str::<Blob>("\"s*cret\"").unwrap_err().to_string();
        assert!(error.contains("not valid base64"), "{error}");
        assert!(!error.contains("s*cret"), "{error}");
    }

    #[test]
    fn debug_shows_no_bytes() {
        assert_eq!(format!("{:?}", Blob::new(b"attack at dawn".to_vec())), "Blob(14 bytes)");
    }
}
