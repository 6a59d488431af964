//! What the operations on grants share.

use api::{Error, ErrorCode, Reason};

use crate::grants::GrantId;

/// The grant id that a request gives.
pub(super) fn given_id(text: &str) -> Result<GrantId, Error> {
    GrantId::parse(text).ok_or_else(|| {
        let text = "The grant ID is not valid: it has 64 hexadecimal digits in lower case.";
        Error::new(ErrorCode::InvalidGrantId, text).because(Reason::GrantNotFound)
    })
}

/// The answer where there is no grant of this id.
pub(super) fn not_found(id: &GrantId) -> Error {
    Error::new(ErrorCode::NotFound, format!("Grant ID {id} not found")).because(Reason::GrantNotFound)
}
