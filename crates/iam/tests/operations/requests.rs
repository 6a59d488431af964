//! One good request of every action, in an account that has what they name, and the ARN that permits it.

use serde_json::{Value, json};

use crate::world::{World, arn, document, trust};

pub(crate) const POLICY: &str = "arn:aws:iam::111122223333:policy/p";
pub(crate) const UNUSED: &str = "arn:aws:iam::111122223333:policy/unused";
pub(crate) const PROVIDER: &str = "arn:aws:iam::111122223333:oidc-provider/idp.example";

/// A password that may be one.
pub(crate) const PASSWORD: &str = "Correct horse 1";

/// Fills an account; gives the id of the access key of `alice`.
pub(crate) async fn fill(world: &World) -> String {
    let allowed = document(&json!([{"Effect": "Allow", "Action": "kms:ListKeys", "Resource": "*"}]));
    let policy =
        |holder: &str, name: &str| json!({holder: name, "PolicyName": "inline", "PolicyDocument": allowed});
    for (action, request) in [
        ("CreatePolicy", json!({"PolicyName": "p", "PolicyDocument": allowed})),
        ("CreatePolicyVersion", json!({"PolicyArn": POLICY, "PolicyDocument": allowed})),
        ("CreatePolicy", json!({"PolicyName": "unused", "PolicyDocument": allowed})),
        ("CreateUser", json!({"UserName": "alice", "Path": "/eng/", "PermissionsBoundary": POLICY})),
        ("CreateUser", json!({"UserName": "empty"})),
        ("CreateLoginProfile", json!({"UserName": "alice", "Password": PASSWORD})),
        ("CreateGroup", json!({"GroupName": "g"})),
        ("CreateGroup", json!({"GroupName": "empty"})),
        (
            "CreateRole",
            json!({"RoleName": "r", "AssumeRolePolicyDocument": trust("111122223333"), "PermissionsBoundary": POLICY}),
        ),
        ("CreateRole", json!({"RoleName": "empty", "AssumeRolePolicyDocument": trust("111122223333")})),
        ("AddUserToGroup", json!({"GroupName": "g", "UserName": "alice"})),
        ("PutUserPolicy", policy("UserName", "alice")),
        ("PutGroupPolicy", policy("GroupName", "g")),
        ("PutRolePolicy", policy("RoleName", "r")),
        ("AttachUserPolicy", json!({"UserName": "alice", "PolicyArn": POLICY})),
        ("AttachGroupPolicy", json!({"GroupName": "g", "PolicyArn": POLICY})),
        ("AttachRolePolicy", json!({"RoleName": "r", "PolicyArn": POLICY})),
        ("CreateOpenIDConnectProvider", json!({"Url": "https://idp.example"})),
    ] {
        world.ok(action, request).await;
    }
    let key = world.ok("CreateAccessKey", json!({"UserName": "alice"})).await;
    key["AccessKey"]["AccessKeyId"].as_str().unwrap().to_owned()
}

/// A good request of an action, and the ARN of what it is on. `key` is the id of an access key of `alice`.
#[expect(clippy::too_many_lines, reason = "one line an action")]
pub(crate) fn request(action: &str, key: &str) -> (Value, String) {
    let allowed = document(&json!([{"Effect": "Allow", "Action": "kms:ListKeys", "Resource": "*"}]));
    let tags = json!([{"Key": "team", "Value": "red"}]);
    let (user, group, role) = ("user/eng/alice", "group/g", "role/r");
    let (policy, unused, provider) = ("policy/p", "policy/unused", "oidc-provider/idp.example");
    let (request, resource) = match action {
        "CreateUser" => (json!({"UserName": "new", "Path": "/a/"}), "user/a/new"),
        "GetUser"
        | "ListUserTags"
        | "ListGroupsForUser"
        | "ListUserPolicies"
        | "ListAttachedUserPolicies"
        | "DeleteUserPermissionsBoundary"
        | "CreateAccessKey"
        | "ListAccessKeys"
        | "GetLoginProfile"
        | "DeleteLoginProfile"
        | "ListMFADevices"
        | "ListSigningCertificates"
        | "ListSSHPublicKeys"
        | "ListServiceSpecificCredentials" => (json!({"UserName": "ALICE"}), user),
        "ListUsers" => (json!({}), "user/"),
        "CreateLoginProfile" => (json!({"UserName": "empty", "Password": PASSWORD}), "user/empty"),
        "UpdateLoginProfile" => (json!({"UserName": "alice", "Password": PASSWORD}), user),
        "ChangePassword" => (json!({"OldPassword": PASSWORD, "NewPassword": PASSWORD}), "user/walker"),
        "ListVirtualMFADevices" => (json!({}), "mfa/"),
        "UpdateUser" => (json!({"UserName": "alice"}), user),
        "DeleteUser" => (json!({"UserName": "empty"}), "user/empty"),
        "TagUser" => (json!({"UserName": "alice", "Tags": tags}), user),
        "UntagUser" => (json!({"UserName": "alice", "TagKeys": ["a"]}), user),
        "UpdateAccessKey" => (json!({"UserName": "alice", "AccessKeyId": key, "Status": "Inactive"}), user),
        "DeleteAccessKey" => (json!({"UserName": "alice", "AccessKeyId": key}), user),
        "GetAccessKeyLastUsed" => (json!({"AccessKeyId": key}), user),
        "CreateGroup" => (json!({"GroupName": "new"}), "group/new"),
        "GetGroup" | "UpdateGroup" | "ListGroupPolicies" | "ListAttachedGroupPolicies" => {
            (json!({"GroupName": "g"}), group)
        }
        "ListGroups" => (json!({"PathPrefix": "/x/"}), "group/x/"),
        "DeleteGroup" => (json!({"GroupName": "empty"}), "group/empty"),
        "AddUserToGroup" => (json!({"GroupName": "empty", "UserName": "alice"}), "group/empty"),
        "RemoveUserFromGroup" => (json!({"GroupName": "g", "UserName": "alice"}), group),
        "CreateRole" => {
            (json!({"RoleName": "new", "AssumeRolePolicyDocument": trust("111122223333")}), "role/new")
        }
        "GetRole"
        | "ListRoleTags"
        | "UpdateRole"
        | "ListRolePolicies"
        | "ListAttachedRolePolicies"
        | "ListInstanceProfilesForRole"
        | "DeleteRolePermissionsBoundary" => (json!({"RoleName": "r"}), role),
        "ListRoles" => (json!({}), "role/"),
        "UpdateRoleDescription" => (json!({"RoleName": "r", "Description": "x"}), role),
        "DeleteRole" => (json!({"RoleName": "empty"}), "role/empty"),
        "UpdateAssumeRolePolicy" => (json!({"RoleName": "r", "PolicyDocument": trust("111122223333")}), role),
        "TagRole" => (json!({"RoleName": "r", "Tags": tags}), role),
        "UntagRole" => (json!({"RoleName": "r", "TagKeys": ["a"]}), role),
        "PutUserPolicy" => (json!({"UserName": "alice", "PolicyName": "x", "PolicyDocument": allowed}), user),
        "PutGroupPolicy" => (json!({"GroupName": "g", "PolicyName": "x", "PolicyDocument": allowed}), group),
        "PutRolePolicy" => (json!({"RoleName": "r", "PolicyName": "x", "PolicyDocument": allowed}), role),
        "GetUserPolicy" | "DeleteUserPolicy" => (json!({"UserName": "alice", "PolicyName": "inline"}), user),
        "GetGroupPolicy" | "DeleteGroupPolicy" => (json!({"GroupName": "g", "PolicyName": "inline"}), group),
        "GetRolePolicy" | "DeleteRolePolicy" => (json!({"RoleName": "r", "PolicyName": "inline"}), role),
        "AttachUserPolicy" => (json!({"UserName": "alice", "PolicyArn": UNUSED}), user),
        "AttachGroupPolicy" => (json!({"GroupName": "g", "PolicyArn": UNUSED}), group),
        "AttachRolePolicy" => (json!({"RoleName": "r", "PolicyArn": UNUSED}), role),
        "DetachUserPolicy" => (json!({"UserName": "alice", "PolicyArn": POLICY}), user),
        "DetachGroupPolicy" => (json!({"GroupName": "g", "PolicyArn": POLICY}), group),
        "DetachRolePolicy" => (json!({"RoleName": "r", "PolicyArn": POLICY}), role),
        "PutUserPermissionsBoundary" => (json!({"UserName": "alice", "PermissionsBoundary": UNUSED}), user),
        "PutRolePermissionsBoundary" => (json!({"RoleName": "r", "PermissionsBoundary": UNUSED}), role),
        "CreatePolicy" => {
            (json!({"PolicyName": "new", "Path": "/x/", "PolicyDocument": allowed}), "policy/x/new")
        }
        "GetPolicy" | "ListEntitiesForPolicy" | "ListPolicyVersions" | "ListPolicyTags" => {
            (json!({"PolicyArn": POLICY}), policy)
        }
        "ListPolicies" => (json!({}), "policy/"),
        "DeletePolicy" => (json!({"PolicyArn": UNUSED}), unused),
        "CreatePolicyVersion" => (json!({"PolicyArn": POLICY, "PolicyDocument": allowed}), policy),
        "GetPolicyVersion" | "SetDefaultPolicyVersion" | "DeletePolicyVersion" => {
            (json!({"PolicyArn": POLICY, "VersionId": "v2"}), policy)
        }
        "TagPolicy" => (json!({"PolicyArn": POLICY, "Tags": tags}), policy),
        "UntagPolicy" => (json!({"PolicyArn": POLICY, "TagKeys": ["a"]}), policy),
        "CreateOpenIDConnectProvider" => {
            (json!({"Url": "https://other.example/a"}), "oidc-provider/other.example/a")
        }
        "GetOpenIDConnectProvider" | "DeleteOpenIDConnectProvider" | "ListOpenIDConnectProviderTags" => {
            (json!({"OpenIDConnectProviderArn": PROVIDER}), provider)
        }
        "ListOpenIDConnectProviders" => (json!({}), "oidc-provider/"),
        "AddClientIDToOpenIDConnectProvider" | "RemoveClientIDFromOpenIDConnectProvider" => {
            (json!({"OpenIDConnectProviderArn": PROVIDER, "ClientID": "sts"}), provider)
        }
        "UpdateOpenIDConnectProviderThumbprint" => {
            (json!({"OpenIDConnectProviderArn": PROVIDER, "ThumbprintList": ["0".repeat(40)]}), provider)
        }
        "TagOpenIDConnectProvider" => (json!({"OpenIDConnectProviderArn": PROVIDER, "Tags": tags}), provider),
        "UntagOpenIDConnectProvider" => {
            (json!({"OpenIDConnectProviderArn": PROVIDER, "TagKeys": ["a"]}), provider)
        }
        "ListAccountAliases" | "GetAccountSummary" => return (json!({}), "*".to_owned()),
        "SimulatePrincipalPolicy" => {
            (json!({"PolicySourceArn": arn(user), "ActionNames": ["kms:Encrypt"]}), user)
        }
        "SimulateCustomPolicy" => {
            let request = json!({"PolicyInputList": [allowed], "ActionNames": ["kms:Encrypt"]});
            return (request, "*".to_owned());
        }
        other => panic!("there is no request of {other} to try"),
    };
    (request, arn(resource))
}
