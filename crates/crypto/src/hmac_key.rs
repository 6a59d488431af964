//! HMAC keys of the API (`HMAC_224` to `HMAC_512`).

use aws_lc_rs::hmac;

use crate::random;
use crate::refusal::MaterialError;
use crate::secret::SecretBytes;
use crate::spec::HmacHash;

/// Longest key imported: 1024 bits (AWS KMS Developer Guide, "Importing key material, concepts"). Owners of longer
/// secrets hash them first, as RFC 2104 does inside anyway.
const MAX_LEN: usize = 128;

/// A key for HMAC with one hash.
pub struct HmacKey {
    hash: HmacHash,
    bytes: SecretBytes,
    /// Boxed because the two prepared hash states are large.
    ready: Box<hmac::Key>,
}

impl HmacKey {
    /// A random key as long as the digest.
    pub(crate) fn generate(hash: HmacHash) -> Self {
        Self::new(hash, random::secret(hash.digest_len()))
    }

    /// Takes keys from the length of the digest up to 128 bytes.
    pub(crate) fn import(hash: HmacHash, bytes: &SecretBytes) -> Result<Self, MaterialError> {
        let (actual, min, max) = (bytes.len(), hash.digest_len(), MAX_LEN);
        if (min..=max).contains(&actual) {
            Ok(Self::new(hash, SecretBytes::copy_of(bytes.expose())))
        } else {
            Err(MaterialError::Length { actual, min, max })
        }
    }

    fn new(hash: HmacHash, bytes: SecretBytes) -> Self {
        let algorithm = match hash {
            HmacHash::Sha224 => hmac::HMAC_SHA224,
            HmacHash::Sha256 => hmac::HMAC_SHA256,
            HmacHash::Sha384 => hmac::HMAC_SHA384,
            HmacHash::Sha512 => hmac::HMAC_SHA512,
        };
        let ready = Box::new(hmac::Key::new(algorithm, bytes.expose()));
        Self { hash, bytes, ready }
    }

    pub(crate) fn hash(&self) -> HmacHash {
        self.hash
    }

    pub(crate) fn secret(&self) -> &SecretBytes {
        &self.bytes
    }

    pub(crate) fn mac(&self, message: &[u8]) -> Vec<u8> {
        hmac::sign(&self.ready, message).as_ref().to_vec()
    }

    /// Compares in constant time; a truncated MAC is not accepted.
    pub(crate) fn verify(&self, message: &[u8], mac: &[u8]) -> bool {
        hmac::verify(&self.ready, message, mac).is_ok()
    }
}
