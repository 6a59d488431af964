//! Session policies and boundaries: they take away, and never add.

use serde_json::{Value, json};

use crate::world::{OURS, THEIRS, World, allow, denied, document, fact, may, refused, trusts};

/// A world with a role `app`, and a user who may assume it.
async fn world() -> (World, policy::Caller, String) {
    let world = World::new().await;
    let alice = world.user(OURS, "alice", Some(allow(&["sts:AssumeRole"]))).await;
    let role = world.role("app", &trusts(OURS)).await;
    (world, alice, role)
}

async fn managed(world: &World, name: &str, statements: &Value) -> String {
    let request = json!({"PolicyName": name, "PolicyDocument": document(statements)});
    let answer = world.set_up(OURS, "CreatePolicy", request).await;
    answer["Policy"]["Arn"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_session_policy_limits() {
    let (world, alice, role) = world().await;
    let whole = world.become_role(&alice, &role, json!({})).await;
    assert!(may(&whole, "kms:Encrypt") && may(&whole, "kms:Decrypt"));
    let policy = document(&allow(&["kms:Decrypt"]));
    let answer = world.assume(&alice, &role, json!({"Policy": policy})).await.unwrap();
    let limited = world.enter(&answer).await.unwrap();
    assert!(may(&limited, "kms:Decrypt") && !may(&limited, "kms:Encrypt"));
    let percent = answer["PackedPolicySize"].as_u64().unwrap();
    assert!((1..=100).contains(&percent), "{percent}");
    // Also where the limit is that of a denial, or of a condition.
    let but = json!([{"Effect": "Allow", "Action": "*", "Resource": "*"},
        {"Effect": "Deny", "Action": "kms:Decrypt", "Resource": "*"}]);
    let limited = world.become_role(&alice, &role, json!({"Policy": document(&but)})).await;
    assert!(!may(&limited, "kms:Decrypt") && may(&limited, "kms:Encrypt"));
}

#[tokio::test]
async fn a_session_policy_does_not_widen() {
    let (world, alice, role) = world().await;
    let all = document(&allow(&["*"]));
    let session = world.become_role(&alice, &role, json!({"Policy": all})).await;
    assert!(may(&session, "kms:Decrypt"));
    for action in ["s3:GetObject", "iam:CreateUser", "sts:TagSession"] {
        assert!(!may(&session, action), "{action}");
    }
    let deny = json!([{"Effect": "Allow", "Action": "*", "Resource": "*"},
        {"Effect": "Deny", "Action": "kms:*", "Resource": "*"}]);
    world.allow_role("app", &deny).await;
    let session = world.become_role(&alice, &role, json!({"Policy": all})).await;
    assert!(!may(&session, "kms:Decrypt") && may(&session, "s3:GetObject"));
}

#[tokio::test]
async fn managed_session_policies() {
    let (world, alice, role) = world().await;
    let decrypt = managed(&world, "decrypt", &allow(&["kms:Decrypt"])).await;
    let encrypt = managed(&world, "encrypt", &allow(&["kms:Encrypt"])).await;
    let arns = |arns: &[&str]| json!(arns.iter().map(|arn| json!({ "arn": arn })).collect::<Vec<_>>());
    let with = |arns: Value| json!({ "PolicyArns": arns });

    let answer = world.assume(&alice, &role, with(arns(&[&decrypt]))).await.unwrap();
    let session = world.enter(&answer).await.unwrap();
    assert!(may(&session, "kms:Decrypt") && !may(&session, "kms:Encrypt"));
    let both = world.become_role(&alice, &role, with(arns(&[&decrypt, &encrypt]))).await;
    assert!(may(&both, "kms:Decrypt") && may(&both, "kms:Encrypt") && !may(&both, "kms:Sign"));
    let of_aws = with(arns(&["arn:aws:iam::aws:policy/AdministratorAccess"]));
    let all = world.become_role(&alice, &role, of_aws).await;
    assert!(may(&all, "kms:Sign") && !may(&all, "s3:GetObject"));
    let mut mixed = with(arns(&[&decrypt]));
    mixed["Policy"] = json!(document(&allow(&["kms:Encrypt"])));
    let mixed = world.become_role(&alice, &role, mixed).await;
    assert!(may(&mixed, "kms:Decrypt") && may(&mixed, "kms:Encrypt") && !may(&mixed, "kms:Sign"));

    // A limit that is gone limits to nothing.
    world.set_up(OURS, "DeletePolicy", json!({"PolicyArn": decrypt})).await;
    assert!(!may(&world.enter(&answer).await.unwrap(), "kms:Decrypt"));
    for wrong in [
        arns(&[&decrypt]),
        arns(&["arn:aws:iam::444455556666:policy/encrypt"]),
        arns(&["arn:aws:iam::111122223333:policy/path/encrypt"]),
        arns(&["arn:aws:iam::aws:policy/None"]),
        arns(&[encrypt.as_str(); 11]),
        arns(&["short"]),
        json!([{}]),
    ] {
        refused(world.assume(&alice, &role, with(wrong)).await, "ValidationError", 400);
    }
    assert!(world.assume(&alice, &role, with(arns(&[encrypt.as_str(); 10]))).await.is_ok());
}

#[tokio::test]
async fn a_managed_session_policy_made_again_does_not_widen() {
    let (world, alice, role) = world().await;
    let edge = managed(&world, "edge", &allow(&["kms:Decrypt"])).await;
    let limit = json!({"PolicyArns": [{"arn": edge}]});
    let answer = world.assume(&alice, &role, limit.clone()).await.unwrap();
    assert!(may(&world.enter(&answer).await.unwrap(), "kms:Decrypt"));
    world.set_up(OURS, "DeletePolicy", json!({"PolicyArn": edge})).await;
    assert_eq!(managed(&world, "edge", &allow(&["*"])).await, edge);
    let session = world.enter(&answer).await.unwrap();
    assert!(!may(&session, "kms:Decrypt") && !may(&session, "kms:Encrypt"));
    let another = world.become_role(&alice, &role, limit).await;
    assert!(may(&another, "kms:Decrypt") && may(&another, "kms:Encrypt"));
}

#[tokio::test]
async fn managed_session_policies_are_those_of_the_roles_account() {
    let (world, _, role) = world().await;
    let bob = world.user(THEIRS, "bob", Some(allow(&["sts:AssumeRole"]))).await;
    world.trust("app", &trusts(THEIRS)).await;
    let request = json!({"PolicyName": "limit", "PolicyDocument": document(&allow(&["*"]))});
    world.set_up(THEIRS, "CreatePolicy", request).await;
    let theirs = json!({"PolicyArns": [{"arn": "arn:aws:iam::444455556666:policy/limit"}]});
    refused(world.assume(&bob, &role, theirs).await, "ValidationError", 400);
    let ours = managed(&world, "limit", &allow(&["kms:Decrypt"])).await;
    let session = world.become_role(&bob, &role, json!({"PolicyArns": [{"arn": ours}]})).await;
    assert!(may(&session, "kms:Decrypt") && !may(&session, "kms:Encrypt"));
}

#[tokio::test]
async fn policies_that_are_none_or_too_long() {
    let (world, alice, role) = world().await;
    for wrong in [
        "{}",
        "{",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"kms:*"}]}"#,
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"kms:*","Resource":"*"}]}"#,
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"kms:*","Resource":"*","Conditions":{}}]}"#,
    ] {
        let answer = world.assume(&alice, &role, json!({"Policy": wrong})).await;
        refused(answer, "MalformedPolicyDocument", 400);
    }
    let long =
        document(&json!([{"Sid": "a".repeat(7000), "Effect": "Allow", "Action": "*", "Resource": "*"}]));
    refused(world.assume(&alice, &role, json!({"Policy": long})).await, "PackedPolicyTooLarge", 400);
    let fits =
        document(&json!([{"Sid": "a".repeat(2048), "Effect": "Allow", "Action": "*", "Resource": "*"}]));
    assert!(world.assume(&alice, &role, json!({"Policy": fits})).await.is_ok());
}

#[tokio::test]
async fn a_boundary_on_the_role() {
    let (world, alice, role) = world().await;
    let boundary = managed(&world, "boundary", &allow(&["kms:Decrypt", "s3:GetObject"])).await;
    let request = json!({"RoleName": "app", "PermissionsBoundary": boundary});
    world.set_up(OURS, "PutRolePermissionsBoundary", request).await;
    let session = world.become_role(&alice, &role, json!({})).await;
    assert!(may(&session, "kms:Decrypt") && !may(&session, "kms:Encrypt") && !may(&session, "s3:GetObject"));
    let policy = json!({"Policy": document(&allow(&["kms:Encrypt"]))});
    let limited = world.become_role(&alice, &role, policy).await;
    assert!(!may(&limited, "kms:Encrypt") && !may(&limited, "kms:Decrypt"), "a limit within a limit");
}

#[tokio::test]
async fn a_boundary_and_a_session_policy_limit_which_roles_come_next() {
    let (world, alice, role) = world().await;
    let second = world.role("second", &trusts(OURS)).await;
    let direct = world.role("direct", &trusts(&role)).await;
    let whole = world.become_role(&alice, &role, json!({})).await;
    assert!(world.assume(&whole, &second, json!({})).await.is_ok());
    assert!(world.assume(&whole, &direct, json!({})).await.is_ok());
    let limited = json!({"Policy": document(&allow(&["kms:*"]))});
    let limited = world.become_role(&alice, &role, limited).await;
    denied(world.assume(&limited, &second, json!({})).await);
    denied(world.assume(&limited, &direct, json!({})).await);
}

#[tokio::test]
async fn conditions_see_the_session() {
    let (world, alice, role) = world().await;
    let condition = json!({"StringLike": {"aws:userid": "*:s1"}, "Bool": {"aws:MultiFactorAuthPresent": "false"},
        "DateLessThan": {"aws:TokenIssueTime": "2027-01-01T00:00:00Z"}});
    let statements = json!([{"Effect": "Allow", "Action": "kms:*", "Resource": "*", "Condition": condition}]);
    world.allow_role("app", &statements).await;
    let one = world.become_role(&alice, &role, json!({})).await;
    assert!(may(&one, "kms:Decrypt"));
    let other = world.become_role(&alice, &role, json!({"RoleSessionName": "s2"})).await;
    assert!(!may(&other, "kms:Decrypt"));
    assert_eq!(fact(&other, "aws:principaltype").as_deref(), Some("AssumedRole"));
}
