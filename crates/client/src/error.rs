//! What can go wrong with a call.

use std::time::Duration;

/// A call that did not succeed. No variant holds anything of a request or of a successful answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// The address of the endpoint is not one.
    #[error("'{given}' is not the URL of an endpoint: {reason}; an example: http://127.0.0.1:4599")]
    Endpoint {
        /// What was given.
        given: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The name of the Region is not one.
    #[error("'{given}' is not the name of a Region; an example: us-east-1")]
    Region {
        /// What was given.
        given: String,
    },
    /// The certificates that TLS needs cannot be read.
    #[error("the trusted certificates of this system cannot be read: {0}")]
    Certificates(#[source] std::io::Error),
    /// The request cannot be written or signed.
    #[error("{operation} cannot be sent: {reason}")]
    Unwritable {
        /// The operation.
        operation: &'static str,
        /// Why.
        reason: String,
    },
    /// No connection: nothing was sent.
    #[error("cannot connect to {endpoint}: {reason}")]
    Connect {
        /// Where to.
        endpoint: String,
        /// The innermost cause.
        reason: String,
    },
    /// The connection broke after the request had been sent, in part or whole.
    #[error(
        "the connection to {endpoint} broke during {operation}: {reason}; whether it was carried out is unknown"
    )]
    Lost {
        /// The operation.
        operation: &'static str,
        /// Where to.
        endpoint: String,
        /// The innermost cause.
        reason: String,
    },
    /// No answer within the time allowed.
    #[error(
        "{endpoint} did not answer {operation} within {} seconds; whether it was carried out is unknown",
        .limit.as_secs()
    )]
    Timeout {
        /// The operation.
        operation: &'static str,
        /// Where to.
        endpoint: String,
        /// How long was waited.
        limit: Duration,
    },
    /// An answer that is not one of this API.
    #[error("the answer to {operation} is not one of a KMS endpoint: {reason}")]
    BadAnswer {
        /// The operation.
        operation: &'static str,
        /// What is wrong with it; no content.
        reason: String,
    },
    /// The service said no.
    #[error("{0}")]
    Service(Refusal),
}

/// An error answer of the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The operation.
    pub operation: &'static str,
    /// The error code, such as `NotFoundException`.
    pub code: String,
    /// The text, if there is one; control characters are replaced.
    pub message: Option<String>,
    /// The id under which the service's log knows the request.
    pub request_id: Option<String>,
    /// The HTTP status.
    pub status: u16,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} was refused: {}", self.operation, self.code)?;
        if let Some(message) = &self.message {
            write!(f, ": {message}")?;
        }
        match &self.request_id {
            Some(id) => write!(f, " (request id {id})"),
            None => Ok(()),
        }
    }
}

impl ClientError {
    /// The service's error code, if it was the service that said no.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Service(refusal) => Some(&refusal.code),
            _ => None,
        }
    }

    /// Whether the service declined for load, without having begun.
    pub(crate) fn is_overload(&self) -> bool {
        matches!(self.code(), Some("ThrottlingException" | "ServiceUnavailableException"))
    }
}
