//! `CreateGrant`.

use serde::{Deserialize, Serialize};

use crate::constraint::{Kind, Member, kinds, patterns};
use crate::macros::{errors, request, response};
use crate::{EncryptionContext, GrantOperation, States, limits};

request! {
    /// Allows a principal some operations on a key.
    CreateGrant -> CreateGrantResponse;
    required {
        /// Key id or key ARN.
        key_id: String = "KeyId", kinds::KEY_ID;
        /// What it allows.
        operations: Vec<GrantOperation> = "Operations", Kind::List { min: 0, max: limits::MAX_ITEMS, item: &Kind::Enum(GrantOperation::NAMES) };
    }
    optional {
        /// Whom; or `GranteeServicePrincipal`, not both.
        grantee_principal: String = "GranteePrincipal", kinds::PRINCIPAL;
        /// Who may retire it.
        retiring_principal: String = "RetiringPrincipal", kinds::PRINCIPAL;
        /// For which requests only.
        constraints: GrantConstraints = "Constraints", CONSTRAINTS;
        /// Tokens of fresh grants.
        grant_tokens: Vec<String> = "GrantTokens", kinds::GRANT_TOKENS;
        /// Makes the call idempotent: the same request gives the same grant.
        name: String = "Name", kinds::GRANT_NAME;
        /// Only say whether the call would succeed.
        dry_run: bool = "DryRun", Kind::Boolean;
        /// Which service; or `GranteePrincipal`, not both.
        grantee_service_principal: String = "GranteeServicePrincipal", kinds::SERVICE_PRINCIPAL;
        /// Which service may retire it.
        retiring_service_principal: String = "RetiringServicePrincipal", kinds::SERVICE_PRINCIPAL;
    }
    states: States::CREATE_GRANT,
    grant: Some(GrantOperation::CreateGrant),
    cross_account: true,
    errors: errors![
        NotFound, Disabled, DependencyTimeout, InvalidArn, Internal, InvalidGrantToken, LimitExceeded,
        KmsInvalidState, DryRun,
    ],
}

/// Which requests a grant holds for. Of the two contexts a grant has at most one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct GrantConstraints {
    /// The request's encryption context has these pairs, and may have others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encryption_context_subset: Option<EncryptionContext>,
    /// The request's encryption context is this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encryption_context_equals: Option<EncryptionContext>,
    /// The request is made for this resource.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_arn: Option<String>,
}

const CONSTRAINTS: Kind = Kind::Structure(&[
    Member { name: "EncryptionContextSubset", required: false, kind: kinds::ENCRYPTION_CONTEXT },
    Member { name: "EncryptionContextEquals", required: false, kind: kinds::ENCRYPTION_CONTEXT },
    Member {
        name: "SourceArn",
        required: false,
        kind: Kind::Text {
            min: limits::MIN_SOURCE_ARN,
            max: limits::MAX_SOURCE_ARN,
            pattern: Some(patterns::SOURCE_ARN),
        },
    },
]);

response! {
    /// Answer of `CreateGrant`.
    CreateGrantResponse;
    always {
        /// Makes the grant count at once, where it is presented.
        grant_token: String,
        /// The grant.
        grant_id: String,
    }
    sometimes {}
}
