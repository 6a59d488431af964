//! Members that mean the same in every request that has them.

use api::{Error, ErrorCode};

/// Ends a dry run: everything but the answer itself has been decided.
pub(super) fn check_dry_run(asked: Option<bool>) -> Result<(), Error> {
    if asked == Some(true) {
        let text = "The request would have succeeded, but the DryRun option is set.";
        return Err(Error::new(ErrorCode::DryRun, text));
    }
    Ok(())
}

/// Refuses a member whose meaning is not offered here, and which must not be ignored.
pub(super) fn refuse<T>(member: &str, given: Option<&T>) -> Result<(), Error> {
    if given.is_some() {
        let text = format!("{member} is not offered by this server.");
        return Err(Error::new(ErrorCode::UnsupportedOperation, text));
    }
    Ok(())
}

/// Refuses grant tokens: no grants are issued, so no token can be valid.
pub(super) fn refuse_grant_tokens(tokens: Option<&Vec<String>>) -> Result<(), Error> {
    if tokens.is_some_and(|tokens| !tokens.is_empty()) {
        return Err(Error::new(ErrorCode::InvalidGrantToken, "The grant token is not one of this server's."));
    }
    Ok(())
}
