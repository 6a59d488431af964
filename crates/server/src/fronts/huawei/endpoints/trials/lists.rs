//! Lists, tags, and counts.

use std::slice::from_ref;

use http::Method;
use serde_json::{Value, json};

use super::{Answer, Bench, text};

#[tokio::test]
async fn keys_are_listed_in_pages() {
    let bench = Bench::new().await;
    for alias in ["a", "b", "c"] {
        bench.key(json!({ "key_alias": alias })).await;
    }
    let curve = bench.key(json!({ "key_alias": "curve", "key_spec": "EC_P256" })).await;
    let first = bench.ok("/list-keys", json!({ "limit": "2", "key_spec": "AES_256" })).await;
    assert_eq!(
        (&first["next_marker"], &first["truncated"], &first["total"]),
        (&json!("2"), &json!("true"), &json!(3))
    );
    let second = json!({ "limit": "2", "marker": first["next_marker"], "key_spec": "AES_256" });
    let second = bench.ok("/list-keys", second).await;
    assert_eq!(
        (&second["next_marker"], &second["truncated"], &second["total"]),
        (&json!(""), &json!("false"), &json!(3))
    );
    let ids = |page: &Value| page["keys"].as_array().unwrap().iter().map(text).collect::<Vec<_>>();
    let details = |page: &Value| {
        page["key_details"].as_array().unwrap().iter().map(|key| text(&key["key_id"])).collect::<Vec<_>>()
    };
    assert_eq!((ids(&first).len(), ids(&second).len()), (2, 1));
    assert_eq!((ids(&first), ids(&second)), (details(&first), details(&second)));
    assert_eq!(ids(&bench.ok("/list-keys", json!({ "key_spec": "EC_P256" })).await), from_ref(&curve));
    for all in [json!({ "key_spec": "ALL" }), json!({})] {
        assert_eq!(bench.ok("/list-keys", all).await["total"], 4);
    }
    bench.ok("/disable-key", json!({ "key_id": curve })).await;
    assert_eq!(ids(&bench.ok("/list-keys", json!({ "key_spec": "ALL", "key_state": "3" })).await), [curve]);
    let beyond = bench.ok("/list-keys", json!({ "marker": "100", "key_spec": "AES_256" })).await;
    assert_eq!(
        (&beyond["keys"], &beyond["next_marker"], &beyond["total"]),
        (&json!([]), &json!(""), &json!(3))
    );
}

#[tokio::test]
async fn tags_are_put_on_listed_and_taken_off() {
    let bench = Bench::new().await;
    let key = bench.key(json!({ "key_alias": "a" })).await;
    let path = format!("/{key}/tags");
    let one = json!({ "tag": { "key": "key/1 x", "value": "value1" } });
    assert_eq!(bench.post(&path, one).await, Answer::NoContent);
    let more =
        json!({ "action": "create", "tags": [{ "key": "key2", "value": "value3" }, { "key": "key3" }] });
    assert_eq!(bench.post(&format!("{path}/action"), more).await, Answer::NoContent);
    let Answer::Ok(listed) = bench.get(&path).await else { panic!("no list") };
    assert_eq!((&listed["existTagsNum"], &listed["sys_tags"]), (&json!(3), &json!([])));
    assert!(listed["tags"].as_array().unwrap().contains(&json!({ "key": "key2", "value": "value3" })));
    let expected = json!({ "tags": [
        { "key": "key/1 x", "values": ["value1"] }, { "key": "key2", "values": ["value3"] },
        { "key": "key3", "values": [""] },
    ] });
    assert_eq!(bench.get("/tags").await, Answer::Ok(expected));

    let one = format!("/v1.0/{{p}}/kms/{key}/tags/key%2F1%20x");
    assert_eq!(bench.ask(Method::DELETE, &one, json!({})).await, Answer::NoContent);
    let less = json!({ "action": "delete", "tags": [{ "key": "key3" }] });
    assert_eq!(bench.post(&format!("{path}/action"), less).await, Answer::NoContent);
    let Answer::Ok(listed) = bench.get(&path).await else { panic!("no list") };
    assert_eq!(listed["tags"], json!([{ "key": "key2", "value": "value3" }]));
    for (body, expected) in [
        (json!({ "action": "change", "tags": [{ "key": "k" }] }), "KMS.0404"),
        (json!({ "action": "create", "tags": [] }), "KMS.0401"),
        (json!({ "tags": [{ "key": "k" }] }), "KMS.0204"),
    ] {
        assert_eq!(bench.post(&format!("{path}/action"), body).await, Answer::Refused(expected));
    }
    assert_eq!(bench.get("/alias%2Fa/tags").await, Answer::Refused("KMS.0205"));
}

#[tokio::test]
async fn keys_are_found_by_tags_and_names() {
    let bench = Bench::new().await;
    let one = bench.key(json!({ "key_alias": "shop-orders" })).await;
    let two = bench.key(json!({ "key_alias": "shop-people", "key_spec": "EC_P256" })).await;
    for (key, value) in [(&one, "test"), (&two, "live")] {
        bench.post(&format!("/{key}/tags"), json!({ "tag": { "key": "stage", "value": value } })).await;
    }
    let find = |tags: Value, matches: Value| {
        bench
            .ok("/resource_instances/action", json!({ "action": "filter", "tags": tags, "matches": matches }))
    };
    let ids = |found: &Value| {
        let mut ids: Vec<_> =
            found["resources"].as_array().unwrap().iter().map(|one| text(&one["resource_id"])).collect();
        ids.sort();
        ids
    };
    let mut both = vec![one.clone(), two.clone()];
    both.sort();
    assert_eq!(ids(&find(json!([]), json!([])).await), both);
    assert_eq!(
        ids(&find(json!([{ "key": "stage", "values": ["live", "none"] }]), json!([])).await),
        from_ref(&two)
    );
    let by_name = find(json!([]), json!([{ "key": "resource_name", "value": "orders" }])).await;
    assert_eq!(by_name["total_count"], 1);
    let resource = &by_name["resources"][0];
    assert_eq!(resource["resource_detail"], bench.describe(&one).await);
    assert_eq!(resource["resource_name"], "shop-orders");
    assert_eq!(resource["tags"], json!([{ "key": "stage", "value": "test" }]));
    let count = bench.ok("/resource_instances/action", json!({ "action": "count" })).await;
    assert_eq!(count, json!({ "resources": [], "total_count": 2 }));
}

#[tokio::test]
async fn counts_are_real() {
    let bench = Bench::new().await;
    let key = bench.key(json!({ "key_alias": "a" })).await;
    bench.key(json!({ "key_alias": "b" })).await;
    let body = json!({ "key_id": key, "grantee_principal": super::DOMAIN, "operations": ["describe-key"] });
    bench.ok("/create-grant", body).await;
    assert_eq!(bench.get("/user-instances").await, Answer::Ok(json!({ "instance_num": 2 })));
    let expected = json!({ "quotas": { "resources": [
        { "type": "CMK", "used": 2, "quota": 100_000 },
        { "type": "grant_per_CMK", "used": 1, "quota": 50_000 },
    ] } });
    assert_eq!(bench.get("/user-quotas").await, Answer::Ok(expected));
}
