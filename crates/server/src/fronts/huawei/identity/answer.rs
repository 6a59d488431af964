//! Answers as Keystone writes them, and why a request has none.

use http::header::WWW_AUTHENTICATE;
use http::{HeaderValue, StatusCode};
use iam::{IamError, LoginError};
use serde_json::json;
use tracing::{debug, error};

use crate::fronts::answer::Answer;

/// With what one proves here who one is.
const CHALLENGE: HeaderValue = HeaderValue::from_static("Keystone");

/// Why a request is refused.
#[derive(Debug)]
pub(super) struct Refused {
    status: u16,
    /// What is wrong, and what to do.
    text: String,
}

impl Refused {
    pub(super) fn new(status: u16, text: impl Into<String>) -> Self {
        Self { status, text: text.into() }
    }

    /// What is not the client's doing; the log says what.
    pub(super) fn failed(reason: &dyn std::error::Error) -> Self {
        error!(cause = %reason, "the request failed");
        Self::new(500, "The server could not carry out the request. Its log says why.")
    }

    pub(super) fn into_answer(self) -> Answer {
        failure(self.status, &self.text)
    }
}

impl From<IamError> for Refused {
    fn from(error: IamError) -> Self {
        Self::failed(&error)
    }
}

impl From<LoginError> for Refused {
    /// What a stranger is told is the same whatever was wrong with their proof: not whether the user exists.
    fn from(error: LoginError) -> Self {
        debug!(%error, "not logged in");
        let status = match error {
            LoginError::Iam(error) => return error.into(),
            LoginError::Busy => 503,
            LoginError::TooManyFailures { .. } => 429,
            LoginError::TooLarge => 403,
            _ => 401,
        };
        Self::new(status, sentence(&error.to_string()))
    }
}

/// With a capital and a full stop.
fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).chain(['.']).collect()
}

/// An error as Keystone writes it.
pub(in super::super) fn failure(status: u16, text: &str) -> Answer {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let title = status.canonical_reason().unwrap_or("Error");
    let body = json!({ "error": { "code": status.as_u16(), "message": text, "title": title } });
    let answer = Answer::json(status.as_u16(), serde_json::to_vec(&body).unwrap_or_default()).failed(title);
    if status == StatusCode::UNAUTHORIZED { answer.with(WWW_AUTHENTICATE, CHALLENGE) } else { answer }
}
