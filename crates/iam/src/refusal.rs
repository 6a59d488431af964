//! Why an action is refused, in the codes of the IAM and STS APIs.

use std::fmt;

/// An error for the caller. Nothing in it is secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct Error {
    /// The code, such as `NoSuchEntity`.
    pub code: &'static str,
    /// The HTTP status that goes with it.
    pub status: u16,
    /// What happened, in the API's words where it has some.
    pub message: String,
}

/// Why an attempt at an action ended without an answer.
#[derive(Debug)]
pub(crate) enum Stop {
    /// With an error for the caller.
    Error(Error),
    /// Someone else changed the account in the meantime.
    Conflict,
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl Error {
    /// An error of any code; prefer those below.
    pub(crate) fn new(code: &'static str, status: u16, message: impl Into<String>) -> Self {
        Self { code, status, message: message.into() }
    }

    /// What is named does not exist.
    pub(crate) fn no_such_entity(message: impl Into<String>) -> Self {
        Self::new("NoSuchEntity", 404, message)
    }

    /// What is to be made exists.
    pub(crate) fn already_exists(message: impl Into<String>) -> Self {
        Self::new("EntityAlreadyExists", 409, message)
    }

    /// What is to be deleted still has something.
    pub(crate) fn delete_conflict(message: impl Into<String>) -> Self {
        Self::new("DeleteConflict", 409, message)
    }

    /// One more than a quota allows; `quota` is AWS's name of it, such as `AccessKeysPerUser`.
    pub(crate) fn limit_exceeded(quota: &str, limit: usize) -> Self {
        Self::new("LimitExceeded", 409, format!("Cannot exceed quota for {quota}: {limit}"))
    }

    /// A policy document that is none.
    pub(crate) fn malformed_policy(message: impl Into<String>) -> Self {
        Self::new("MalformedPolicyDocument", 400, message)
    }

    /// A member that is not as the API wants it.
    pub(crate) fn validation(message: impl Into<String>) -> Self {
        Self::new("ValidationError", 400, message)
    }

    /// Members that are each right, and wrong together or here.
    pub(crate) fn invalid_input(message: impl Into<String>) -> Self {
        Self::new("InvalidInput", 400, message)
    }

    /// The caller may not.
    pub(crate) fn access_denied(message: impl Into<String>) -> Self {
        Self::new("AccessDenied", 403, message)
    }

    /// Others were always faster.
    pub(crate) fn concurrent_modification() -> Self {
        let text = "The request was rejected because multiple requests to change this account were submitted \
                    simultaneously. Wait a few minutes and submit your request again.";
        Self::new("ConcurrentModification", 409, text)
    }

    /// Something of the server's own is wrong: the log says what, the caller learns nothing.
    pub(crate) fn service_failure(cause: impl fmt::Display) -> Self {
        tracing::error!(%cause, "an action of IAM or STS failed");
        let text = "The request processing has failed because of an unknown error, exception or failure.";
        Self::new("ServiceFailure", 500, text)
    }
}
