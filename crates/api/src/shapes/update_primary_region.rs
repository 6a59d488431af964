//! `UpdatePrimaryRegion`.

use crate::constraint::kinds;
use crate::macros::{errors, request};
use crate::{Empty, States};

request! {
    /// Makes a replica the primary, and the primary a replica.
    UpdatePrimaryRegion -> Empty;
    required {
        /// Key id or key ARN.
        key_id: String = "KeyId", kinds::KEY_ID;
        /// The Region of the new primary.
        primary_region: String = "PrimaryRegion", kinds::REGION;
    }
    optional {}
    states: States::USE,
    errors: errors![Disabled, InvalidArn, KmsInvalidState, Internal, NotFound, UnsupportedOperation],
}
