//! `DisableKeyRotation`.

use crate::constraint::kinds;
use crate::macros::{errors, request};
use crate::{Empty, States};

request! {
    /// Ends automatic rotation of a key.
    DisableKeyRotation -> Empty;
    required {
        /// Key id or key ARN.
        key_id: String = "KeyId", kinds::KEY_ID;
    }
    optional {}
    states: States::ROTATION_SCHEDULE,
    errors: errors![
        NotFound, Disabled, InvalidArn, DependencyTimeout, Internal, KmsInvalidState, UnsupportedOperation,
    ],
}
