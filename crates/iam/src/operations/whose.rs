//! Whose access keys or user a request means that names no user: the caller's.

use crate::Error;
use crate::context::Context;

/// Whom a request means.
pub(super) enum Whose<'a> {
    /// The root of the caller's account.
    Root,
    /// The user of this name.
    User(&'a str),
}

/// The user of this name, or else the caller.
///
/// # Errors
/// `ValidationError` if the caller is a role, which is no user.
pub(super) fn whose<'a>(cx: &'a Context<'_>, name: Option<&'a str>) -> Result<Whose<'a>, Error> {
    if let Some(name) = name.or_else(|| cx.caller_user_name()) {
        return Ok(Whose::User(name));
    }
    if cx.caller().principal.is_root() {
        return Ok(Whose::Root);
    }
    Err(Error::validation("Must specify userName when calling with non-User credentials"))
}
