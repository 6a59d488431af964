//! `UpdateAlias`.

use crate::constraint::kinds;
use crate::macros::{errors, request};
use crate::{Empty, States};

request! {
    /// Points an alias at another key of the same type and usage.
    UpdateAlias -> Empty;
    required {
        /// `alias/` and the name.
        alias_name: String = "AliasName", kinds::ALIAS_NAME;
        /// Key id or key ARN.
        target_key_id: String = "TargetKeyId", kinds::KEY_ID;
    }
    optional {}
    states: States::NOT_PENDING_DELETION,
    errors: errors![DependencyTimeout, NotFound, Internal, LimitExceeded, KmsInvalidState],
}
