//! Grants.

use serde_json::json;

use super::{Bench, DOMAIN, names, text};

#[tokio::test]
async fn a_grant_is_made_listed_retired_and_revoked() {
    let bench = Bench::new().await;
    let key = bench.key(json!({ "key_alias": "a" })).await;
    let body = json!({
        "key_id": key, "grantee_principal": DOMAIN, "grantee_principal_type": "domain", "name": "my_grant",
        "operations": ["describe-key", "encrypt-datakey"], "retiring_principal": DOMAIN,
    });
    let made = bench.ok("/create-grant", body.clone()).await;
    assert_eq!(names(&made), ["grant_id"]);
    let id = text(&made["grant_id"]);
    assert_eq!(id.len(), 64);
    let list = bench.ok("/list-grants", json!({ "key_id": key, "limit": "", "marker": "" })).await;
    let shown = &list["grants"][0];
    assert_eq!(
        names(shown),
        [
            "creation_date",
            "grant_id",
            "grantee_principal",
            "grantee_principal_type",
            "issuing_principal",
            "key_id",
            "name",
            "operations",
            "retiring_principal",
        ]
    );
    assert_eq!(
        (&shown["grantee_principal"], &shown["grantee_principal_type"]),
        (&json!(DOMAIN), &json!("domain"))
    );
    assert_eq!((&shown["retiring_principal"], &shown["issuing_principal"]), (&json!(DOMAIN), &json!(DOMAIN)));
    let mut operations: Vec<_> = shown["operations"].as_array().unwrap().iter().map(text).collect();
    operations.sort();
    assert_eq!(operations, ["describe-key", "encrypt-datakey"]);
    assert_eq!(
        (&list["total"], &list["truncated"], &list["next_marker"]),
        (&json!(1), &json!("false"), &json!(""))
    );
    let retirable = bench.ok("/list-retirable-grants", json!({})).await;
    assert_eq!(retirable, list);

    let end = json!({ "key_id": key, "grant_id": id });
    assert_eq!(bench.ok("/retire-grant", end.clone()).await, json!({}));
    assert_eq!(bench.refused("/retire-grant", end.clone()).await, "KMS.2501");
    assert_eq!(bench.refused("/revoke-grant", end).await, "KMS.2501");
    let again = text(&bench.ok("/create-grant", body).await["grant_id"]);
    assert_eq!(bench.ok("/revoke-grant", json!({ "key_id": key, "grant_id": again })).await, json!({}));
    assert_eq!(bench.ok("/list-grants", json!({ "key_id": key })).await["total"], 0);
}

#[tokio::test]
async fn pages_of_grants_follow_each_other() {
    let bench = Bench::new().await;
    let key = bench.key(json!({ "key_alias": "a" })).await;
    for name in ["one", "two", "three"] {
        let body = json!({
            "key_id": key, "grantee_principal": DOMAIN, "name": name, "operations": ["describe-key"],
        });
        bench.ok("/create-grant", body).await;
    }
    let (mut seen, mut marker) = (Vec::new(), String::new());
    for expected in ["true", "false"] {
        let page = bench.ok("/list-grants", json!({ "key_id": key, "limit": "2", "marker": marker })).await;
        assert_eq!((&page["truncated"], &page["total"]), (&json!(expected), &json!(3)));
        seen.extend(page["grants"].as_array().unwrap().iter().map(|grant| text(&grant["name"])));
        marker = text(&page["next_marker"]);
    }
    seen.sort();
    assert_eq!((seen.join(" "), marker), ("one three two".to_owned(), String::new()));
    let body = json!({ "key_id": key, "marker": "nonsense" });
    assert_eq!(bench.refused("/list-grants", body).await, "KMS.1602");
}

#[tokio::test]
async fn what_is_no_grant_is_refused_by_its_own_code() {
    let bench = Bench::new().await;
    let key = bench.key(json!({ "key_alias": "a" })).await;
    let other = bench.key(json!({ "key_alias": "b" })).await;
    let body = json!({ "key_id": key, "grantee_principal": DOMAIN, "operations": ["create-grant"] });
    assert_eq!(bench.refused("/create-grant", body).await, "KMS.2401");
    let body = json!({ "key_id": key, "grantee_principal": "AIDANOBODY", "operations": ["describe-key"] });
    assert_eq!(bench.refused("/create-grant", body).await, "KMS.2402");
    let body = json!({ "key_id": key, "grantee_principal": DOMAIN, "operations": ["describe-key"] });
    let id = text(&bench.ok("/create-grant", body).await["grant_id"]);
    for (grant, expected) in [(id.as_str(), "KMS.2501"), (&"0".repeat(64), "KMS.2501"), ("x", "KMS.2501")] {
        let body = json!({ "key_id": other, "grant_id": grant });
        assert_eq!(bench.refused("/revoke-grant", body).await, expected, "{grant}");
    }
}
