//! `RetireGrant`.

use crate::constraint::{Kind, kinds};
use crate::macros::{errors, request};
use crate::{Empty, GrantOperation};

request! {
    /// Ends a grant that has done its work; for those it was made for.
    RetireGrant -> Empty;
    required {}
    optional {
        /// The grant by its token; or by `KeyId` and `GrantId`.
        grant_token: String = "GrantToken", kinds::GRANT_TOKEN;
        /// The ARN of its key.
        key_id: String = "KeyId", kinds::KEY_ID;
        /// The grant by its id; with `KeyId`.
        grant_id: String = "GrantId", kinds::GRANT_ID;
        /// Only say whether the call would succeed.
        dry_run: bool = "DryRun", Kind::Boolean;
    }
    grant: Some(GrantOperation::RetireGrant),
    cross_account: true,
    errors: errors![
        InvalidArn, InvalidGrantToken, InvalidGrantId, NotFound, DependencyTimeout, Internal, KmsInvalidState,
        DryRun,
    ],
}
