//! Custom key stores, which this server does not have: what all their operations answer.

use api::{Error, ErrorCode};

/// The answer to whoever would make, change or connect one.
pub(super) fn not_offered() -> Error {
    let text = "Custom key stores are not offered by this server: its keys are in its own store.";
    Error::new(ErrorCode::UnsupportedOperation, text)
}
