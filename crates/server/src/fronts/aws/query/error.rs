//! Errors of the Query protocol, in the codes that IAM and STS share.

use iam::Service;
use sigv4::SignatureError;

use super::version;
use crate::body::BodyError;
use crate::fronts::aws::refusal::Refusal;

/// Characters that are repeated of a name that is none.
const SHOWN: usize = 64;

/// An error for the client. Nothing in it is secret.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Error {
    pub(super) code: &'static str,
    pub(super) status: u16,
    pub(super) message: String,
}

impl Error {
    fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { code, status, message: message.into() }
    }

    /// The parameters cannot be read.
    pub(super) fn malformed(message: impl Into<String>) -> Self {
        Self::new(400, "MalformedInput", message)
    }

    /// No action is named.
    pub(super) fn no_action() -> Self {
        Self::new(400, "MissingAction", "The request must have the parameters Action and Version.")
    }

    /// The action is none of this version of the service.
    pub(super) fn unknown_action(action: &str, asked: &str, service: Service) -> Self {
        let [action, asked] = [action, asked].map(shown);
        let known = version(service);
        let advice = if asked == known { String::new() } else { format!(" The version is {known}.") };
        let text = format!("Could not find operation {action} for version {asked}.{advice}");
        Self::new(400, "InvalidAction", text)
    }

    /// `Sender` if the request should be another, `Receiver` if it should come again.
    pub(super) fn fault(&self) -> &'static str {
        if self.status < 500 { "Sender" } else { "Receiver" }
    }
}

impl From<iam::Error> for Error {
    fn from(iam::Error { code, status, message }: iam::Error) -> Self {
        Self { code, status, message }
    }
}

impl From<&Refusal> for Error {
    fn from(refusal: &Refusal) -> Self {
        let (status, code) = match refusal {
            Refusal::TooManyHeaders => (431, "RequestEntityTooLarge"),
            Refusal::Path => (404, "InvalidAction"),
            Refusal::Method => (405, "InvalidAction"),
            Refusal::WebPage | Refusal::Host => (403, "AccessDenied"),
            Refusal::Signature(error) => of_signature(error),
            Refusal::UnknownClient => (403, "InvalidClientTokenId"),
            Refusal::ExpiredToken => (403, "ExpiredToken"),
            Refusal::Body(BodyError::TooLarge(_)) => (413, "RequestEntityTooLarge"),
            Refusal::Body(BodyError::TooSlow) => (408, "RequestTimeout"),
            Refusal::Body(BodyError::Broken) => (400, "MalformedInput"),
            Refusal::Body(BodyError::NoRoom) | Refusal::NoRoom => (503, "ServiceUnavailable"),
            Refusal::Failed(_) => (500, "InternalFailure"),
        };
        let text = match refusal {
            Refusal::Failed(_) => {
                "The request failed because of an internal error. Give the request id to who runs the server."
                    .to_owned()
            }
            other => other.to_string(),
        };
        Self::new(status, code, text)
    }
}

/// What the error is called here: the same as in the JSON services, by other names (IAM API reference, "Common
/// errors"; IAM user guide, "Troubleshoot Signature Version 4").
fn of_signature(error: &SignatureError) -> (u16, &'static str) {
    match error.code() {
        "MissingAuthenticationTokenException" => (403, "MissingAuthenticationToken"),
        "IncompleteSignatureException" => (400, "IncompleteSignature"),
        _ => (403, "SignatureDoesNotMatch"),
    }
}

fn shown(name: &str) -> String {
    name.chars().take(SHOWN).flat_map(char::escape_debug).collect()
}
