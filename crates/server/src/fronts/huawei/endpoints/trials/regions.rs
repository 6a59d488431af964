//! Keys of several Regions, which are made over AWS's API.

use api::CreateKey;
use http::Method;
use serde_json::json;

use super::{Answer, Bench, DOMAIN, ELSEWHERE};

async fn multi_region(bench: &Bench) -> String {
    let request = CreateKey { multi_region: Some(true), ..CreateKey::request() };
    bench.kms.call(&bench.caller, request).await.unwrap().key_metadata.key_id
}

#[tokio::test]
async fn a_key_is_replicated_and_its_primary_region_changed() {
    let bench = Bench::new().await;
    let key = multi_region(&bench).await;
    let path = format!("/v2/{{p}}/kms/keys/{key}/replicate");
    let body = json!({
        "key_id": key, "replica_region": "eu-nl", "key_alias": "copy", "key_description": "a copy",
        "replica_project_id": ELSEWHERE, "tags": [{ "key": "k", "value": "v" }],
    });
    let expected = json!({ "key_id": key, "domain_id": DOMAIN, "region": "eu-nl" });
    assert_eq!(bench.ask(Method::POST, &path, body.clone()).await, Answer::Ok(expected));
    assert_eq!(bench.ask(Method::POST, &path, body).await, Answer::Refused("KMS.1104"));
    let there = kms::Caller { region: "eu-nl".to_owned(), ..bench.caller.clone() };
    let described = bench.kms.call(&there, api::DescribeKey::request("alias/copy")).await.unwrap();
    assert_eq!(
        (described.key_metadata.key_id, described.key_metadata.description),
        (key.clone(), "a copy".to_owned())
    );

    let path = format!("/v2/{{p}}/kms/keys/{key}/update-primary-region");
    let body = json!({ "key_id": key, "primary_region": "eu-nl" });
    assert_eq!(bench.ask(Method::PUT, &path, body.clone()).await, Answer::Ok(body));
}

#[tokio::test]
async fn what_cannot_be_replicated_is_refused() {
    let bench = Bench::new().await;
    let (single, key) = (bench.key(json!({ "key_alias": "a" })).await, multi_region(&bench).await);
    let path = |key: &str| format!("/v2/{{p}}/kms/keys/{key}/replicate");
    for (case, key, body, expected) in [
        ("a key of one Region", &single, json!({ "replica_region": "eu-nl" }), "KMS.0308"),
        ("no Region", &key, json!({}), "KMS.0204"),
        ("another key", &key, json!({ "key_id": single, "replica_region": "eu-nl" }), "KMS.0205"),
        (
            "a project of another Region",
            &key,
            json!({ "replica_region": "eu-fr", "replica_project_id": ELSEWHERE }),
            "KMS.0308",
        ),
        (
            "no project",
            &key,
            json!({ "replica_region": "eu-nl", "replica_project_id": "0".repeat(32) }),
            "KMS.0308",
        ),
    ] {
        assert_eq!(bench.ask(Method::POST, &path(key), body).await, Answer::Refused(expected), "{case}");
    }
}

#[tokio::test]
async fn regions_are_those_of_the_projects() {
    let bench = Bench::new().await;
    for (query, expected) in [
        ("", json!(["eu-de", "eu-nl"])),
        ("?limit=1", json!(["eu-de"])),
        ("?offset=1", json!(["eu-nl"])),
        ("?limit=10&offset=2", json!([])),
    ] {
        let answer = bench.ask(Method::GET, &format!("/v2/{{p}}/kms/regions{query}"), json!({})).await;
        assert_eq!(answer, Answer::Ok(json!({ "regions": expected })), "{query}");
    }
}
