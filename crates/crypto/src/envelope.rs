//! The symmetric ciphertext that clients hold: it names its key, so that Decrypt needs no key id.
//!
//! Layout: `version (1) | form | key id 16 | material tag 16 | random 16 | nonce 12 | ciphertext | tag 16`.
//! `form` has bit 0 for a multi-Region key, and bit 1 if what is encrypted is a data key; no other bits. Everything before the random part is a header of
//! fixed length; it is authenticated together with the encoded encryption context that follows it.

use std::collections::BTreeSet;

use thiserror::Error;

use crate::aead::{self, OpenError, Purpose};
use crate::fatal::or_abort;
use crate::secret::SecretBytes;
use crate::symmetric::SymmetricKey;

const VERSION: u8 = 1;
const MULTI_REGION: u8 = 1;
const DATA_KEY: u8 = 2;
const ID_LEN: usize = 16;
const HEADER_LEN: usize = 2 + 2 * ID_LEN;

/// What is encrypted, as far as it matters to who may open it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Content {
    /// Anything a client brought.
    Data,
    /// A data key: one that was made here, or brought to be encrypted as one.
    DataKey,
}

/// What an envelope says in clear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EnvelopeHeader {
    /// True if the key is a multi-Region key, whose replicas share key id and material.
    pub multi_region: bool,
    /// What is in it.
    pub content: Content,
    /// Names the KMS key.
    pub key_id: [u8; ID_LEN],
    /// Names the material of that key.
    pub material_tag: [u8; ID_LEN],
}

impl EnvelopeHeader {
    fn encode(&self) -> [u8; HEADER_LEN] {
        let region = if self.multi_region { MULTI_REGION } else { 0 };
        let form = match self.content {
            Content::Data => region,
            Content::DataKey => region | DATA_KEY,
        };
        let mut bytes = [0; HEADER_LEN];
        let fields = [VERSION, form].into_iter().chain(self.key_id).chain(self.material_tag);
        for (slot, byte) in bytes.iter_mut().zip(fields) {
            *slot = byte;
        }
        bytes
    }
}

/// Why bytes are not an envelope at all. Nothing secret decides this: it can be seen from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EnvelopeError {
    /// Shorter than an envelope of the empty plaintext.
    #[error("the ciphertext is too short to be an envelope")]
    TooShort,
    /// The first byte is no known version.
    #[error("the ciphertext has an unknown version")]
    Version,
    /// The second byte is no known form.
    #[error("the ciphertext has an unknown form")]
    Form,
}

/// An envelope taken apart, not yet opened.
pub struct Envelope<'a> {
    header: EnvelopeHeader,
    sealed: &'a [u8],
}

impl<'a> Envelope<'a> {
    /// Reads the header of `blob`. Nothing is authentic until the envelope has been decrypted.
    pub fn parse(blob: &'a [u8]) -> Result<Self, EnvelopeError> {
        if blob.len() < HEADER_LEN + aead::OVERHEAD {
            return Err(EnvelopeError::TooShort);
        }
        let (&[version, form], rest) = blob.split_first_chunk().ok_or(EnvelopeError::TooShort)?;
        let (&key_id, rest) = rest.split_first_chunk().ok_or(EnvelopeError::TooShort)?;
        let (&material_tag, sealed) = rest.split_first_chunk().ok_or(EnvelopeError::TooShort)?;
        if version != VERSION {
            return Err(EnvelopeError::Version);
        }
        if form & !(MULTI_REGION | DATA_KEY) != 0 {
            return Err(EnvelopeError::Form);
        }
        let multi_region = form & MULTI_REGION != 0;
        let content = if form & DATA_KEY == 0 { Content::Data } else { Content::DataKey };
        Ok(Self { header: EnvelopeHeader { multi_region, content, key_id, material_tag }, sealed })
    }

    /// What the envelope says of its key.
    pub fn header(&self) -> &EnvelopeHeader {
        &self.header
    }
}

impl SymmetricKey {
    /// Encrypts `plaintext` into an envelope. `context` is what [`encode_context`] gave.
    pub fn encrypt(&self, header: &EnvelopeHeader, context: &[u8], plaintext: &[u8]) -> Vec<u8> {
        let encoded = header.encode();
        let mut blob = Vec::with_capacity(HEADER_LEN + aead::OVERHEAD + plaintext.len());
        blob.extend_from_slice(&encoded);
        aead::seal(self.secret(), Purpose::Envelope, &[&encoded, context].concat(), plaintext, &mut blob);
        blob
    }

    /// Decrypts an envelope made with this key and the same context.
    pub fn decrypt(&self, envelope: &Envelope<'_>, context: &[u8]) -> Result<SecretBytes, OpenError> {
        let aad = [&envelope.header.encode(), context].concat();
        aead::open(self.secret(), Purpose::Envelope, &aad, envelope.sealed)
    }
}

/// The encryption context as bytes: pairs sorted by key, each string with its length as big-endian u32 before it.
///
/// Two contexts have the same bytes exactly if they hold the same pairs; the empty context is the empty string.
pub fn encode_context<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<u8> {
    let sorted: BTreeSet<_> = pairs.into_iter().collect();
    let mut encoded = Vec::new();
    for text in sorted.into_iter().flat_map(|(key, value)| [key, value]) {
        // A string of 4 GiB cannot pass the front end's limit on the body.
        let length = or_abort(u32::try_from(text.len()), "encoding an encryption context of more than 4 GiB");
        encoded.extend_from_slice(&length.to_be_bytes());
        encoded.extend_from_slice(text.as_bytes());
    }
    encoded
}
