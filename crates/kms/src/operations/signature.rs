//! What `Sign` and `Verify` share.

use api::{Blob, Error, ErrorCode, MessageType, Reason, SigningAlgorithmSpec};
use crypto::{Message, SignError, SigningAlgorithm};

use crate::conditions::Conditions;
use crate::key::{KeyRecord, signing_algorithm, signing_algorithms};

/// Checks that a key signs so.
pub(super) fn check_algorithm(
    record: &KeyRecord,
    asked: SigningAlgorithmSpec,
) -> Result<SigningAlgorithm, Error> {
    let incompatible = || {
        let text = format!("Algorithm {asked} is incompatible with key spec {}.", record.spec);
        Error::new(ErrorCode::InvalidKeyUsage, text).because(Reason::Algorithm)
    };
    if !signing_algorithms(record.spec).contains(&asked) {
        return Err(incompatible());
    }
    signing_algorithm(asked).ok_or_else(incompatible)
}

/// What policies may ask about a request that signs or verifies.
pub(super) fn conditions<'a>(algorithm: SigningAlgorithmSpec, kind: Option<MessageType>) -> Conditions<'a> {
    Conditions::default()
        .with("kms:SigningAlgorithm", algorithm.as_str())
        .with("kms:MessageType", or_default(kind).as_str())
}

/// What a message is, which a request need not say.
fn or_default(kind: Option<MessageType>) -> MessageType {
    kind.unwrap_or(MessageType::Raw)
}

/// The message as cryptography takes it.
pub(super) fn message(message: &Blob, kind: Option<MessageType>) -> Message<'_> {
    match or_default(kind) {
        MessageType::Raw => Message::Raw(message.as_bytes()),
        MessageType::Digest => Message::Digest(message.as_bytes()),
        MessageType::ExternalMu => Message::ExternalMu(message.as_bytes()),
    }
}

/// What the caller is told.
pub(super) fn error(error: SignError, algorithm: SigningAlgorithmSpec, kind: Option<MessageType>) -> Error {
    match error {
        SignError::DigestLength { .. } => {
            let text = format!("Digest is invalid length for algorithm {algorithm}.");
            Error::new(ErrorCode::Validation, text).because(Reason::DigestLength)
        }
        SignError::MessageType => {
            let kind = or_default(kind);
            Error::new(
                ErrorCode::Validation,
                format!("MessageType {kind} is not valid for algorithm {algorithm}."),
            )
            .because(Reason::Algorithm)
        }
        SignError::Invalid => Error::bare(ErrorCode::KmsInvalidSignature).because(Reason::Signature),
        error => Error::internal(error),
    }
}
