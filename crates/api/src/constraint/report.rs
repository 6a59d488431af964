//! What is wrong with a request, in the API's words.

use std::fmt::Display;

use super::place::Place;
use crate::json::Json;
use crate::{Error, ErrorCode};

/// The most violations one error names.
pub(super) const MOST_VIOLATIONS: usize = 100;

/// What is wrong with a request.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// A value of the wrong JSON type, if there is one: the body is not of this shape at all.
    pub wrong_type: Option<String>,
    /// Each broken constraint, in the API's words.
    pub violations: Vec<String>,
}

impl Report {
    /// # Errors
    /// `SerializationException` for a value of the wrong type, `ValidationException` that names every broken
    /// constraint.
    pub(crate) fn into_result(self) -> Result<(), Error> {
        if let Some(text) = self.wrong_type {
            return Err(Error::new(ErrorCode::Serialization, text));
        }
        if self.violations.is_empty() { Ok(()) } else { Err(refused(&self.violations)) }
    }

    pub(super) fn violation(&mut self, value: impl Display, path: impl Display, constraint: impl Display) {
        if self.violations.len() < MOST_VIOLATIONS {
            self.violations.push(text(value, path, constraint));
        }
    }

    pub(super) fn wrong_type(&mut self, place: &Place<'_>, wanted: &str, found: &Json<'_>) {
        let found = match found {
            Json::Null => "null",
            Json::Bool(_) => "a boolean",
            Json::Number(_) => "a number",
            Json::Text(_) => "a string",
            Json::List(_) => "a list",
            Json::Object(_) => "a structure",
        };
        self.wrong_type.get_or_insert_with(|| format!("'{place}' must be {wanted}, not {found}."));
    }
}

/// The answer to a request that breaks one constraint: also for those which an operation adds to its shape's.
/// `value` is the value as the error shows it (`Value null`, `Value '101'`), `path` the member with a small first
/// letter, and `constraint` what goes on from "Member must".
pub fn violated(value: &str, path: &str, constraint: &str) -> Error {
    refused(&[text(value, path, constraint)])
}

fn text(value: impl Display, path: impl Display, constraint: impl Display) -> String {
    format!("{value} at '{path}' failed to satisfy constraint: Member must {constraint}")
}

fn refused(violations: &[String]) -> Error {
    let noun = if violations.len() == 1 { "error" } else { "errors" };
    let text = format!("{} validation {noun} detected: {}", violations.len(), violations.join("; "));
    Error::new(ErrorCode::Validation, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_refuses_in_the_same_words() {
        let mut report = Report::default();
        report.violation("Value null", "keyId", "not be null");
        let error = violated("Value null", "keyId", "not be null");
        assert_eq!(report.into_result().unwrap_err().message(), error.message());
        assert_eq!(
            error.message(),
            Some(
                "1 validation error detected: Value null at 'keyId' failed to satisfy constraint: \
                 Member must not be null"
            )
        );
    }
}
