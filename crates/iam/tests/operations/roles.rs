//! Roles.

use serde_json::json;

use crate::world::{ACCOUNT, NOW_TEXT, World, arn, decoded, document, each, text, trust};

#[tokio::test]
async fn a_role_from_beginning_to_end() {
    let world = World::new().await;
    let trust = trust(ACCOUNT);
    let request = json!({
        "RoleName": "Deploy", "Path": "/ci/", "AssumeRolePolicyDocument": trust, "Description": "d",
        "MaxSessionDuration": 7200, "Tags": [{"Key": "k", "Value": "v"}],
    });
    let made = world.ok("CreateRole", request).await;
    let role = &made["Role"];
    assert!(text(&role["RoleId"]).starts_with("AROA"));
    assert_eq!(role["Arn"], json!(arn("role/ci/Deploy")));
    assert_eq!(role["CreateDate"], json!(NOW_TEXT));
    assert_eq!((&role["MaxSessionDuration"], &role["Description"]), (&json!(7200), &json!("d")));
    assert_eq!(decoded(&role["AssumeRolePolicyDocument"]), trust);
    assert!(!text(&role["AssumeRolePolicyDocument"]).contains(['{', '"', ' ', ':']));
    assert_eq!(world.ok("GetRole", json!({"RoleName": "deploy"})).await, made);
    let listed = world.ok("ListRoles", json!({"PathPrefix": "/ci/"})).await;
    assert_eq!(each(&listed["Roles"], "RoleName"), ["Deploy"]);
    assert!(listed["Roles"][0].get("Tags").is_none());
    assert_eq!(world.ok("ListRoles", json!({"PathPrefix": "/x/"})).await["Roles"], json!([]));
    let profiles = world.ok("ListInstanceProfilesForRole", json!({"RoleName": "Deploy"})).await;
    assert_eq!(profiles, json!({"InstanceProfiles": [], "IsTruncated": false}));
    world.ok("DeleteRole", json!({"RoleName": "Deploy"})).await;
    world.refused("GetRole", json!({"RoleName": "Deploy"}), "NoSuchEntity").await;
}

#[tokio::test]
async fn a_role_changes() {
    let world = World::new().await;
    let role = json!({"RoleName": "r", "AssumeRolePolicyDocument": trust(ACCOUNT), "Description": "old"});
    world.ok("CreateRole", role.clone()).await;
    world.refused("CreateRole", role, "EntityAlreadyExists").await;
    assert_eq!(
        world.ok("UpdateRole", json!({"RoleName": "r", "MaxSessionDuration": 43200})).await,
        json!({})
    );
    let found = world.ok("GetRole", json!({"RoleName": "r"})).await;
    let what = (&found["Role"]["MaxSessionDuration"], &found["Role"]["Description"]);
    assert_eq!(what, (&json!(43200), &json!("old")));
    let found = world.ok("UpdateRoleDescription", json!({"RoleName": "r", "Description": "new"})).await;
    assert_eq!(found["Role"]["Description"], json!("new"));
    world.ok("UpdateRole", json!({"RoleName": "r", "Description": ""})).await;
    let found = world.ok("GetRole", json!({"RoleName": "r"})).await;
    assert!(found["Role"].get("Description").is_none());
    assert_eq!(found["Role"]["MaxSessionDuration"], json!(3600));
    for duration in [3599, 43201] {
        let request = json!({"RoleName": "r", "MaxSessionDuration": duration});
        world.refused("UpdateRole", request, "ValidationError").await;
    }
}

#[tokio::test]
async fn trust_policies_are_read_strictly() {
    let world = World::new().await;
    world.ok("CreateRole", json!({"RoleName": "r", "AssumeRolePolicyDocument": trust(ACCOUNT)})).await;
    let with_resource = document(&json!([
        {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole", "Resource": "*"}
    ]));
    let without_principal = document(&json!([{"Effect": "Allow", "Action": "sts:AssumeRole"}]));
    for wrong in ["{}", "[", with_resource.as_str(), without_principal.as_str()] {
        let request = json!({"RoleName": "new", "AssumeRolePolicyDocument": wrong});
        world.refused("CreateRole", request, "MalformedPolicyDocument").await;
        let request = json!({"RoleName": "r", "PolicyDocument": wrong});
        world.refused("UpdateAssumeRolePolicy", request, "MalformedPolicyDocument").await;
    }
    let long = document(&json!([{
        "Sid": "a".repeat(2048), "Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"
    }]));
    let request = json!({"RoleName": "r", "PolicyDocument": long});
    let text = world.refused("UpdateAssumeRolePolicy", request, "LimitExceeded").await;
    assert_eq!(text, "Cannot exceed quota for ACLSizePerRole: 2048");
}

#[tokio::test]
async fn white_space_is_free_within_bounds() {
    let world = World::new().await;
    // Four bytes for each character of the quota of 2,048.
    let [widest, wider] = [8192, 8193].map(|bytes| format!("{:bytes$}", trust(ACCOUNT)));
    let made = json!({"RoleName": "r", "AssumeRolePolicyDocument": widest});
    world.ok("CreateRole", made).await;
    world.ok("UpdateAssumeRolePolicy", json!({"RoleName": "r", "PolicyDocument": widest})).await;
    for (action, request) in [
        ("CreateRole", json!({"RoleName": "s", "AssumeRolePolicyDocument": wider})),
        ("UpdateAssumeRolePolicy", json!({"RoleName": "r", "PolicyDocument": wider})),
    ] {
        let text = world.refused(action, request, "LimitExceeded").await;
        let expected = "The trust policy has 8193 bytes with its white space, and at most 8192 are stored. Remove \
                        white space.";
        assert_eq!(text, expected);
    }
}

#[tokio::test]
async fn whom_a_role_trusts_must_be_there_and_stay_who_they_were() {
    let world = World::new().await;
    let alice = arn("user/alice");
    let request = json!({"RoleName": "r", "AssumeRolePolicyDocument": trust(&alice)});
    let refusal = world.refused("CreateRole", request.clone(), "MalformedPolicyDocument").await;
    assert_eq!(refusal, format!("Invalid principal in policy: \"AWS\":\"{alice}\""));
    let first = world.ok("CreateUser", json!({"UserName": "alice"})).await;
    world.ok("CreateRole", request).await;
    let shown = |found: serde_json::Value| decoded(&found["Role"]["AssumeRolePolicyDocument"]);
    assert_eq!(shown(world.ok("GetRole", json!({"RoleName": "r"})).await), trust(&alice));
    // Who is gone is shown by the unique id, also when another has come under the name.
    world.ok("DeleteUser", json!({"UserName": "alice"})).await;
    let id = text(&first["User"]["UserId"]);
    for _ in 0..2 {
        let found = shown(world.ok("GetRole", json!({"RoleName": "r"})).await);
        assert!(found.contains(&id) && !found.contains(&alice), "{found}");
        let _ = world.by(&crate::world::root(), "CreateUser", json!({"UserName": "alice"})).await;
    }
    world.ok("UpdateAssumeRolePolicy", json!({"RoleName": "r", "PolicyDocument": trust(&alice)})).await;
    assert_eq!(shown(world.ok("GetRole", json!({"RoleName": "r"})).await), trust(&alice));
}

#[tokio::test]
async fn a_role_with_policies_is_not_deleted() {
    let world = World::new().await;
    world.ok("CreateRole", json!({"RoleName": "r", "AssumeRolePolicyDocument": trust(ACCOUNT)})).await;
    let policy = world.policy("p", "kms:Decrypt").await;
    world.ok("AttachRolePolicy", json!({"RoleName": "r", "PolicyArn": policy})).await;
    world.refused("DeleteRole", json!({"RoleName": "r"}), "DeleteConflict").await;
    world.ok("DetachRolePolicy", json!({"RoleName": "r", "PolicyArn": policy})).await;
    let inline = document(&json!([{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"}]));
    let request = json!({"RoleName": "r", "PolicyName": "p", "PolicyDocument": inline});
    world.ok("PutRolePolicy", request).await;
    world.refused("DeleteRole", json!({"RoleName": "r"}), "DeleteConflict").await;
    world.ok("DeleteRolePolicy", json!({"RoleName": "r", "PolicyName": "p"})).await;
    world.ok("DeleteRole", json!({"RoleName": "r"})).await;
}
