//! `RevokeGrant`.

use crate::Empty;
use crate::constraint::{Kind, kinds};
use crate::macros::{errors, request};

request! {
    /// Ends a grant; for those who rule its key.
    RevokeGrant -> Empty;
    required {
        /// Key id or key ARN.
        key_id: String = "KeyId", kinds::KEY_ID;
        /// The grant.
        grant_id: String = "GrantId", kinds::GRANT_ID;
    }
    optional {
        /// Only say whether the call would succeed.
        dry_run: bool = "DryRun", Kind::Boolean;
    }
    cross_account: true,
    errors: errors![
        NotFound, DependencyTimeout, InvalidArn, InvalidGrantId, Internal, KmsInvalidState, DryRun,
    ],
}
