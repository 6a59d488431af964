//! Second factors: nobody has one here, so whatever is given as one is wrong.

use crate::Error;

/// That none is given.
///
/// # Errors
/// `AccessDenied`, as if the code were wrong; `ValidationError` if one of the two is missing.
pub(super) fn check(serial_number: Option<&str>, token_code: Option<&str>) -> Result<(), Error> {
    match (serial_number, token_code) {
        (None, None) => Ok(()),
        (Some(_), Some(_)) => {
            Err(Error::access_denied("MultiFactorAuthentication failed with invalid MFA one time pass code."))
        }
        _ => Err(Error::validation("SerialNumber and TokenCode must both be given, or neither.")),
    }
}
