//! Managed policies and their versions.

use serde::Serialize;

use super::{PageEnd, Tag, kinds, macros::request};

request! {
    /// Makes a policy.
    CreatePolicy {
        policy_name: String = "PolicyName", kinds::NAME;
        document: String = "PolicyDocument", kinds::DOCUMENT;
    }
    optional {
        path: String = "Path", kinds::POLICY_PATH;
        description: String = "Description", kinds::POLICY_DESCRIPTION;
        tags: Vec<Tag> = "Tags", kinds::TAGS;
    }
}
request! {
    /// Tells of a policy.
    GetPolicy { policy_arn: String = "PolicyArn", kinds::ARN; }
    optional {}
}
request! {
    /// Lists the policies of the account, and those of AWS.
    list ListPolicies {}
    optional {
        scope: String = "Scope", kinds::POLICY_SCOPE;
        only_attached: bool = "OnlyAttached", api::constraint::Kind::Boolean;
        path_prefix: String = "PathPrefix", kinds::POLICY_PATH;
        usage: String = "PolicyUsageFilter", kinds::POLICY_USAGE;
    }
}
request! {
    /// Deletes a policy that is not attached and has no further versions.
    DeletePolicy { policy_arn: String = "PolicyArn", kinds::ARN; }
    optional {}
}
request! {
    /// Lists what a policy is attached to.
    list ListEntitiesForPolicy { policy_arn: String = "PolicyArn", kinds::ARN; }
    optional {
        entity: String = "EntityFilter", kinds::ENTITY;
        path_prefix: String = "PathPrefix", kinds::PATH_PREFIX;
        usage: String = "PolicyUsageFilter", kinds::POLICY_USAGE;
    }
}
request! {
    /// Gives a policy another version.
    CreatePolicyVersion {
        policy_arn: String = "PolicyArn", kinds::ARN;
        document: String = "PolicyDocument", kinds::DOCUMENT;
    }
    optional { set_as_default: bool = "SetAsDefault", api::constraint::Kind::Boolean; }
}
request! {
    /// Tells of a version of a policy.
    GetPolicyVersion {
        policy_arn: String = "PolicyArn", kinds::ARN;
        version_id: String = "VersionId", kinds::VERSION_ID;
    }
    optional {}
}
request! {
    /// Lists the versions of a policy.
    list ListPolicyVersions { policy_arn: String = "PolicyArn", kinds::ARN; }
    optional {}
}
request! {
    /// Deletes a version of a policy that is not in force.
    DeletePolicyVersion {
        policy_arn: String = "PolicyArn", kinds::ARN;
        version_id: String = "VersionId", kinds::VERSION_ID;
    }
    optional {}
}
request! {
    /// Puts a version of a policy in force.
    SetDefaultPolicyVersion {
        policy_arn: String = "PolicyArn", kinds::ARN;
        version_id: String = "VersionId", kinds::VERSION_ID;
    }
    optional {}
}

/// A managed policy.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Policy {
    pub(crate) policy_name: String,
    pub(crate) policy_id: String,
    pub(crate) arn: String,
    pub(crate) path: String,
    pub(crate) default_version_id: String,
    pub(crate) attachment_count: usize,
    pub(crate) permissions_boundary_usage_count: usize,
    pub(crate) is_attachable: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<String>,
    pub(crate) create_date: String,
    pub(crate) update_date: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) tags: Vec<Tag>,
}

/// A version of a managed policy.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct PolicyVersion {
    /// In the form of [`super::url_encoded`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) document: Option<String>,
    pub(crate) version_id: String,
    pub(crate) is_default_version: bool,
    pub(crate) create_date: String,
}

/// What a policy is attached to.
#[derive(Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct PolicyEntities {
    pub(crate) policy_groups: Vec<PolicyGroup>,
    pub(crate) policy_users: Vec<PolicyUser>,
    pub(crate) policy_roles: Vec<PolicyRole>,
    #[serde(flatten)]
    pub(crate) end: PageEnd,
}

/// A group that has a policy.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct PolicyGroup {
    pub(crate) group_name: String,
    pub(crate) group_id: String,
}

/// A user that has a policy.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct PolicyUser {
    pub(crate) user_name: String,
    pub(crate) user_id: String,
}

/// A role that has a policy.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct PolicyRole {
    pub(crate) role_name: String,
    pub(crate) role_id: String,
}
