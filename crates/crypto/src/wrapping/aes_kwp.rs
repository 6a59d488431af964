//! AES key wrap with padding (RFC 5649, NIST SP 800-38F KWP).

use aws_lc_rs::error::Unspecified;
use aws_lc_rs::key_wrap::{AES_128, AES_256, AesBlockCipher, AesKek, KeyWrapPadded as _};
use zeroize::Zeroizing;

use super::UnwrapError;
use crate::secret::SecretBytes;

/// Length of the wrapping keys made here: AES-256.
pub(crate) const KEY_LEN: usize = 32;
/// Length of the wrapping keys that some clients make instead: AES-128.
const SHORT_KEY_LEN: usize = 16;
/// The integrity block, and padding up to a whole block of eight bytes.
const MAX_OVERHEAD: usize = 8 + 7;

/// Wraps `material`, which must not be empty.
pub(crate) fn wrap(key: &SecretBytes, material: &[u8]) -> Result<Vec<u8>, Unspecified> {
    let mut out = vec![0; material.len() + MAX_OVERHEAD];
    let len = AesKek::new(&AES_256, key.expose())?.wrap_with_padding(material, &mut out)?.len();
    out.truncate(len);
    Ok(out)
}

pub(crate) fn unwrap(key: &SecretBytes, wrapped: &[u8]) -> Result<SecretBytes, UnwrapError> {
    let mut out = Zeroizing::new(vec![0; wrapped.len()]);
    let cipher: &AesBlockCipher = if key.len() == SHORT_KEY_LEN { &AES_128 } else { &AES_256 };
    let kek = AesKek::new(cipher, key.expose()).map_err(|_| UnwrapError)?;
    let len = kek.unwrap_with_padding(wrapped, &mut out).map_err(|_| UnwrapError)?.len();
    out.truncate(len);
    Ok(SecretBytes::from(out))
}
