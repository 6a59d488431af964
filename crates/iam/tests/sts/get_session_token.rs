//! Sessions of a user's or root's own.

use policy::Caller;
use serde_json::json;

use crate::tokens::NOW;
use crate::world::{OURS, Session, World, allow, denied, fact, may, nobody, refused, trusts};

#[tokio::test]
async fn it_is_the_user_for_a_while() {
    let world = World::new().await;
    let alice = world.user(OURS, "alice", Some(allow(&["kms:Decrypt"]))).await;
    let answer = world.sts(&alice, "GetSessionToken", json!({})).await.unwrap();
    let session = Session::of(&answer);
    assert_eq!(session.expiration, "2026-11-22T10:26:40Z", "12 hours");
    let caller = world.enter(&answer).await.unwrap();
    assert_eq!(caller.arn(), alice.arn());
    assert_eq!(fact(&caller, "aws:userid"), fact(&alice, "aws:userid"));
    assert_eq!(fact(&caller, "aws:username").as_deref(), Some("alice"));
    assert_eq!(fact(&caller, "aws:tokenissuetime").as_deref(), Some("2026-11-21T22:26:40Z"));
    assert_eq!(fact(&caller, "aws:multifactorauthpresent").as_deref(), Some("false"));
    assert_eq!(fact(&alice, "aws:tokenissuetime"), None);
    assert!(may(&caller, "kms:Decrypt") && !may(&caller, "kms:Encrypt"));
    let late = world.caller(&session.id, Some(&session.token), NOW + 43_200).await;
    assert!(matches!(late, Err(iam::IamError::ExpiredSessionToken { .. })));
}

#[tokio::test]
async fn it_needs_no_permission_and_none_can_be_taken() {
    let world = World::new().await;
    let deny = json!([{"Effect": "Deny", "Action": "*", "Resource": "*"}]);
    let alice = world.user(OURS, "alice", Some(deny)).await;
    assert!(world.sts(&alice, "GetSessionToken", json!({})).await.is_ok());
}

#[tokio::test]
async fn how_long() {
    let world = World::new().await;
    let alice = world.user(OURS, "alice", None).await;
    let seconds = async |caller: &Caller, seconds: i64| {
        world.sts(caller, "GetSessionToken", json!({"DurationSeconds": seconds})).await
    };
    assert_eq!(Session::of(&seconds(&alice, 900).await.unwrap()).expiration, "2026-11-21T22:41:40Z");
    assert_eq!(Session::of(&seconds(&alice, 129_600).await.unwrap()).expiration, "2026-11-23T10:26:40Z");
    for wrong in [899, 129_601] {
        refused(seconds(&alice, wrong).await, "ValidationError", 400);
    }
    let key = world.set_up(OURS, "CreateAccessKey", json!({})).await;
    let root = world.caller(key["AccessKey"]["AccessKeyId"].as_str().unwrap(), None, NOW).await.unwrap();
    assert!(root.principal.is_root());
    for (asked, expiration) in
        [(900, "2026-11-21T22:41:40Z"), (3600, "2026-11-21T23:26:40Z"), (129_600, "2026-11-21T23:26:40Z")]
    {
        assert_eq!(
            Session::of(&seconds(&root, asked).await.unwrap()).expiration,
            expiration,
            "an hour at most"
        );
    }
    let session = world.sts(&root, "GetSessionToken", json!({})).await.unwrap();
    assert_eq!(Session::of(&session).expiration, "2026-11-21T23:26:40Z");
    assert!(world.enter(&session).await.unwrap().principal.is_root());
}

#[tokio::test]
async fn not_with_a_session() {
    let world = World::new().await;
    let alice = world.user(OURS, "alice", Some(allow(&["*"]))).await;
    let role = world.role("app", &trusts(OURS)).await;
    let of_role = world.become_role(&alice, &role, json!({})).await;
    let answer = world.sts(&alice, "GetSessionToken", json!({})).await.unwrap();
    let of_user = world.enter(&answer).await.unwrap();
    for caller in [of_role, of_user] {
        let text = denied(world.sts(&caller, "GetSessionToken", json!({})).await);
        assert_eq!(text, "Cannot call GetSessionToken with session credentials");
    }
    denied(world.sts(&Caller::root("aws", OURS, "eu-west-1"), "GetSessionToken", json!({})).await);
    denied(world.sts(&nobody(), "GetSessionToken", json!({})).await);
    let device = json!({"SerialNumber": "GAHT12345678", "TokenCode": "123456"});
    denied(world.sts(&alice, "GetSessionToken", device).await);
    let half = json!({"TokenCode": "123456"});
    refused(world.sts(&alice, "GetSessionToken", half).await, "ValidationError", 400);
}

#[tokio::test]
async fn it_ends_with_the_access_key() {
    let world = World::new().await;
    world.user(OURS, "alice", None).await;
    let key = world.access_key(OURS, "alice").await;
    let alice = world.caller(&key.id, None, NOW).await.unwrap();
    let answer = world.sts(&alice, "GetSessionToken", json!({})).await.unwrap();
    assert!(world.enter(&answer).await.is_ok());
    let status = |status: &str| json!({"UserName": "alice", "AccessKeyId": key.id, "Status": status});
    world.set_up(OURS, "UpdateAccessKey", status("Inactive")).await;
    assert!(world.enter(&answer).await.is_err());
    world.set_up(OURS, "UpdateAccessKey", status("Active")).await;
    assert!(world.enter(&answer).await.is_ok());
    world.set_up(OURS, "DeleteAccessKey", json!({"UserName": "alice", "AccessKeyId": key.id})).await;
    assert!(world.enter(&answer).await.is_err());
}
