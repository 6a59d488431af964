//! The account as a whole.

use policy::Caller;
use serde_json::json;

use crate::requests::fill;
use crate::world::{OTHER, World, arn, root};

#[tokio::test]
async fn an_account_has_no_alias() {
    let world = World::new().await;
    assert_eq!(
        world.ok("ListAccountAliases", json!({})).await,
        json!({"AccountAliases": [], "IsTruncated": false})
    );
}

#[tokio::test]
async fn the_summary_counts_what_there_is() {
    let world = World::new().await;
    fill(&world).await;
    let summary = world.ok("GetAccountSummary", json!({})).await;
    let entries = summary["SummaryMap"]["entry"].as_array().unwrap();
    for (key, value) in [
        ("Users", 2),
        ("Groups", 2),
        ("Roles", 2),
        ("Policies", 2),
        ("PolicyVersionsInUse", 3),
        ("Providers", 1),
        ("AccountAccessKeysPresent", 1),
        ("MFADevices", 0),
        ("UsersQuota", 5000),
        ("AccessKeysPerUserQuota", 2),
    ] {
        let found: Vec<_> = entries.iter().filter(|entry| entry["key"] == json!(key)).collect();
        assert_eq!(found, [&json!({"key": key, "value": value})], "{key}");
    }
}

#[tokio::test]
async fn what_nobody_has_is_told_to_be_absent() {
    let world = World::new().await;
    fill(&world).await;
    for (action, list) in [
        ("ListMFADevices", "MFADevices"),
        ("ListSigningCertificates", "Certificates"),
        ("ListSSHPublicKeys", "SSHPublicKeys"),
        ("ListServiceSpecificCredentials", "ServiceSpecificCredentials"),
        ("ListVirtualMFADevices", "VirtualMFADevices"),
    ] {
        for request in [json!({}), json!({"UserName": "alice"})] {
            assert_eq!(world.ok(action, request).await, json!({list: [], "IsTruncated": false}), "{action}");
        }
    }
}

#[tokio::test]
async fn an_account_has_as_many_as_its_quota_and_no_more() {
    let world = World::new().await;
    let other = Caller::root("aws", OTHER, "eu-west-1");
    let group = |number: usize| json!({"GroupName": format!("g{number}")});
    let provider = |number: usize| json!({"Url": format!("https://a.example/{number}")});
    // What another account has does not count, nor what there is of other kinds.
    world.by(&other, "CreateGroup", group(0)).await.unwrap();
    world.by(&other, "CreateOpenIDConnectProvider", provider(0)).await.unwrap();
    for number in 1..=300 {
        world.ok("CreateGroup", group(number)).await;
    }
    for number in 1..=100 {
        world.ok("CreateOpenIDConnectProvider", provider(number)).await;
    }
    let text = world.refused("CreateGroup", group(0), "LimitExceeded").await;
    assert_eq!(text, "Cannot exceed quota for GroupsPerAccount: 300");
    let text = world.refused("CreateOpenIDConnectProvider", provider(0), "LimitExceeded").await;
    assert_eq!(text, "Cannot exceed quota for OpenIdConnectProvidersPerAccount: 100");
    let summary = world.ok("GetAccountSummary", json!({})).await;
    let entries = summary["SummaryMap"]["entry"].as_array().unwrap();
    for (key, value) in [("Groups", 300), ("Providers", 100), ("Users", 0)] {
        assert!(entries.contains(&json!({"key": key, "value": value})), "{key}");
    }
    // One that goes makes room for one.
    world.ok("DeleteGroup", group(300)).await;
    let gone = json!({"OpenIDConnectProviderArn": arn("oidc-provider/a.example/100")});
    world.ok("DeleteOpenIDConnectProvider", gone).await;
    for (number, is_made) in [(0, true), (301, false)] {
        assert_eq!(world.by(&root(), "CreateGroup", group(number)).await.is_ok(), is_made);
        let made = world.by(&root(), "CreateOpenIDConnectProvider", provider(number)).await;
        assert_eq!(made.is_ok(), is_made);
    }
}
