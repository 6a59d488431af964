//! Simulations: what policies would decide.

use serde::{Deserialize, Serialize};

use super::{kinds, macros::request};

request! {
    /// Tries actions on behalf of a user, group or role, with what further policies allow.
    list SimulatePrincipalPolicy {
        source_arn: String = "PolicySourceArn", kinds::ARN;
        actions: Vec<String> = "ActionNames", kinds::ACTION_NAMES;
    }
    optional {
        policies: Vec<String> = "PolicyInputList", kinds::DOCUMENTS;
        boundaries: Vec<String> = "PermissionsBoundaryPolicyInputList", kinds::DOCUMENTS;
        resources: Vec<String> = "ResourceArns", kinds::RESOURCE_NAMES;
        resource_policy: String = "ResourcePolicy", kinds::DOCUMENT;
        resource_owner: String = "ResourceOwner", kinds::RESOURCE_NAME;
        caller_arn: String = "CallerArn", kinds::RESOURCE_NAME;
        context: Vec<ContextEntry> = "ContextEntries", kinds::CONTEXT_ENTRIES;
    }
}
request! {
    /// Tries actions with nothing but the policies given.
    list SimulateCustomPolicy {
        policies: Vec<String> = "PolicyInputList", kinds::DOCUMENTS;
        actions: Vec<String> = "ActionNames", kinds::ACTION_NAMES;
    }
    optional {
        boundaries: Vec<String> = "PermissionsBoundaryPolicyInputList", kinds::DOCUMENTS;
        resources: Vec<String> = "ResourceArns", kinds::RESOURCE_NAMES;
        resource_policy: String = "ResourcePolicy", kinds::DOCUMENT;
        resource_owner: String = "ResourceOwner", kinds::RESOURCE_NAME;
        caller_arn: String = "CallerArn", kinds::RESOURCE_NAME;
        context: Vec<ContextEntry> = "ContextEntries", kinds::CONTEXT_ENTRIES;
    }
}

/// A condition key of a simulation, with its values.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct ContextEntry {
    #[serde(rename = "ContextKeyName")]
    pub(crate) key: String,
    #[serde(rename = "ContextKeyValues")]
    pub(crate) values: Vec<String>,
}

/// What one action on one resource comes to.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct EvaluationResult {
    pub(crate) eval_action_name: String,
    pub(crate) eval_resource_name: String,
    /// `allowed`, `explicitDeny` or `implicitDeny`.
    pub(crate) eval_decision: &'static str,
    pub(crate) matched_statements: Vec<MatchedStatement>,
    pub(crate) missing_context_values: Vec<String>,
    /// Only of who has a boundary.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) permissions_boundary_decision_detail: Option<BoundaryDecision>,
}

/// Where a statement that decided is.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct MatchedStatement {
    pub(crate) source_policy_id: String,
    pub(crate) source_policy_type: &'static str,
}

/// What the permissions boundary says.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct BoundaryDecision {
    pub(crate) allowed_by_permissions_boundary: bool,
}
