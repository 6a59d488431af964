//! Why a command ends without having done what it was asked.

use std::error::Error;
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::ExitCode;

/// The command was understood and could not be done.
const FAILED: u8 = 1;
/// The command was not understood; as clap's own errors.
const USAGE: u8 = 2;

/// A complete text for the person at the terminal, and an exit code. Its last words say what to do.
#[derive(Debug)]
pub(crate) struct Failure {
    text: String,
    code: u8,
}

impl Failure {
    /// The command could not be done.
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), code: FAILED }
    }

    /// The command makes no sense as it was given.
    pub(crate) fn usage(text: impl Into<String>) -> Self {
        Self { code: USAGE, ..Self::new(text) }
    }

    /// Writes the text to standard error.
    pub(crate) fn report(self) -> ExitCode {
        // Nobody is left to tell if that fails.
        let _ = writeln!(std::io::stderr().lock(), "error: {}", self.text);
        ExitCode::from(self.code)
    }
}

/// An error of any layer, with what caused it on the lines below.
impl<E: Error> From<E> for Failure {
    fn from(error: E) -> Self {
        let mut text = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            let _ = write!(text, "\n  because: {cause}");
            source = cause.source();
        }
        Self::new(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("cannot write the file")]
    struct Outer(#[source] std::io::Error);

    #[test]
    fn causes_are_told_in_order() {
        let failure = Failure::from(Outer(std::io::Error::other("the disk is gone")));
        assert_eq!(failure.text, "cannot write the file\n  because: the disk is gone");
        assert_eq!((failure.code, Failure::usage("x").code), (1, 2));
    }
}
