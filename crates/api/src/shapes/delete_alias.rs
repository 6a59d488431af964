//! `DeleteAlias`.

use crate::Empty;
use crate::constraint::kinds;
use crate::macros::{errors, request};

request! {
    /// Takes an alias away; its key stays.
    DeleteAlias -> Empty;
    required {
        /// `alias/` and the name.
        alias_name: String = "AliasName", kinds::ALIAS_NAME;
    }
    optional {}
    errors: errors![DependencyTimeout, NotFound, Internal, KmsInvalidState],
}
