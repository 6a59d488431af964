//! RSAES-OAEP (RFC 8017 7.1) with the empty label and MGF1 over the same hash, as AWS KMS uses it both for
//! encryption and for wrapping.

use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rsa::{
    OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OaepAlgorithm, OaepPrivateDecryptingKey,
    OaepPublicEncryptingKey,
};
use zeroize::Zeroizing;

use crate::secret::SecretBytes;

/// The hash of OAEP, for label and mask alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OaepHash {
    /// SHA-1. Its collisions do not touch OAEP; it is offered because clients use it.
    Sha1,
    /// SHA-256.
    Sha256,
}

impl OaepHash {
    /// Longest plaintext in bytes under a modulus of `modulus_len` bytes (RFC 8017 7.1.1).
    pub(crate) fn capacity(self, modulus_len: usize) -> usize {
        let hash_len = match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
        };
        modulus_len.saturating_sub(2 * hash_len + 2)
    }

    fn algorithm(self) -> &'static OaepAlgorithm {
        match self {
            Self::Sha1 => &OAEP_SHA1_MGF1SHA1,
            Self::Sha256 => &OAEP_SHA256_MGF1SHA256,
        }
    }
}

pub(crate) fn encrypt(
    key: &OaepPublicEncryptingKey,
    hash: OaepHash,
    plaintext: &[u8],
) -> Result<Vec<u8>, Unspecified> {
    let mut out = vec![0; key.ciphertext_size()];
    let len = key.encrypt(hash.algorithm(), plaintext, &mut out, None)?.len();
    out.truncate(len);
    Ok(out)
}

pub(crate) fn decrypt(
    key: &OaepPrivateDecryptingKey,
    hash: OaepHash,
    ciphertext: &[u8],
) -> Result<SecretBytes, Unspecified> {
    let mut out = Zeroizing::new(vec![0; key.min_output_size()]);
    let len = key.decrypt(hash.algorithm(), ciphertext, &mut out, None)?.len();
    out.truncate(len);
    Ok(SecretBytes::from(out))
}
