//! Members that mean the same in every request that has them.

use api::constraint::violated;
use api::{Blob, DryRunModifierType, Error, ErrorCode};

/// Ends a dry run: everything but the answer itself has been decided.
pub(super) fn check_dry_run(asked: Option<bool>) -> Result<(), Error> {
    if asked == Some(true) { Err(dry_run()) } else { Ok(()) }
}

/// What a dry run ends with when all is well.
pub(super) fn dry_run() -> Error {
    Error::new(ErrorCode::DryRun, "The request would have succeeded, but the DryRun option is set.")
}

/// A flag as condition keys have it; one that is not given is down.
pub(super) fn flag(given: Option<bool>) -> &'static str {
    if given == Some(true) { "true" } else { "false" }
}

/// Refuses a member whose meaning is not offered here, and which must not be ignored.
pub(super) fn refuse<T>(member: &str, given: Option<&T>) -> Result<(), Error> {
    if given.is_some() {
        let text = format!("{member} is not offered by this server.");
        return Err(Error::new(ErrorCode::UnsupportedOperation, text));
    }
    Ok(())
}

/// Whether a dry run leaves the ciphertext out of account.
pub(super) fn ignores_ciphertext(
    dry_run: Option<bool>,
    modifiers: Option<&Vec<DryRunModifierType>>,
) -> Result<bool, Error> {
    let ignores =
        modifiers.is_some_and(|modifiers| modifiers.contains(&DryRunModifierType::IgnoreCiphertext));
    if ignores && dry_run != Some(true) {
        let text = "DryRunModifiers can only be used together with DryRun.";
        return Err(Error::new(ErrorCode::Validation, text));
    }
    Ok(ignores)
}

/// The ciphertext, which only a dry run may leave out.
pub(super) fn ciphertext(blob: Option<&Blob>) -> Result<&Blob, Error> {
    blob.ok_or_else(|| violated("Value null", "ciphertextBlob", "not be null"))
}

/// How many items a page has: `default` where the request does not say, and no more than `most`, where the shape
/// may allow more. Like the shape it is checked before anything else.
pub(super) fn page_size(asked: Option<i64>, default: i64, most: i64) -> Result<usize, Error> {
    let size = asked.unwrap_or(default);
    if size > most {
        let constraint = format!("have value less than or equal to {most}");
        return Err(violated(&format!("Value '{size}'"), "limit", &constraint));
    }
    usize::try_from(size).map_err(Error::internal)
}
