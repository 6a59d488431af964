//! Session tags: who may set which, and what they then are.

use policy::Caller;
use serde_json::{Value, json};

use crate::world::{OURS, THEIRS, World, allow, denied, fact, may, refused};

const BOTH: &[&str] = &["sts:AssumeRole", "sts:TagSession"];

fn trust(principal: &str, actions: &[&str]) -> Value {
    json!([{"Effect": "Allow", "Principal": {"AWS": principal}, "Action": actions}])
}

fn project(value: &str) -> Value {
    json!({"Tags": [{"Key": "Project", "Value": value}]})
}

#[tokio::test]
async fn whoever_tags_must_be_let_by_both() {
    let world = World::new().await;
    let tagger = world.user(THEIRS, "tagger", Some(allow(BOTH))).await;
    let other = world.user(THEIRS, "other", Some(allow(&["sts:AssumeRole"]))).await;
    let role = world.role("app", &trust(THEIRS, BOTH)).await;
    let untagged = world.role("untagged", &trust(THEIRS, &["sts:AssumeRole"])).await;
    assert!(world.assume(&tagger, &role, project("x")).await.is_ok());
    for (caller, role) in [(&other, &role), (&tagger, &untagged), (&other, &untagged)] {
        let text = denied(world.assume(caller, role, project("x")).await);
        let who = caller.arn();
        assert_eq!(
            text,
            format!("User: {who} is not authorized to perform: sts:TagSession on resource: {role}")
        );
        assert!(world.assume(caller, role, json!({})).await.is_ok());
        assert!(world.assume(caller, role, json!({"Tags": []})).await.is_ok());
    }
}

#[tokio::test]
async fn which_tags() {
    let world = World::new().await;
    let alice = world.user(OURS, "alice", Some(allow(BOTH))).await;
    let condition = json!({"StringEquals": {"aws:RequestTag/Project": ["blue", "green"]},
        "ForAllValues:StringEquals": {"aws:TagKeys": ["Project", "CostCenter"]}});
    let mut statements = trust(OURS, BOTH);
    statements[0]["Condition"] = condition;
    let role = world.role("app", &statements).await;
    for (tags, allowed) in [
        (json!([{"Key": "Project", "Value": "blue"}]), true),
        (json!([{"Key": "project", "Value": "green"}, {"Key": "CostCenter", "Value": ""}]), false),
        (json!([{"Key": "Project", "Value": "green"}, {"Key": "CostCenter", "Value": ""}]), true),
        (json!([{"Key": "Project", "Value": "red"}]), false),
        (json!([{"Key": "CostCenter", "Value": "1"}]), false),
        (json!([{"Key": "Project", "Value": "blue"}, {"Key": "Admin", "Value": "1"}]), false),
        (json!([]), false),
    ] {
        let answer = world.assume(&alice, &role, json!({ "Tags": tags })).await;
        assert_eq!(answer.is_ok(), allowed, "{tags}");
    }
}

#[tokio::test]
async fn tags_are_those_of_the_principal() {
    let world = World::new().await;
    let alice = world.user(OURS, "alice", Some(allow(BOTH))).await;
    let role = world.role("app", &trust(OURS, BOTH)).await;
    let own = json!([{"Key": "project", "Value": "of role"}, {"Key": "Team", "Value": "blue"}]);
    world.set_up(OURS, "TagRole", json!({"RoleName": "app", "Tags": own})).await;
    let condition = json!({"StringEquals": {"aws:PrincipalTag/Project": "x"}});
    let statements = json!([{"Effect": "Allow", "Action": "kms:*", "Resource": "*", "Condition": condition}]);
    world.allow_role("app", &statements).await;
    let project_of = |caller: &Caller| fact(caller, "aws:principaltag/project");

    let plain = world.become_role(&alice, &role, json!({})).await;
    assert_eq!(project_of(&plain).as_deref(), Some("of role"));
    assert!(!may(&plain, "kms:Decrypt"));
    let tagged = world.become_role(&alice, &role, project("x")).await;
    assert_eq!(
        project_of(&tagged).as_deref(),
        Some("x"),
        "that of the session comes before that of the role"
    );
    assert_eq!(fact(&tagged, "aws:principaltag/team").as_deref(), Some("blue"));
    assert!(may(&tagged, "kms:Decrypt"));
    let answer = world.assume(&alice, &role, project("x")).await.unwrap();
    assert!(answer["PackedPolicySize"].as_u64().unwrap() > 0);
}

#[tokio::test]
async fn tags_do_not_go_on_to_the_next_role() {
    let world = World::new().await;
    let alice = world.user(OURS, "alice", Some(allow(BOTH))).await;
    let role = world.role("app", &trust(OURS, BOTH)).await;
    let next = world.role("next", &trust(&role, &["sts:AssumeRole"])).await;
    let tagged = world.become_role(&alice, &role, project("x")).await;
    let chained = world.become_role(&tagged, &next, json!({})).await;
    assert_eq!(fact(&chained, "aws:principaltag/project"), None);
}

#[tokio::test]
async fn tags_that_are_none() {
    let world = World::new().await;
    let alice = world.user(OURS, "alice", Some(allow(BOTH))).await;
    let role = world.role("app", &trust(OURS, BOTH)).await;
    let tag = |key: &str, value: &str| json!({"Key": key, "Value": value});
    for (tags, code) in [
        (json!([tag("Project", "x"), tag("Project", "y")]), "InvalidParameterValue"),
        (json!([tag("Project", "x"), tag("project", "x")]), "InvalidParameterValue"),
        (json!([tag("aws:x", "y")]), "InvalidParameterValue"),
        (json!([tag("AWS:x", "y")]), "InvalidParameterValue"),
        (json!([tag("", "x")]), "ValidationError"),
        (json!([tag(&"a".repeat(129), "x")]), "ValidationError"),
        (json!([tag("x", &"a".repeat(257))]), "ValidationError"),
        (json!([tag("a*", "x")]), "ValidationError"),
        (json!([{"Key": "x"}]), "ValidationError"),
        (json!((0..51).map(|n| tag(&n.to_string(), "")).collect::<Vec<_>>()), "ValidationError"),
    ] {
        refused(world.assume(&alice, &role, json!({ "Tags": tags })).await, code, 400);
    }
    let fifty: Vec<_> = (0..50).map(|n| tag(&n.to_string(), "")).collect();
    assert!(world.assume(&alice, &role, json!({ "Tags": fifty })).await.is_ok());
    let long: Vec<_> = (0..50).map(|n| tag(&n.to_string(), &"é".repeat(256))).collect();
    refused(world.assume(&alice, &role, json!({ "Tags": long })).await, "PackedPolicyTooLarge", 400);
}
