//! The client's side: wrapping material with the public key the service handed out.

use aws_lc_rs::rsa::{OaepPublicEncryptingKey, Pkcs1PublicEncryptingKey, PublicEncryptingKey};
use thiserror::Error;

use super::{WrappingAlgorithm, aes_kwp};
use crate::oaep::{self, OaepHash};
use crate::random;

/// Why material was not wrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum WrapError {
    /// The public key is no RSA key of 2048 to 8192 bits in `SubjectPublicKeyInfo` DER.
    #[error("the wrapping public key is not an RSA public key in SubjectPublicKeyInfo DER")]
    PublicKey,
    /// There is nothing to wrap.
    #[error("the key material is empty")]
    Empty,
    /// The material does not fit under the modulus.
    #[error(
        "the key material of {actual} bytes is too long: this wrapping key and algorithm hold at most {max}; \
         use RSA_AES_KEY_WRAP_SHA_256 or a longer wrapping key"
    )]
    TooLong {
        /// Length of the material in bytes.
        actual: usize,
        /// Longest material in bytes.
        max: usize,
    },
    /// The library failed although all was in order.
    #[error("the key material could not be wrapped")]
    Failed,
}

/// Wraps `material` for import under a public key in `SubjectPublicKeyInfo` DER.
pub fn wrap(
    algorithm: WrappingAlgorithm,
    wrapping_public_key: &[u8],
    material: &[u8],
) -> Result<Vec<u8>, WrapError> {
    let key = PublicEncryptingKey::from_der(wrapping_public_key).map_err(|_| WrapError::PublicKey)?;
    if material.is_empty() {
        return Err(WrapError::Empty);
    }
    match algorithm.capacity_under(key.key_size_bytes()) {
        Some(max) if material.len() > max => Err(WrapError::TooLong { actual: material.len(), max }),
        _ => match algorithm {
            WrappingAlgorithm::RsaesPkcs1V15 => wrap_pkcs1(key, material),
            WrappingAlgorithm::RsaesOaep(hash) => wrap_oaep(key, hash, material),
            WrappingAlgorithm::RsaAesKeyWrap(hash) => wrap_hybrid(key, hash, material),
        },
    }
}

fn wrap_pkcs1(key: PublicEncryptingKey, material: &[u8]) -> Result<Vec<u8>, WrapError> {
    let key = Pkcs1PublicEncryptingKey::new(key).map_err(|_| WrapError::Failed)?;
    let mut out = vec![0; key.ciphertext_size()];
    let len = key.encrypt(material, &mut out).map_err(|_| WrapError::Failed)?.len();
    out.truncate(len);
    Ok(out)
}

fn wrap_oaep(key: PublicEncryptingKey, hash: OaepHash, material: &[u8]) -> Result<Vec<u8>, WrapError> {
    let key = OaepPublicEncryptingKey::new(key).map_err(|_| WrapError::Failed)?;
    oaep::encrypt(&key, hash, material).map_err(|_| WrapError::Failed)
}

fn wrap_hybrid(key: PublicEncryptingKey, hash: OaepHash, material: &[u8]) -> Result<Vec<u8>, WrapError> {
    let aes_key = random::secret(aes_kwp::KEY_LEN);
    let mut wrapped = wrap_oaep(key, hash, aes_key.expose())?;
    wrapped.extend(aes_kwp::wrap(&aes_key, material).map_err(|_| WrapError::Failed)?);
    Ok(wrapped)
}
