//! Reading what came back.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{ClientError, Refusal};

/// Longest text of a service's error that is shown, in characters.
const MAX_SHOWN: usize = 1000;

/// An HTTP answer, its body complete.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn read<T: DeserializeOwned>(self, operation: &'static str) -> Result<T, ClientError> {
        if self.status == StatusCode::OK {
            // Operations without an answer send nothing, or an empty object.
            let nothing = matches!(self.body.trim_ascii(), b"" | b"{}");
            if nothing && let Ok(empty) = serde_json::from_slice(b"null") {
                return Ok(empty);
            }
            // A parser's own message may repeat what it read, which may be a plaintext.
            return serde_json::from_slice(&self.body).map_err(|error| {
                let place = format!("line {}, column {}", error.line(), error.column());
                bad(operation, format!("its body is not of the operation's shape ({place})"))
            });
        }
        let reason = || format!("HTTP status {} without an error code", self.status.as_u16());
        let refusal = self.refusal(operation).ok_or_else(|| bad(operation, reason()))?;
        Err(ClientError::Service(refusal))
    }

    fn refusal(&self, operation: &'static str) -> Option<Refusal> {
        let body: Value = serde_json::from_slice(&self.body).ok()?;
        let text = |name| body.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        // The code may be preceded by a namespace and `#`.
        let code = text("__type")?.rsplit('#').next()?;
        let message = text("message").or_else(|| text("Message"));
        let request_id = self.headers.get("x-amzn-requestid").and_then(|value| value.to_str().ok());
        Some(Refusal {
            operation,
            code: printable(code),
            message: message.map(printable),
            request_id: request_id.map(printable),
            status: self.status.as_u16(),
        })
    }
}

fn bad(operation: &'static str, reason: String) -> ClientError {
    ClientError::BadAnswer { operation, reason }
}

/// `text` so that a terminal shows it and does nothing else with it, cut to a bearable length.
pub(crate) fn printable(text: &str) -> String {
    let shown = |c: char| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c };
    text.chars().take(MAX_SHOWN).map(shown).collect()
}
