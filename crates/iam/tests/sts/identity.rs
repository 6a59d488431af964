//! Who asks, and whose an access key is.

use policy::Caller;
use serde_json::json;

use crate::tokens::NOW;
use crate::world::{OURS, THEIRS, World, allow, denied, fact, nobody, refused};

#[tokio::test]
async fn everybody_may_ask_who_they_are() {
    let world = World::new().await;
    let deny = json!([{"Effect": "Deny", "Action": "*", "Resource": "*"}]);
    let alice = world.user(OURS, "alice", Some(deny)).await;
    let id = fact(&alice, "aws:userid").unwrap();
    assert!(id.starts_with("AIDA"));
    let answer = world.sts(&alice, "GetCallerIdentity", json!({})).await.unwrap();
    let arn = "arn:aws:iam::111122223333:user/alice";
    assert_eq!(answer, json!({"UserId": id, "Account": OURS, "Arn": arn}));

    let key = world.set_up(THEIRS, "CreateAccessKey", json!({})).await;
    let root = world.caller(key["AccessKey"]["AccessKeyId"].as_str().unwrap(), None, NOW).await.unwrap();
    for root in [root, Caller::root("aws", THEIRS, "eu-west-1")] {
        let answer = world.sts(&root, "GetCallerIdentity", json!({})).await.unwrap();
        assert_eq!(
            answer,
            json!({"UserId": THEIRS, "Account": THEIRS, "Arn": "arn:aws:iam::444455556666:root"})
        );
    }
    denied(world.sts(&nobody(), "GetCallerIdentity", json!({})).await);
}

#[tokio::test]
async fn whose_an_access_key_is() {
    let world = World::new().await;
    let allowed = world.user(OURS, "allowed", Some(allow(&["sts:GetAccessKeyInfo"]))).await;
    let other = world.user(OURS, "other", None).await;
    world.user(THEIRS, "bob", None).await;
    for account in [OURS, THEIRS] {
        let name = if account == OURS { "other" } else { "bob" };
        let key = world.access_key(account, name).await;
        let request = json!({"AccessKeyId": key.id});
        let answer = world.sts(&allowed, "GetAccessKeyInfo", request.clone()).await.unwrap();
        assert_eq!(answer, json!({ "Account": account }));
        let text = denied(world.sts(&other, "GetAccessKeyInfo", request).await);
        assert!(text.contains("is not authorized to perform: sts:GetAccessKeyInfo on resource: *"), "{text}");
    }
    for id in ["AKIAIOSFODNN7EXAMPLE", "ASIAIOSFODNN7EXAMPLE", "short", "AKIA/../111122223333"] {
        refused(
            world.sts(&allowed, "GetAccessKeyInfo", json!({"AccessKeyId": id})).await,
            "ValidationError",
            400,
        );
    }
}
