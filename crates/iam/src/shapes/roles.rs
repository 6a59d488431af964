//! Roles.

use super::{Tag, kinds, macros::request};

request! {
    /// Makes a role.
    CreateRole {
        role_name: String = "RoleName", kinds::ROLE_NAME;
        trust: String = "AssumeRolePolicyDocument", kinds::DOCUMENT;
    }
    optional {
        path: String = "Path", kinds::PATH;
        description: String = "Description", kinds::ROLE_DESCRIPTION;
        max_session_duration: i64 = "MaxSessionDuration", kinds::MAX_SESSION_DURATION;
        permissions_boundary: String = "PermissionsBoundary", kinds::ARN;
        tags: Vec<Tag> = "Tags", kinds::TAGS;
    }
}
request! {
    /// Tells of a role.
    GetRole { role_name: String = "RoleName", kinds::ROLE_NAME; }
    optional {}
}
request! {
    /// Lists the roles of the account.
    list ListRoles {}
    optional { path_prefix: String = "PathPrefix", kinds::PATH_PREFIX; }
}
request! {
    /// Changes a role's description and how long its sessions may be.
    UpdateRole { role_name: String = "RoleName", kinds::ROLE_NAME; }
    optional {
        description: String = "Description", kinds::ROLE_DESCRIPTION;
        max_session_duration: i64 = "MaxSessionDuration", kinds::MAX_SESSION_DURATION;
    }
}
request! {
    /// Changes a role's description.
    UpdateRoleDescription {
        role_name: String = "RoleName", kinds::ROLE_NAME;
        description: String = "Description", kinds::ROLE_DESCRIPTION;
    }
    optional {}
}
request! {
    /// Deletes a role that has no policies any more.
    DeleteRole { role_name: String = "RoleName", kinds::ROLE_NAME; }
    optional {}
}
request! {
    /// Changes who may assume a role.
    UpdateAssumeRolePolicy {
        role_name: String = "RoleName", kinds::ROLE_NAME;
        trust: String = "PolicyDocument", kinds::DOCUMENT;
    }
    optional {}
}
request! {
    /// Lists the instance profiles of a role. There are none.
    list ListInstanceProfilesForRole { role_name: String = "RoleName", kinds::ROLE_NAME; }
    optional {}
}
