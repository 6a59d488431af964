//! The vocabulary of signatures: algorithms, forms of a message, and why signing or verifying failed.

use aws_lc_rs::digest;
use thiserror::Error;

/// A hash that signatures use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Hash {
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl Hash {
    pub(crate) fn algorithm(self) -> &'static digest::Algorithm {
        match self {
            Self::Sha256 => &digest::SHA256,
            Self::Sha384 => &digest::SHA384,
            Self::Sha512 => &digest::SHA512,
        }
    }
}

/// How to sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SigningAlgorithm {
    /// RSASSA-PSS; salt as long as the hash, MGF1 with the same hash.
    Pss(Hash),
    /// RSASSA-PKCS1-v1_5.
    Pkcs1V15(Hash),
    /// ECDSA, signatures in ASN.1 DER. Each curve has one hash: P-256 and secp256k1 SHA-256, P-384 SHA-384, P-521
    /// SHA-512.
    Ecdsa(Hash),
    /// Pure Ed25519; takes [`Message::Raw`] only.
    Ed25519,
    /// Ed25519ph; takes [`Message::Digest`] of 64 bytes only. As in AWS KMS, the prehash of FIPS 186-5 7.8.1 is
    /// applied to these 64 bytes, so that the signature is one over the digest as a message.
    Ed25519Ph,
    /// ML-DSA with the empty context; takes [`Message::Raw`] or [`Message::ExternalMu`].
    MlDsa,
}

/// What is signed, and how much has been done to it already.
#[derive(Clone, Copy)]
pub enum Message<'a> {
    /// The message; hashing is part of the signature.
    Raw(&'a [u8]),
    /// Its digest, as long as the algorithm's hash.
    Digest(&'a [u8]),
    /// The 64-byte message representative mu of ML-DSA (FIPS 204, algorithm 7 line 6).
    ExternalMu(&'a [u8]),
}

impl Message<'_> {
    /// The digest to sign: made here from a raw message, or the caller's own.
    pub(crate) fn digest(self, hash: Hash) -> Result<digest::Digest, SignError> {
        match self {
            Self::Raw(message) => Ok(digest::digest(hash.algorithm(), message)),
            Self::Digest(bytes) => digest::Digest::import_less_safe(bytes, hash.algorithm())
                .map_err(|_| SignError::DigestLength { expected: hash.algorithm().output_len() }),
            Self::ExternalMu(_) => Err(SignError::MessageType),
        }
    }
}

/// Why a signature was not made or not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SignError {
    /// The key does not sign, or not with this algorithm.
    #[error("the key cannot be used with this signing algorithm")]
    WrongAlgorithm,
    /// The digest or mu is not as long as the algorithm's.
    #[error("the digest must be {expected} bytes long for this signing algorithm")]
    DigestLength {
        /// The length in bytes that fits.
        expected: usize,
    },
    /// The algorithm does not take messages of this form.
    #[error("the signing algorithm does not take this message type")]
    MessageType,
    /// The signature is not one of this message under this key.
    #[error("the signature is not valid")]
    Invalid,
    /// The library failed although all was in order; nothing can be done about it by the caller.
    #[error("the signature could not be computed")]
    Failed,
}
