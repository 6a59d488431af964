//! Access keys.

use serde_json::json;

use crate::world::{NOW, NOW_TEXT, World, each, refused, root, text};

#[tokio::test]
async fn a_secret_is_told_once() {
    let world = World::new().await;
    world.ok("CreateUser", json!({"UserName": "alice"})).await;
    let made = world.ok("CreateAccessKey", json!({"UserName": "ALICE"})).await;
    let key = &made["AccessKey"];
    let (id, secret) = (text(&key["AccessKeyId"]), text(&key["SecretAccessKey"]));
    assert!(id.starts_with("AKIA") && id.len() == 20 && secret.len() == 40);
    assert_eq!((&key["UserName"], &key["Status"]), (&json!("alice"), &json!("Active")));
    let found = world.identities.find(&id, None, NOW).await.unwrap();
    assert!(found.secret.same_as(secret.as_bytes()));
    let listed = world.ok("ListAccessKeys", json!({"UserName": "alice"})).await;
    let expected =
        json!([{"UserName": "alice", "AccessKeyId": id, "Status": "Active", "CreateDate": NOW_TEXT}]);
    assert_eq!(listed["AccessKeyMetadata"], expected);
    assert!(!listed.to_string().contains(&secret));
}

#[tokio::test]
async fn an_access_key_is_switched_off_and_on_and_deleted() {
    let world = World::new().await;
    world.ok("CreateUser", json!({"UserName": "alice"})).await;
    let made = world.ok("CreateAccessKey", json!({"UserName": "alice"})).await;
    let id = text(&made["AccessKey"]["AccessKeyId"]);
    let update = |status: &str| json!({"UserName": "alice", "AccessKeyId": id, "Status": status});
    world.ok("UpdateAccessKey", update("Inactive")).await;
    assert!(world.caller(&id).await.is_err());
    world.ok("UpdateAccessKey", update("Active")).await;
    assert!(world.caller(&id).await.is_ok());
    world.refused("UpdateAccessKey", update("Expired"), "InvalidInput").await;
    world.refused("UpdateAccessKey", update("active"), "ValidationError").await;
    let named = json!({"UserName": "alice", "AccessKeyId": id});
    world.ok("DeleteAccessKey", named.clone()).await;
    assert!(world.caller(&id).await.is_err());
    let text = world.refused("DeleteAccessKey", named, "NoSuchEntity").await;
    assert_eq!(text, format!("The Access Key with id {id} cannot be found."));
}

#[tokio::test]
async fn there_are_two_at_most() {
    let world = World::new().await;
    world.ok("CreateUser", json!({"UserName": "alice"})).await;
    for _ in 0..2 {
        world.ok("CreateAccessKey", json!({"UserName": "alice"})).await;
    }
    let text = world.refused("CreateAccessKey", json!({"UserName": "alice"}), "LimitExceeded").await;
    assert_eq!(text, "Cannot exceed quota for AccessKeysPerUser: 2");
    // One of the root's came with the account.
    world.ok("CreateAccessKey", json!({})).await;
    world.refused("CreateAccessKey", json!({}), "LimitExceeded").await;
}

#[tokio::test]
async fn the_roots_keys_are_its_own() {
    let world = World::new().await;
    let made = world.ok("CreateAccessKey", json!({})).await;
    let id = text(&made["AccessKey"]["AccessKeyId"]);
    assert!(made["AccessKey"].get("UserName").is_none());
    assert!(world.caller(&id).await.unwrap().principal.is_root());
    assert_eq!(
        each(&world.ok("ListAccessKeys", json!({})).await["AccessKeyMetadata"], "AccessKeyId").len(),
        2
    );
    world.ok("CreateUser", json!({"UserName": "alice"})).await;
    let as_alices = json!({"UserName": "alice", "AccessKeyId": id});
    world.refused("DeleteAccessKey", as_alices, "NoSuchEntity").await;
    world.ok("UpdateAccessKey", json!({"AccessKeyId": id, "Status": "Inactive"})).await;
    assert!(world.caller(&id).await.is_err());
    world.ok("DeleteAccessKey", json!({"AccessKeyId": id})).await;
}

#[tokio::test]
async fn users_change_their_own_and_nobody_elses() {
    let world = World::new().await;
    let own = json!([{"Effect": "Allow", "Action": "iam:*AccessKey*", "Resource": "arn:aws:iam::*:user/${aws:username}"}]);
    let alice = world.user("alice", own).await;
    let bobs = world.ok("CreateUser", json!({"UserName": "bob"})).await;
    assert_eq!(bobs["User"]["UserName"], json!("bob"));
    let bobs = world.ok("CreateAccessKey", json!({"UserName": "bob"})).await;
    let bobs = text(&bobs["AccessKey"]["AccessKeyId"]);
    let made = world.by(&alice, "CreateAccessKey", json!({})).await.unwrap();
    assert_eq!(made["AccessKey"]["UserName"], json!("alice"));
    assert_eq!(
        each(&world.by(&alice, "ListAccessKeys", json!({})).await.unwrap()["AccessKeyMetadata"], "UserName"),
        ["alice", "alice"]
    );
    refused(world.by(&alice, "CreateAccessKey", json!({"UserName": "bob"})).await, "AccessDenied");
    refused(world.by(&alice, "ListAccessKeys", json!({"UserName": "bob"})).await, "AccessDenied");
    refused(world.by(&alice, "DeleteAccessKey", json!({"AccessKeyId": bobs})).await, "NoSuchEntity");
    let id = &made["AccessKey"]["AccessKeyId"];
    world.by(&alice, "DeleteAccessKey", json!({"AccessKeyId": id})).await.unwrap();
}

#[tokio::test]
async fn the_last_use_is_told_with_the_owner() {
    let world = World::new().await;
    world.ok("CreateUser", json!({"UserName": "alice"})).await;
    let made = world.ok("CreateAccessKey", json!({"UserName": "alice"})).await;
    let id = text(&made["AccessKey"]["AccessKeyId"]);
    let asked = || world.ok("GetAccessKeyLastUsed", json!({"AccessKeyId": id}));
    let never = json!({"UserName": "alice", "AccessKeyLastUsed": {"ServiceName": "N/A", "Region": "N/A"}});
    assert_eq!(asked().await, never);
    world.identities.note_use(&id, "kms", "eu-west-1", NOW).await.unwrap();
    let used = json!({"LastUsedDate": NOW_TEXT, "ServiceName": "kms", "Region": "eu-west-1"});
    assert_eq!(asked().await["AccessKeyLastUsed"], used);
    let unknown = json!({"AccessKeyId": "AKIAIOSFODNN7EXAMPLE"});
    world.refused("GetAccessKeyLastUsed", unknown.clone(), "NoSuchEntity").await;
    // Who may not see one is not told whether there is one, nor whose.
    let bob = world
        .user("bob", json!([{"Effect": "Allow", "Action": "*", "Resource": "arn:aws:iam::*:user/bob"}]))
        .await;
    let known =
        refused(world.by(&bob, "GetAccessKeyLastUsed", json!({"AccessKeyId": id})).await, "AccessDenied");
    let unknown = refused(world.by(&bob, "GetAccessKeyLastUsed", unknown).await, "AccessDenied");
    assert_eq!(known.replace(&id, "AKIAIOSFODNN7EXAMPLE"), unknown);
    assert_eq!(root().arn(), "arn:aws:iam::111122223333:root");
}
