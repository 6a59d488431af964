//! `EnableKey`.

use crate::constraint::kinds;
use crate::macros::{errors, request};
use crate::{Empty, States};

request! {
    /// Switches a key on.
    EnableKey -> Empty;
    required {
        /// Key id or key ARN.
        key_id: String = "KeyId", kinds::KEY_ID;
    }
    optional {}
    states: States::SWITCH,
    errors: errors![NotFound, InvalidArn, DependencyTimeout, Internal, LimitExceeded, KmsInvalidState],
}
