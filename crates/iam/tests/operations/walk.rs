//! Every action of the table, whatever it is: nobody does it without permission, and whoever has just that does.

use iam::{Service, actions};
use serde_json::json;

use crate::requests::{PASSWORD, fill, request};
use crate::world::{ACCOUNT, OTHER, World, refused, root};

const WALKER: &str = "arn:aws:iam::111122223333:user/walker";

/// What the refusal names in the place of the ARN.
fn shown(action: &str, resource: &str, key: &str) -> String {
    if action == "GetAccessKeyLastUsed" { format!("access key {key}") } else { resource.to_owned() }
}

#[tokio::test]
async fn without_a_policy_every_action_is_refused() {
    let world = World::new().await;
    let key = fill(&world).await;
    let walker = world.user("walker", json!(null)).await;
    assert!(actions(Service::Iam).len() > 80);
    for entry in actions(Service::Iam) {
        let (request, resource) = request(entry.name, &key);
        let text = refused(world.by(&walker, entry.name, request).await, "AccessDenied");
        let (action, shown) = (entry.name, shown(entry.name, &resource, &key));
        let expected =
            format!("User: {WALKER} is not authorized to perform: iam:{action} on resource: {shown}");
        assert!(text.starts_with(&expected), "{text}");
        if action != "GetAccessKeyLastUsed" {
            let reason = format!(" because no identity-based policy allows the iam:{action} action");
            assert_eq!(text, expected + &reason);
        }
    }
}

#[tokio::test]
async fn who_may_do_all_but_one_may_not_do_that_one() {
    let world = World::new().await;
    let key = fill(&world).await;
    world.user("walker", json!(null)).await;
    for entry in actions(Service::Iam) {
        let action = format!("iam:{}", entry.name);
        world.allow("walker", json!([{"Effect": "Allow", "NotAction": action, "Resource": "*"}])).await;
        let walker = walker(&world).await;
        let (request, _) = request(entry.name, &key);
        refused(world.by(&walker, entry.name, request).await, "AccessDenied");
    }
}

#[tokio::test]
async fn who_may_do_one_to_one_thing_does_it() {
    for entry in actions(Service::Iam) {
        let world = World::new().await;
        let key = fill(&world).await;
        world.user("walker", json!(null)).await;
        let action = format!("iam:{}", entry.name);
        let (request, resource) = request(entry.name, &key);
        world.allow("walker", json!([{"Effect": "Allow", "Action": action, "Resource": resource}])).await;
        if entry.name == "ChangePassword" {
            world.ok("CreateLoginProfile", json!({"UserName": "walker", "Password": PASSWORD})).await;
        }
        let walker = walker(&world).await;
        if let Err(error) = world.by(&walker, entry.name, request).await {
            panic!("{action} on {resource}: {error}");
        }
    }
}

#[tokio::test]
async fn who_is_denied_one_may_not_do_it() {
    let world = World::new().await;
    let key = fill(&world).await;
    world.user("walker", json!(null)).await;
    for entry in actions(Service::Iam) {
        let action = format!("iam:{}", entry.name);
        let (request, resource) = request(entry.name, &key);
        let statements = json!([
            {"Effect": "Allow", "Action": "*", "Resource": "*"},
            {"Effect": "Deny", "Action": action, "Resource": resource},
        ]);
        world.allow("walker", statements).await;
        let walker = walker(&world).await;
        let text = refused(world.by(&walker, entry.name, request).await, "AccessDenied");
        if entry.name != "GetAccessKeyLastUsed" {
            assert!(text.ends_with("with an explicit deny in an identity-based policy"), "{text}");
        }
    }
}

#[tokio::test]
async fn what_is_not_there_is_not_told_to_whom_it_is_closed() {
    let world = World::new().await;
    let closed = json!([{"Effect": "Allow", "Action": "iam:*", "Resource": "arn:aws:iam::*:user/open/*"}]);
    let walker = world.user("walker", closed).await;
    for (action, request) in [
        ("GetUser", json!({"UserName": "nobody"})),
        ("GetRole", json!({"RoleName": "nobody"})),
        ("GetGroup", json!({"GroupName": "nobody"})),
        ("GetPolicy", json!({"PolicyArn": "arn:aws:iam::111122223333:policy/none"})),
        ("GetPolicy", json!({"PolicyArn": "arn:aws:iam::aws:policy/NoSuchPolicy"})),
        ("GetAccessKeyLastUsed", json!({"AccessKeyId": "AKIAIOSFODNN7EXAMPLE"})),
        ("CreateUser", json!({"UserName": "walker"})),
    ] {
        refused(world.by(&walker, action, request).await, "AccessDenied");
    }
}

#[tokio::test]
async fn nothing_of_another_account_is_reached() {
    let world = World::new().await;
    let key = fill(&world).await;
    let mut other = root();
    other.principal = std::sync::Arc::new(policy::Principal::root("aws", OTHER));
    for (action, request, code) in [
        ("GetUser", json!({"UserName": "alice"}), "NoSuchEntity"),
        ("GetAccessKeyLastUsed", json!({"AccessKeyId": key}), "NoSuchEntity"),
        ("DeleteAccessKey", json!({"AccessKeyId": key}), "NoSuchEntity"),
        ("GetPolicy", json!({"PolicyArn": format!("arn:aws:iam::{ACCOUNT}:policy/p")}), "AccessDenied"),
        ("DeletePolicy", json!({"PolicyArn": format!("arn:aws:iam::{ACCOUNT}:policy/p")}), "AccessDenied"),
        (
            "GetOpenIDConnectProvider",
            json!({"OpenIDConnectProviderArn": format!("arn:aws:iam::{ACCOUNT}:oidc-provider/idp.example")}),
            "AccessDenied",
        ),
    ] {
        refused(world.by(&other, action, request).await, code);
    }
    assert_eq!(world.by(&other, "ListUsers", json!({})).await.unwrap()["Users"], json!([]));
}

async fn walker(world: &World) -> policy::Caller {
    let keys = world.ok("ListAccessKeys", json!({"UserName": "walker"})).await;
    world.caller(keys["AccessKeyMetadata"][0]["AccessKeyId"].as_str().unwrap()).await.unwrap()
}
