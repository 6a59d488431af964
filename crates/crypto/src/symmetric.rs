//! The symmetric encryption key of the API (`SYMMETRIC_DEFAULT`). Its ciphertext is [`crate::envelope`].

use crate::aead::KEY_LEN;
use crate::random;
use crate::refusal::MaterialError;
use crate::secret::SecretBytes;

/// A 256-bit AES key.
pub struct SymmetricKey(SecretBytes);

impl SymmetricKey {
    pub(crate) fn generate() -> Self {
        Self(random::secret(KEY_LEN))
    }

    /// The key with these 32 bytes; `None` for any other length.
    pub fn from_secret(bytes: &SecretBytes) -> Option<Self> {
        (bytes.len() == KEY_LEN).then(|| Self(SecretBytes::copy_of(bytes.expose())))
    }

    pub(crate) fn import(bytes: &SecretBytes) -> Result<Self, MaterialError> {
        let wrong = MaterialError::Length { actual: bytes.len(), min: KEY_LEN, max: KEY_LEN };
        Self::from_secret(bytes).ok_or(wrong)
    }

    pub(crate) fn secret(&self) -> &SecretBytes {
        &self.0
    }
}
