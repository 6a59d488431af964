//! Bytes nobody should see. There is one way in and one way out, so every look at a secret can be found by name.

use zeroize::Zeroizing;

/// Secret bytes of any length, wiped when dropped. Deliberately without `Debug`, `Clone` and serialization.
pub struct SecretBytes(Zeroizing<Vec<u8>>);

impl SecretBytes {
    /// Takes ownership of `bytes`; no copy is made.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Copies `bytes`; the original stays the caller's to wipe.
    pub fn copy_of(bytes: &[u8]) -> Self {
        Self::new(bytes.to_vec())
    }

    /// The bytes themselves. Keep the borrow short and copy nothing out of it without need.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// Length in bytes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True if there is no byte at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Compares in time that depends on the lengths only.
    pub fn same_as(&self, other: &[u8]) -> bool {
        constant_time_eq(&self.0, other)
    }
}

impl From<Zeroizing<Vec<u8>>> for SecretBytes {
    fn from(bytes: Zeroizing<Vec<u8>>) -> Self {
        Self(bytes)
    }
}

/// Compares two byte strings in time that depends on their lengths only; different lengths are different.
pub fn constant_time_eq(a: &[u8], b: &[u8]) -> bool {
    aws_lc_rs::constant_time::verify_slices_are_equal(a, b).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equality_is_of_content_and_length() {
        let secret = SecretBytes::copy_of(b"abc");
        assert!(secret.same_as(b"abc"));
        assert!(!secret.same_as(b"abd"));
        assert!(!secret.same_as(b"ab"));
        assert!(!secret.same_as(b"abcd"));
        assert!(SecretBytes::new(Vec::new()).is_empty());
        assert_eq!(secret.len(), 3);
        assert_eq!(secret.expose(), b"abc");
    }
}
