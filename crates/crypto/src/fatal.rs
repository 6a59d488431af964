//! The end of the line: failures that leave no safe way on.

use std::io::Write as _;

/// Unwraps `result`, or ends the process with `what` as the only word.
///
/// Used for the few library calls that fail only when memory or the random generator of the system is gone. A key
/// server that cannot draw random bytes must not answer at all, so this neither returns nor unwinds.
pub(crate) fn or_abort<T, E>(result: Result<T, E>, what: &str) -> T {
    result.unwrap_or_else(|_| {
        // The process is ending: nothing is left to do if even this cannot be written.
        let _ = writeln!(std::io::stderr(), "fatal: {what} failed; the process cannot go on safely");
        std::process::abort()
    })
}
