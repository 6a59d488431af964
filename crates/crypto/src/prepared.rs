//! Key objects that are made when they are first needed.

use std::sync::OnceLock;

/// The object in `cell`, made now if this is the first call. A failure is not kept.
pub(crate) fn prepared<T, E>(cell: &OnceLock<T>, make: impl FnOnce() -> Result<T, E>) -> Result<&T, E> {
    match cell.get() {
        Some(ready) => Ok(ready),
        None => make().map(|fresh| cell.get_or_init(|| fresh)),
    }
}
