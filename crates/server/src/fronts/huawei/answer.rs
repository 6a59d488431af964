//! Answers of this front.

use http::{HeaderName, HeaderValue};
use serde_json::{Value, json};
use tracing::error;

use super::failure::Failure;
use super::members::wipe;
use crate::fronts::answer::Answer;

/// What support asks for (API reference; the SDKs read it).
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const CONTENT_TYPE: HeaderValue = HeaderValue::from_static("application/json");

/// What an endpoint gave.
pub(super) enum Done {
    /// 200 and this; wiped once it is written.
    Json(Value),
    /// 201 and this.
    Created(Value),
    /// 204.
    NoContent,
}

impl Done {
    /// 200 and `{}`.
    pub(super) fn empty() -> Self {
        Self::Json(json!({}))
    }
}

impl Answer {
    /// JSON that is written already.
    pub(super) fn json(status: u16, body: Vec<u8>) -> Self {
        Self::new(status, CONTENT_TYPE, body)
    }

    /// What an endpoint gave.
    pub(super) fn of(done: Done) -> Self {
        match done {
            Done::Json(document) => Self::success(document),
            Done::Created(document) => Self::document(201, document),
            Done::NoContent => Self::json(204, Vec::new()),
        }
    }

    /// 200 and a document.
    pub(super) fn success(document: Value) -> Self {
        Self::document(200, document)
    }

    fn document(status: u16, mut document: Value) -> Self {
        // A document always has a JSON form.
        let body = serde_json::to_vec(&document).unwrap_or_default();
        wipe(&mut document);
        Self::json(status, body)
    }

    /// An error, whose cause is for the log only.
    pub(super) fn failure(failure: &Failure) -> Self {
        if let Some(cause) = failure.cause() {
            error!(cause, "the request failed");
        }
        let (code, text) = (failure.code().name(), failure.message());
        let body = json!({ "error": { "error_code": code, "error_msg": text } });
        Self::json(failure.status(), serde_json::to_vec(&body).unwrap_or_default()).failed(code)
    }
}
