//! OpenID Connect providers.

use serde_json::json;

use crate::world::{NOW_TEXT, World, arn};

const THUMBPRINT: &str = "6938fd4d98bab03faadb97b34396831e3780aea1";

#[tokio::test]
async fn a_provider_from_beginning_to_end() {
    let world = World::new().await;
    let arn = arn("oidc-provider/token.example/realms/Main");
    let request = json!({
        "Url": "https://token.example/realms/Main", "ClientIDList": ["sts.amazonaws.com"],
        "ThumbprintList": [THUMBPRINT], "Tags": [{"Key": "k", "Value": "v"}],
    });
    let made = world.ok("CreateOpenIDConnectProvider", request.clone()).await;
    assert_eq!(made, json!({"OpenIDConnectProviderArn": arn, "Tags": [{"Key": "k", "Value": "v"}]}));
    world.refused("CreateOpenIDConnectProvider", request, "EntityAlreadyExists").await;
    let named = json!({"OpenIDConnectProviderArn": arn});
    let listed = world.ok("ListOpenIDConnectProviders", json!({})).await;
    assert_eq!(listed, json!({"OpenIDConnectProviderList": [{"Arn": arn}]}));

    let client = |id: &str| json!({"OpenIDConnectProviderArn": arn, "ClientID": id});
    for id in ["cluster", "cluster", "ci"] {
        world.ok("AddClientIDToOpenIDConnectProvider", client(id)).await;
    }
    for _ in 0..2 {
        world.ok("RemoveClientIDFromOpenIDConnectProvider", client("ci")).await;
    }
    let thumbprints = |list: &[&str]| json!({"OpenIDConnectProviderArn": arn, "ThumbprintList": list});
    let other = "0".repeat(40);
    world.ok("UpdateOpenIDConnectProviderThumbprint", thumbprints(&[&other])).await;
    let expected = json!({
        "Url": "token.example/realms/Main", "ClientIDList": ["sts.amazonaws.com", "cluster"],
        "ThumbprintList": [other], "CreateDate": NOW_TEXT, "Tags": [{"Key": "k", "Value": "v"}],
    });
    assert_eq!(world.ok("GetOpenIDConnectProvider", named.clone()).await, expected);
    for wrong in [vec![other.as_str(); 6], vec![&"g".repeat(40)]] {
        world.refused("UpdateOpenIDConnectProviderThumbprint", thumbprints(&wrong), "InvalidInput").await;
    }
    world.ok("DeleteOpenIDConnectProvider", named.clone()).await;
    let text = world.refused("GetOpenIDConnectProvider", named, "NoSuchEntity").await;
    assert_eq!(text, format!("OpenIDConnect Provider not found for arn {arn}"));
}

#[tokio::test]
async fn paths_of_issuers_differ_in_case() {
    let world = World::new().await;
    for url in ["https://a.example/X", "https://a.example/x"] {
        world.ok("CreateOpenIDConnectProvider", json!({"Url": url})).await;
    }
    let listed = world.ok("ListOpenIDConnectProviders", json!({})).await;
    assert_eq!(listed["OpenIDConnectProviderList"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn what_is_no_provider() {
    let world = World::new().await;
    for url in ["http://a.example", "a.example", "https://a.example?x=y", "https://a.example/#a", "https://*"]
    {
        world.refused("CreateOpenIDConnectProvider", json!({"Url": url}), "InvalidInput").await;
    }
    let short = json!({"Url": "https://a.example", "ThumbprintList": ["00"]});
    world.refused("CreateOpenIDConnectProvider", short, "ValidationError").await;
    let many: Vec<_> = (0..101).map(|number| format!("c{number}")).collect();
    let many = json!({"Url": "https://a.example", "ClientIDList": many});
    world.refused("CreateOpenIDConnectProvider", many, "LimitExceeded").await;
}
