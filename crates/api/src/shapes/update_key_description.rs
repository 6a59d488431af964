//! `UpdateKeyDescription`.

use crate::constraint::kinds;
use crate::macros::{errors, request};
use crate::{Empty, States};

request! {
    /// Changes what is said of a key.
    UpdateKeyDescription -> Empty;
    required {
        /// Key id or key ARN.
        key_id: String = "KeyId", kinds::KEY_ID;
        /// The new description; may be empty.
        description: String = "Description", kinds::DESCRIPTION;
    }
    optional {}
    states: States::NOT_PENDING_DELETION,
    errors: errors![NotFound, InvalidArn, DependencyTimeout, Internal, KmsInvalidState],
}
