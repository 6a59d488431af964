//! AES-256-GCM under a key made for one message.
//!
//! Each message draws 16 random bytes, and its key is derived from the long-lived key and these bytes, so the limit
//! of 2^32 random nonces per GCM key (NIST SP 800-38D 8.3) applies to no long-lived key.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::kdf::{KbkdfCtrHmacAlgorithmId, get_kbkdf_ctr_hmac_algorithm, kbkdf_ctr_hmac};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::fatal::or_abort;
use crate::random;
use crate::secret::SecretBytes;

/// Length of every symmetric key here: AES-256.
pub(crate) const KEY_LEN: usize = 32;
/// Random bytes from which the key of one message is derived.
pub(crate) const RANDOM_LEN: usize = 16;
/// GCM nonce (SP 800-38D: 96 bits need no hashing).
pub(crate) const NONCE_LEN: usize = 12;
/// GCM tag, the longest there is.
pub(crate) const TAG_LEN: usize = 16;
/// What a message grows by: random, nonce and tag.
pub(crate) const OVERHEAD: usize = RANDOM_LEN + NONCE_LEN + TAG_LEN;

/// The sealed bytes were not made with this key and this additional data, or were changed since. Which of these it
/// was is not said, on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the sealed data does not open with this key and context")]
pub struct OpenError;

/// What a derived key is for; keys of different purposes are unrelated even under one long-lived key.
#[derive(Clone, Copy)]
pub(crate) enum Purpose {
    Sealing,
    Envelope,
}

impl Purpose {
    fn label(self) -> &'static [u8] {
        match self {
            Self::Sealing => b"trent sealing v1",
            Self::Envelope => b"trent envelope v1",
        }
    }
}

/// Appends `random | nonce | ciphertext | tag` to `out`.
pub(crate) fn seal(key: &SecretBytes, purpose: Purpose, aad: &[u8], plaintext: &[u8], out: &mut Vec<u8>) {
    let random: [u8; RANDOM_LEN] = random::array();
    let nonce: [u8; NONCE_LEN] = random::array();
    let message_key = derive(key, purpose, &random);
    out.reserve(OVERHEAD + plaintext.len());
    out.extend_from_slice(&random);
    out.extend_from_slice(&nonce);
    gcm_seal(&message_key, nonce, aad, plaintext, out);
}

/// Opens what [`seal`] appended.
pub(crate) fn open(
    key: &SecretBytes,
    purpose: Purpose,
    aad: &[u8],
    sealed: &[u8],
) -> Result<SecretBytes, OpenError> {
    let (random, rest) = sealed.split_first_chunk::<RANDOM_LEN>().ok_or(OpenError)?;
    let (nonce, ciphertext) = rest.split_first_chunk::<NONCE_LEN>().ok_or(OpenError)?;
    gcm_open(&derive(key, purpose, random), *nonce, aad, ciphertext)
}

/// SP 800-108 in counter mode with HMAC-SHA-256; the fixed input is label, zero byte, context, length in bits.
fn derive(key: &SecretBytes, purpose: Purpose, random: &[u8; RANDOM_LEN]) -> Zeroizing<[u8; KEY_LEN]> {
    const KEY_BITS: [u8; 4] = 256_u32.to_be_bytes();
    let fixed_input = [purpose.label(), &[0], random, &KEY_BITS].concat();
    let mut out = Zeroizing::new([0; KEY_LEN]);
    let derived = get_kbkdf_ctr_hmac_algorithm(KbkdfCtrHmacAlgorithmId::Sha256)
        .ok_or(())
        .and_then(|kdf| kbkdf_ctr_hmac(kdf, key.expose(), &fixed_input, out.as_mut_slice()).map_err(|_| ()));
    or_abort(derived, "key derivation");
    out
}

/// Appends ciphertext and tag to `out`. The pair of key and nonce must never have been used before.
pub(crate) fn gcm_seal(
    key: &[u8; KEY_LEN],
    nonce: [u8; NONCE_LEN],
    aad: &[u8],
    plaintext: &[u8],
    out: &mut Vec<u8>,
) {
    let start = out.len();
    out.extend_from_slice(plaintext);
    let tag = cipher(key).and_then(|cipher| {
        let text = out.get_mut(start..).unwrap_or_default();
        cipher.seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), Aad::from(aad), text)
    });
    out.extend_from_slice(or_abort(tag, "AES-GCM encryption").as_ref());
}

pub(crate) fn gcm_open(
    key: &[u8; KEY_LEN],
    nonce: [u8; NONCE_LEN],
    aad: &[u8],
    ciphertext_and_tag: &[u8],
) -> Result<SecretBytes, OpenError> {
    let mut buffer = Zeroizing::new(ciphertext_and_tag.to_vec());
    let length = cipher(key)
        .and_then(|cipher| {
            cipher.open_in_place(Nonce::assume_unique_for_key(nonce), Aad::from(aad), buffer.as_mut_slice())
        })
        .map_err(|_| OpenError)?
        .len();
    buffer.truncate(length);
    Ok(SecretBytes::from(buffer))
}

fn cipher(key: &[u8; KEY_LEN]) -> Result<LessSafeKey, aws_lc_rs::error::Unspecified> {
    UnboundKey::new(&AES_256_GCM, key).map(LessSafeKey::new)
}
