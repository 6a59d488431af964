//! Why an attestation document is refused.

use crate::limits::{CLOCK_TOLERANCE_MS, MAX_AGE_MS, MAX_DOCUMENT};

/// A refusal. The texts are for whoever sent the document: they name the part that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// More bytes than any document has.
    #[error("it has {len} bytes, and at most {MAX_DOCUMENT} are taken")]
    TooLong {
        /// How many bytes.
        len: usize,
    },
    /// Not the CBOR it should be: cut off, damaged, or something else.
    #[error("its {part} is not the CBOR that is expected there")]
    Malformed {
        /// Which part.
        part: &'static str,
    },
    /// Bytes follow where it should end.
    #[error("bytes follow its {part}")]
    TrailingBytes {
        /// Which part.
        part: &'static str,
    },
    /// The protected header is not the algorithm ES384 alone.
    #[error("its protected header must have the algorithm ES384 and nothing else")]
    Algorithm,
    /// The unprotected header, which nobody signed, is not empty.
    #[error("its unprotected header must be empty")]
    UnprotectedHeader,
    /// A member that every document has is missing.
    #[error("it has no {field}")]
    MissingField {
        /// The member.
        field: &'static str,
    },
    /// A member or a register is there twice.
    #[error("it has {field} twice")]
    DuplicateField {
        /// The member.
        field: &'static str,
    },
    /// A member that no document has.
    #[error("it has a member that is not part of the specification")]
    UnknownField,
    /// A member is not as AWS specifies it.
    #[error("its {field} is not as specified: {reason}")]
    Field {
        /// The member.
        field: &'static str,
        /// What is wrong.
        reason: &'static str,
    },
    /// It comes from elsewhere: its root certificate is not the one that is trusted here.
    #[error("its root certificate is not the one that this server trusts")]
    UntrustedRoot,
    /// A certificate cannot be read.
    #[error("{certificate} is not a readable X.509 certificate")]
    Certificate {
        /// Which one.
        certificate: Position,
    },
    /// A certificate is not valid any more.
    #[error("{certificate} has expired")]
    Expired {
        /// Which one.
        certificate: Position,
    },
    /// A certificate is not valid yet.
    #[error("{certificate} is not valid yet")]
    NotYetValid {
        /// Which one.
        certificate: Position,
    },
    /// A certificate may not be used as it is used here: its basic constraints, path length or key usage forbid it.
    #[error("{certificate} may not be used for this: its basic constraints or its key usage forbid it")]
    Usage {
        /// Which one.
        certificate: Position,
    },
    /// The certificates do not lead from the root to the one that signs, each signed by the one before.
    #[error(
        "its certificates are not a path from the root to the one that signs, each signed by the one before"
    )]
    Path,
    /// The document is not signed by its certificate.
    #[error("its signature is not one of its certificate")]
    Signature,
    /// It says that it was made later than now.
    #[error("its timestamp is in the future")]
    Future,
    /// It was made too long ago.
    #[error("its timestamp is more than {} minutes ago", (MAX_AGE_MS + CLOCK_TOLERANCE_MS) / 60_000)]
    Stale,
    /// There is no key that an answer could be encrypted to.
    #[error("it has no public key")]
    NoPublicKey,
    /// The key is not one that an answer can be encrypted to.
    #[error("its public key is not an RSA key of 2048, 3072 or 4096 bits as a DER SubjectPublicKeyInfo")]
    UnfitPublicKey,
}

/// One of the certificates of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Position {
    /// The one whose key signed the document.
    Leaf,
    /// One of the bundle, counted from 0, the root.
    Bundle(usize),
}

impl std::fmt::Display for Position {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Leaf => write!(f, "its certificate"),
            Self::Bundle(index) => write!(f, "certificate {index} of its cabundle"),
        }
    }
}
