//! Keys from their making to their end.

use serde_json::json;

use super::{Answer, Bench, DOMAIN, names, text};

#[tokio::test]
async fn a_key_is_made_described_and_switched() {
    let bench = Bench::new().await;
    let made = bench.ok("/create-key", json!({ "key_alias": "test", "key_description": "mine" })).await;
    let key = text(&made["key_info"]["key_id"]);
    let expected = json!({ "key_info": { "key_id": key, "domain_id": DOMAIN, "region_id": "eu-de" } });
    assert_eq!(made, expected);
    assert!(uuid::Uuid::try_parse(&key).is_ok(), "{key}");

    let expected = json!({
        "key_id": key, "domain_id": DOMAIN, "key_alias": "test", "realm": "eu-de", "key_spec": "AES_256",
        "key_usage": "ENCRYPT_DECRYPT", "key_description": "mine", "creation_date": "1795348800000",
        "scheduled_deletion_date": "", "key_state": "2", "default_key_flag": "0", "key_type": "1",
        "expiration_time": "", "origin": "kms", "key_rotation_enabled": "false",
        "sys_enterprise_project_id": "0", "keystore_id": "0",
    });
    let urn = format!("kms:eu-de:{DOMAIN}:alias:test");
    for name in [key.as_str(), "alias/test", &urn] {
        assert_eq!(bench.describe(name).await, expected, "{name}");
    }

    let body = json!({ "key_id": key });
    let state = |digit: &str| json!({ "key_info": { "key_id": key, "key_state": digit } });
    assert_eq!(bench.refused("/enable-key", body.clone()).await, "KMS.1201");
    assert_eq!(bench.ok("/disable-key", body.clone()).await, state("3"));
    assert_eq!(bench.refused("/disable-key", body.clone()).await, "KMS.1301");
    assert_eq!(bench.refused("/encrypt-data", json!({ "key_id": key, "plain_text": "a" })).await, "KMS.0209");
    assert_eq!(bench.ok("/enable-key", body).await, state("2"));
}

#[tokio::test]
async fn an_alias_is_given_once_and_renamed() {
    let bench = Bench::new().await;
    let key = bench.key(json!({ "key_alias": "a:b/c_d-e" })).await;
    for (alias, expected) in [
        ("a:b/c_d-e", "KMS.1104"),
        ("a b", "KMS.1101"),
        ("obs/default", "KMS.1101"),
        (&"a".repeat(256), "KMS.1101"),
    ] {
        assert_eq!(bench.refused("/create-key", json!({ "key_alias": alias })).await, expected, "{alias}");
    }
    let renamed = bench.ok("/update-key-alias", json!({ "key_id": key, "key_alias": "new" })).await;
    assert_eq!(renamed, json!({ "key_info": { "key_id": key, "key_alias": "new" } }));
    assert_eq!(bench.describe("alias/new").await["key_alias"], "new");
    assert_eq!(bench.refused("/describe-key", json!({ "key_id": "alias/a:b/c_d-e" })).await, "KMS.0207");
    bench.key(json!({ "key_alias": "a:b/c_d-e" })).await;
    let taken = json!({ "key_id": key, "key_alias": "a:b/c_d-e" });
    assert_eq!(bench.refused("/update-key-alias", taken).await, "KMS.1104");
}

#[tokio::test]
async fn a_description_is_changed() {
    let bench = Bench::new().await;
    let key = bench.key(json!({ "key_alias": "a" })).await;
    for description in ["what it is for", ""] {
        let body = json!({ "key_id": key, "key_description": description });
        let expected = json!({ "key_info": { "key_id": key, "key_description": description } });
        assert_eq!(bench.ok("/update-key-description", body).await, expected);
        assert_eq!(bench.describe(&key).await["key_description"], description);
    }
    let long = json!({ "key_id": key, "key_description": "d".repeat(256) });
    assert_eq!(bench.refused("/update-key-description", long).await, "KMS.1103");
    assert_eq!(bench.refused("/update-key-description", json!({ "key_id": key })).await, "KMS.0204");
}

#[tokio::test]
async fn a_deletion_is_scheduled_and_cancelled() {
    let bench = Bench::new().await;
    let key = bench.key(json!({ "key_alias": "a" })).await;
    for days in [json!("6"), json!("1097"), json!("soon"), json!(0)] {
        let body = json!({ "key_id": key, "pending_days": days });
        assert_eq!(bench.refused("/schedule-key-deletion", body).await, "KMS.1401", "{days}");
    }
    assert_eq!(bench.refused("/schedule-key-deletion", json!({ "key_id": key })).await, "KMS.0204");
    assert_eq!(bench.refused("/cancel-key-deletion", json!({ "key_id": key })).await, "KMS.1501");
    let scheduled = bench.ok("/schedule-key-deletion", json!({ "key_id": key, "pending_days": 1096 })).await;
    assert_eq!(scheduled, json!({ "key_id": key, "key_state": "4" }));
    let date = (super::NOW + 1096 * 24 * 60 * 60) * 1000;
    assert_eq!(bench.describe(&key).await["scheduled_deletion_date"], date.to_string());
    let again = json!({ "key_id": key, "pending_days": "7" });
    assert_eq!(bench.refused("/schedule-key-deletion", again).await, "KMS.1402");
    assert_eq!(bench.refused("/enable-key", json!({ "key_id": key })).await, "KMS.0210");
    let cancelled = bench.ok("/cancel-key-deletion", json!({ "key_id": key })).await;
    assert_eq!(cancelled, json!({ "key_id": key, "key_state": "3" }));
    assert_eq!(bench.describe(&key).await["key_state"], "3");
}

#[tokio::test]
async fn keys_of_every_kind_are_made() {
    let bench = Bench::new().await;
    for (spec, usage) in [
        ("RSA_2048", "SIGN_VERIFY"),
        ("EC_P256", "SIGN_VERIFY"),
        ("EC_P384", "SIGN_VERIFY"),
        ("SECP256K1", "SIGN_VERIFY"),
        ("ED25519", "SIGN_VERIFY"),
        ("HMAC_256", "GENERATE_VERIFY_MAC"),
        ("HMAC_384", "GENERATE_VERIFY_MAC"),
        ("HMAC_512", "GENERATE_VERIFY_MAC"),
    ] {
        let key = bench.key(json!({ "key_alias": spec, "key_spec": spec })).await;
        let described = bench.describe(&key).await;
        assert_eq!((&described["key_spec"], &described["key_usage"]), (&json!(spec), &json!(usage)));
    }
    for spec in ["SM2", "SM4", "HMAC_SM3", "EC_P1024"] {
        let body = json!({ "key_alias": "other", "key_spec": spec });
        assert_eq!(bench.refused("/create-key", body).await, "KMS.1110", "{spec}");
    }
    let body = json!({ "key_alias": "other", "key_usage": "SIGN_VERIFY" });
    assert_eq!(bench.refused("/create-key", body).await, "KMS.1115", "a symmetric key does not sign");
}

#[tokio::test]
async fn a_key_is_rotated() {
    let bench = Bench::new().await;
    let key = bench.key(json!({ "key_alias": "a" })).await;
    let body = json!({ "key_id": key });
    let status = bench.ok("/get-key-rotation-status", body.clone()).await;
    assert_eq!((&status["key_rotation_enabled"], &status["number_of_rotations"]), (&json!(false), &json!(0)));
    assert_eq!((&status["last_rotation_time"], &status["rotation_interval"]), (&json!(""), &json!(365)));
    let interval = |days: i64| json!({ "key_id": key, "rotation_interval": days });
    assert_eq!(bench.refused("/update-key-rotation-interval", interval(30)).await, "KMS.0313");
    assert_eq!(bench.refused("/disable-key-rotation", body.clone()).await, "KMS.0313");
    assert_eq!(bench.ok("/enable-key-rotation", body.clone()).await, json!({}));
    assert_eq!(bench.refused("/enable-key-rotation", body.clone()).await, "KMS.2901");
    for days in [29, 366] {
        assert_eq!(bench.refused("/update-key-rotation-interval", interval(days)).await, "KMS.3001");
    }
    assert_eq!(bench.ok("/update-key-rotation-interval", interval(30)).await, json!({}));
    assert_eq!(bench.ok("/rotate-on-demand", body.clone()).await, body);
    let status = bench.ok("/get-key-rotation-status", body.clone()).await;
    assert_eq!((&status["key_rotation_enabled"], &status["number_of_rotations"]), (&json!(true), &json!(1)));
    assert_eq!(status["last_rotation_time"], "1795348800000");
    assert_eq!(status["rotation_interval"], 30);
    let materials = status["key_materials"].as_array().unwrap();
    assert_eq!(materials.len(), 2);
    for material in materials {
        assert_eq!(names(material), ["charge_id", "create_time", "expiration_time", "material_id", "state"]);
        assert!(uuid::Uuid::try_parse(&text(&material["material_id"])).is_ok());
        assert_eq!(material["state"], 2);
    }
    assert_eq!(bench.describe(&key).await["key_rotation_enabled"], "true");
    assert_eq!(bench.ok("/disable-key-rotation", body.clone()).await, json!({}));
    assert_eq!(bench.ok("/get-key-rotation-status", body).await["key_rotation_enabled"], false);
}

#[tokio::test]
async fn keys_that_are_not_rotated_say_so() {
    let bench = Bench::new().await;
    let external = bench.key(json!({ "key_alias": "e", "origin": "external" })).await;
    let curve = bench.key(json!({ "key_alias": "c", "key_spec": "EC_P256" })).await;
    assert_eq!(bench.refused("/enable-key-rotation", json!({ "key_id": external })).await, "KMS.0312");
    assert_eq!(bench.refused("/enable-key-rotation", json!({ "key_id": curve })).await, "KMS.0319");
    let status = bench.ok("/get-key-rotation-status", json!({ "key_id": curve })).await;
    assert_eq!((&status["key_rotation_enabled"], &status["key_materials"]), (&json!(false), &json!([])));
}

#[tokio::test]
async fn aliases_beside_the_main_one() {
    let bench = Bench::new().await;
    let (key, other) =
        (bench.key(json!({ "key_alias": "a" })).await, bench.key(json!({ "key_alias": "b" })).await);
    let Answer::Created(made) = bench.post("/aliases", json!({ "key_id": key, "alias": "alias/c" })).await
    else {
        panic!("not created")
    };
    let expected = json!({
        "domain_id": DOMAIN, "key_id": key, "alias": "c", "alias_urn": format!("kms:eu-de:{DOMAIN}:alias:c"),
        "create_time": "2026-11-22T12:00:00Z", "update_time": "2026-11-22T12:00:00Z",
    });
    assert_eq!(made, expected);
    assert_eq!(bench.describe("alias/c").await["key_alias"], "a", "the older alias is the main one");
    assert_eq!(bench.refused("/aliases", json!({ "key_id": other, "alias": "c" })).await, "KMS.1104");
    let moved = bench.ok("/alias/associate", json!({ "target_key_id": other, "alias": "c" })).await;
    assert_eq!((names(&moved), &moved["key_id"]), (names(&expected), &json!(other)));
    let Answer::Ok(list) = bench.get(&format!("/aliases?key_id={other}")).await else { panic!("no list") };
    let shown = list[0]["aliases"].as_array().unwrap();
    assert_eq!(shown.iter().map(|alias| text(&alias["alias"])).collect::<Vec<_>>(), ["b", "c"]);
    assert_eq!(list[0]["page_info"], json!({ "next_marker": "", "current_count": 2 }));
    let Answer::Ok(page) = bench.get("/aliases?limit=1").await else { panic!("no list") };
    let marker = text(&page[0]["page_info"]["next_marker"]);
    assert!(!marker.is_empty());
    let delete = |key: &str, aliases: serde_json::Value| {
        let body = json!({ "key_id": key, "aliases": aliases });
        bench.ask(http::Method::DELETE, "/v1.0/{p}/kms/aliases", body)
    };
    assert_eq!(delete(&key, json!(["c"])).await, Answer::Refused("KMS.1101"), "another key's");
    assert_eq!(delete(&other, json!([])).await, Answer::Refused("KMS.0308"));
    assert_eq!(delete(&other, json!(["c"])).await, Answer::NoContent);
    assert_eq!(bench.refused("/describe-key", json!({ "key_id": "alias/c" })).await, "KMS.0207");
}
