//! Sealing of records and tokens that the server writes for itself.
//!
//! Layout: `version (1) | random 16 | nonce 12 | ciphertext | tag 16`. The caller's additional data and the version
//! are authenticated; the random part and the nonce are bound because the key and the tag depend on them.

use crate::aead::{self, KEY_LEN, OpenError, Purpose};
use crate::random;
use crate::secret::SecretBytes;

/// The layout described above.
const VERSION: u8 = 1;

/// A 256-bit key that seals the server's own data.
pub struct SealingKey(SecretBytes);

impl SealingKey {
    /// A new random key.
    pub fn generate() -> Self {
        Self(random::secret(KEY_LEN))
    }

    /// The key with these 32 bytes; `None` for any other length.
    pub fn from_secret(bytes: &SecretBytes) -> Option<Self> {
        (bytes.len() == KEY_LEN).then(|| Self(SecretBytes::copy_of(bytes.expose())))
    }

    /// The 32 bytes of the key.
    pub fn to_secret(&self) -> SecretBytes {
        SecretBytes::copy_of(self.0.expose())
    }

    /// Seals `plaintext`, binding it to `aad`. The result is 45 bytes longer and different each time.
    pub fn seal(&self, aad: &[u8], plaintext: &[u8]) -> Vec<u8> {
        let mut sealed = Vec::with_capacity(1 + aead::OVERHEAD + plaintext.len());
        sealed.push(VERSION);
        aead::seal(&self.0, Purpose::Sealing, &bound(aad), plaintext, &mut sealed);
        sealed
    }

    /// Opens what [`Self::seal`] gave for the same `aad`.
    pub fn open(&self, aad: &[u8], sealed: &[u8]) -> Result<SecretBytes, OpenError> {
        match sealed.split_first() {
            Some((&VERSION, body)) => aead::open(&self.0, Purpose::Sealing, &bound(aad), body),
            _ => Err(OpenError),
        }
    }
}

fn bound(aad: &[u8]) -> Vec<u8> {
    [&[VERSION], aad].concat()
}
