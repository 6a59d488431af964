//! Permissions boundaries, and administrators who are confined by them.

use serde_json::{Value, json};

use crate::world::{ACCOUNT, ADMINISTRATOR, World, arn, document, refused, text, trust, with};

#[tokio::test]
async fn a_boundary_is_set_shown_and_taken_away() {
    let world = World::new().await;
    let boundary = world.policy("b", "kms:*").await;
    let shown =
        json!({"PermissionsBoundaryType": "PermissionsBoundaryPolicy", "PermissionsBoundaryArn": boundary});
    let made = world.ok("CreateUser", json!({"UserName": "x", "PermissionsBoundary": boundary})).await;
    assert_eq!(made["User"]["PermissionsBoundary"], shown);
    let role =
        json!({"RoleName": "x", "AssumeRolePolicyDocument": trust(ACCOUNT), "PermissionsBoundary": boundary});
    assert_eq!(world.ok("CreateRole", role).await["Role"]["PermissionsBoundary"], shown);
    for kind in ["User", "Role"] {
        let named = |more: Value| with(json!({format!("{kind}Name"): "x"}), more);
        let put = format!("Put{kind}PermissionsBoundary");
        world.ok(&put, named(json!({"PermissionsBoundary": ADMINISTRATOR}))).await;
        let found = world.ok(&format!("Get{kind}"), named(json!({}))).await;
        assert_eq!(found[kind]["PermissionsBoundary"]["PermissionsBoundaryArn"], json!(ADMINISTRATOR));
        let missing = arn("policy/none");
        let refusal =
            world.refused(&put, named(json!({"PermissionsBoundary": missing})), "NoSuchEntity").await;
        assert_eq!(refusal, format!("Scope ARN: {missing} does not exist or is not attachable."));
        let delete = format!("Delete{kind}PermissionsBoundary");
        world.ok(&delete, named(json!({}))).await;
        let found = world.ok(&format!("Get{kind}"), named(json!({}))).await;
        assert!(found[kind].get("PermissionsBoundary").is_none());
        world.refused(&delete, named(json!({})), "NoSuchEntity").await;
    }
    let missing = json!({"UserName": "y", "PermissionsBoundary": arn("policy/none")});
    world.refused("CreateUser", missing, "NoSuchEntity").await;
}

#[tokio::test]
async fn a_boundary_limits_what_policies_allow() {
    let world = World::new().await;
    let boundary = world.policy("b", "iam:List*").await;
    world.user("x", json!([{"Effect": "Allow", "Action": "*", "Resource": "*"}])).await;
    world.ok("PutUserPermissionsBoundary", json!({"UserName": "x", "PermissionsBoundary": boundary})).await;
    let keys = world.ok("ListAccessKeys", json!({"UserName": "x"})).await;
    let x = world.caller(&text(&keys["AccessKeyMetadata"][0]["AccessKeyId"])).await.unwrap();
    world.by(&x, "ListUsers", json!({})).await.unwrap();
    let refusal = refused(world.by(&x, "GetUser", json!({})).await, "AccessDenied");
    assert!(refusal.ends_with("because no permissions boundary allows the iam:GetUser action"), "{refusal}");
}

/// An administrator who may make users and give them policies, if only they have the boundary `limit`.
async fn delegated(world: &World) -> (policy::Caller, String) {
    let limit = world.policy("limit", "kms:*").await;
    let bounded = json!({"StringEquals": {"iam:PermissionsBoundary": limit}});
    let statements = json!([
        {
            "Effect": "Allow", "Resource": "*", "Condition": bounded,
            "Action": [
                "iam:CreateUser", "iam:CreateRole", "iam:PutUserPolicy", "iam:DeleteUserPolicy", "iam:AttachUserPolicy",
                "iam:DetachUserPolicy", "iam:AttachRolePolicy", "iam:PutUserPermissionsBoundary",
            ],
        },
        {"Effect": "Allow", "Action": ["iam:CreateAccessKey", "iam:GetUser"], "Resource": "*"},
    ]);
    (world.user("delegate", statements).await, limit)
}

#[tokio::test]
async fn a_delegate_makes_only_whom_the_boundary_confines() {
    let world = World::new().await;
    let (delegate, limit) = delegated(&world).await;
    for boundary in [json!(null), json!(ADMINISTRATOR)] {
        let request = json!({"UserName": "x", "PermissionsBoundary": boundary});
        refused(world.by(&delegate, "CreateUser", request).await, "AccessDenied");
        let request = json!({
            "RoleName": "x", "AssumeRolePolicyDocument": trust(ACCOUNT), "PermissionsBoundary": boundary
        });
        refused(world.by(&delegate, "CreateRole", request).await, "AccessDenied");
    }
    let user = json!({"UserName": "x", "PermissionsBoundary": limit});
    world.by(&delegate, "CreateUser", user).await.unwrap();
    let role =
        json!({"RoleName": "x", "AssumeRolePolicyDocument": trust(ACCOUNT), "PermissionsBoundary": limit});
    world.by(&delegate, "CreateRole", role).await.unwrap();
    world
        .by(&delegate, "AttachRolePolicy", json!({"RoleName": "x", "PolicyArn": ADMINISTRATOR}))
        .await
        .unwrap();
    let inline = document(&json!([{"Effect": "Allow", "Action": "*", "Resource": "*"}]));
    let put = |user: &str| json!({"UserName": user, "PolicyName": "all", "PolicyDocument": inline});
    let attach = |user: &str| json!({"UserName": user, "PolicyArn": ADMINISTRATOR});
    world.by(&delegate, "PutUserPolicy", put("x")).await.unwrap();
    world.by(&delegate, "AttachUserPolicy", attach("x")).await.unwrap();
    // Whoever is not confined gets nothing from the delegate, itself included, and loses nothing.
    for user in ["delegate", "free"] {
        let _ = world.by(&crate::world::root(), "CreateUser", json!({"UserName": user})).await;
        refused(world.by(&delegate, "PutUserPolicy", put(user)).await, "AccessDenied");
        refused(world.by(&delegate, "AttachUserPolicy", attach(user)).await, "AccessDenied");
        refused(world.by(&delegate, "DetachUserPolicy", attach(user)).await, "AccessDenied");
        let delete = json!({"UserName": user, "PolicyName": "own"});
        refused(world.by(&delegate, "DeleteUserPolicy", delete).await, "AccessDenied");
    }
    // What the confined may do all the same, the boundary says.
    let key = world.by(&delegate, "CreateAccessKey", json!({"UserName": "x"})).await.unwrap();
    let x = world.caller(&text(&key["AccessKey"]["AccessKeyId"])).await.unwrap();
    refused(world.by(&x, "ListUsers", json!({})).await, "AccessDenied");
}

#[tokio::test]
async fn a_delegate_does_not_lift_the_boundary() {
    let world = World::new().await;
    let (delegate, limit) = delegated(&world).await;
    let user = json!({"UserName": "x", "PermissionsBoundary": limit});
    world.by(&delegate, "CreateUser", user).await.unwrap();
    let put = |boundary: &str| json!({"UserName": "x", "PermissionsBoundary": boundary});
    refused(world.by(&delegate, "PutUserPermissionsBoundary", put(ADMINISTRATOR)).await, "AccessDenied");
    world.by(&delegate, "PutUserPermissionsBoundary", put(&limit)).await.unwrap();
    let delete = json!({"UserName": "x"});
    refused(world.by(&delegate, "DeleteUserPermissionsBoundary", delete).await, "AccessDenied");
}

#[tokio::test]
async fn which_policies_may_be_attached() {
    let world = World::new().await;
    let allowed = world.policy("allowed", "kms:*").await;
    let other = world.policy("other", "kms:*").await;
    let statements = json!([{
        "Effect": "Allow", "Action": ["iam:AttachUserPolicy", "iam:DetachUserPolicy"], "Resource": "*",
        "Condition": {"ArnEquals": {"iam:PolicyARN": allowed}},
    }]);
    let helper = world.user("helper", statements).await;
    let policy = |arn: &str| json!({"UserName": "helper", "PolicyArn": arn});
    world.by(&helper, "AttachUserPolicy", policy(&allowed)).await.unwrap();
    world.by(&helper, "DetachUserPolicy", policy(&allowed)).await.unwrap();
    for arn in [other.as_str(), ADMINISTRATOR] {
        refused(world.by(&helper, "AttachUserPolicy", policy(arn)).await, "AccessDenied");
        refused(world.by(&helper, "DetachUserPolicy", policy(arn)).await, "AccessDenied");
    }
}
