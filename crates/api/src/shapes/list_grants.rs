//! `ListGrants`.

use serde::{Deserialize, Serialize};

use crate::constraint::kinds;
use crate::macros::{errors, request, response};
use crate::{GrantConstraints, GrantOperation, Timestamp};

request! {
    /// Lists the grants of a key.
    ListGrants -> ListGrantsResponse;
    required {
        /// Key id or key ARN.
        key_id: String = "KeyId", kinds::KEY_ID;
    }
    optional {
        /// Most items of the page.
        limit: i64 = "Limit", kinds::LIMIT;
        /// `NextMarker` of the page before.
        marker: String = "Marker", kinds::MARKER;
        /// Only this grant.
        grant_id: String = "GrantId", kinds::GRANT_ID;
        /// Only grants for this principal.
        grantee_principal: String = "GranteePrincipal", kinds::PRINCIPAL;
        /// Only grants for this service.
        grantee_service_principal: String = "GranteeServicePrincipal", kinds::SERVICE_PRINCIPAL;
    }
    cross_account: true,
    errors: errors![
        NotFound, DependencyTimeout, InvalidMarker, InvalidGrantId, InvalidArn, Internal, KmsInvalidState,
    ],
}

/// A grant in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct GrantListEntry {
    /// The ARN of its key.
    pub key_id: String,
    /// Its id.
    pub grant_id: String,
    /// Its name; empty if it has none.
    pub name: String,
    /// When it was created.
    pub creation_date: Timestamp,
    /// Whom it allows; a service for `GranteeServicePrincipal`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grantee_principal: Option<String>,
    /// Who may retire it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retiring_principal: Option<String>,
    /// The root of the account that issued it.
    pub issuing_account: String,
    /// What it allows.
    pub operations: Vec<GrantOperation>,
    /// For which requests only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub constraints: Option<GrantConstraints>,
    /// Which service it allows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grantee_service_principal: Option<String>,
    /// Which service may retire it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retiring_service_principal: Option<String>,
}

response! {
    /// Answer of `ListGrants`.
    ListGrantsResponse;
    always {
        /// The page.
        grants: Vec<GrantListEntry>,
        /// Whether there is more.
        truncated: bool,
    }
    sometimes {
        /// Where the next page begins, if there is one.
        next_marker: String,
    }
}
