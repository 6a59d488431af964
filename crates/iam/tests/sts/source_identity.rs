//! The source identity: set once, by whoever may, and kept from role to role.

use serde_json::{Value, json};

use crate::world::{OURS, THEIRS, World, allow, denied, fact, refused};

const BOTH: &[&str] = &["sts:AssumeRole", "sts:SetSourceIdentity"];

fn trust(principal: &str, actions: &[&str]) -> Value {
    json!([{"Effect": "Allow", "Principal": {"AWS": principal}, "Action": actions}])
}

fn source(value: &str) -> Value {
    json!({"SourceIdentity": value})
}

#[tokio::test]
async fn whoever_sets_it_must_be_let_by_both() {
    let world = World::new().await;
    let setter = world.user(THEIRS, "setter", Some(allow(BOTH))).await;
    let other = world.user(THEIRS, "other", Some(allow(&["sts:AssumeRole"]))).await;
    let role = world.role("app", &trust(THEIRS, BOTH)).await;
    let plain = world.role("plain", &trust(THEIRS, &["sts:AssumeRole"])).await;
    let answer = world.assume(&setter, &role, source("alice@example.com")).await.unwrap();
    assert_eq!(answer["SourceIdentity"], "alice@example.com");
    let session = world.enter(&answer).await.unwrap();
    assert_eq!(fact(&session, "aws:sourceidentity").as_deref(), Some("alice@example.com"));
    for (caller, role) in [(&other, &role), (&setter, &plain)] {
        let text = denied(world.assume(caller, role, source("alice")).await);
        let expected = format!(
            "User: {} is not authorized to perform: sts:SetSourceIdentity on resource: {role}",
            caller.arn()
        );
        assert_eq!(text, expected);
        assert!(world.assume(caller, role, json!({})).await.is_ok());
    }
    for wrong in ["a", "a b", "a/b", &"a".repeat(65)] {
        refused(world.assume(&setter, &role, source(wrong)).await, "ValidationError", 400);
    }
}

#[tokio::test]
async fn which_one() {
    let world = World::new().await;
    let alice = world.user(OURS, "alice", Some(allow(BOTH))).await;
    let mut statements = trust(OURS, BOTH);
    statements[0]["Condition"] = json!({"StringEquals": {"sts:SourceIdentity": "${aws:username}"}});
    let role = world.role("app", &statements).await;
    assert!(world.assume(&alice, &role, source("alice")).await.is_ok());
    denied(world.assume(&alice, &role, source("bob")).await);
    denied(world.assume(&alice, &role, json!({})).await);
}

#[tokio::test]
async fn it_goes_on_and_does_not_change() {
    let world = World::new().await;
    let alice = world.user(OURS, "alice", Some(allow(BOTH))).await;
    let first = world.role("first", &trust(OURS, BOTH)).await;
    world.allow_role("first", &allow(BOTH)).await;
    let second = world.role("second", &trust(OURS, BOTH)).await;
    let closed = world.role("closed", &trust(OURS, &["sts:AssumeRole"])).await;
    let session = world.become_role(&alice, &first, source("alice")).await;
    for more in [json!({}), source("alice")] {
        let chained = world.become_role(&session, &second, more).await;
        assert_eq!(fact(&chained, "aws:sourceidentity").as_deref(), Some("alice"));
    }
    let text = denied(world.assume(&session, &second, source("bob")).await);
    assert_eq!(text, "The source identity of a session cannot be changed.");
    denied(world.assume(&session, &closed, json!({})).await);
    let plain = world.become_role(&alice, &first, json!({})).await;
    assert!(world.assume(&plain, &closed, json!({})).await.is_ok());
}
