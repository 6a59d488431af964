//! `CreateAlias`.

use crate::constraint::kinds;
use crate::macros::{errors, request};
use crate::{Empty, States};

request! {
    /// Gives a key a second name.
    CreateAlias -> Empty;
    required {
        /// `alias/` and the name.
        alias_name: String = "AliasName", kinds::ALIAS_NAME;
        /// Key id or key ARN.
        target_key_id: String = "TargetKeyId", kinds::KEY_ID;
    }
    optional {}
    states: States::NOT_PENDING_DELETION,
    errors: errors![
        DependencyTimeout, AlreadyExists, NotFound, InvalidAliasName, Internal, LimitExceeded,
        KmsInvalidState,
    ],
}
