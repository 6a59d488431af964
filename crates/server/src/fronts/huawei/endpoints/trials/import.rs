//! The import of key material.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crypto::{OaepHash, WrappingAlgorithm};
use serde_json::{Value, json};

use super::{Bench, NOW, names, text};

const SHA1: WrappingAlgorithm = WrappingAlgorithm::RsaesOaep(OaepHash::Sha1);
const SHA256: WrappingAlgorithm = WrappingAlgorithm::RsaesOaep(OaepHash::Sha256);
const DAY: i64 = 24 * 60 * 60;

async fn parameters(bench: &Bench, key: &str, algorithm: &str) -> Value {
    let body = json!({ "key_id": key, "wrapping_algorithm": algorithm });
    bench.ok("/get-parameters-for-import", body).await
}

/// A request that brings `material`, wrapped under fresh parameters.
async fn request(
    bench: &Bench,
    key: &str,
    name: &str,
    algorithm: WrappingAlgorithm,
    material: &[u8],
) -> Value {
    let given = parameters(bench, key, name).await;
    let public = STANDARD.decode(text(&given["public_key"])).unwrap();
    let wrapped = crypto::wrap(algorithm, &public, material).unwrap();
    json!({ "key_id": key, "import_token": given["import_token"], "encrypted_key_material": STANDARD.encode(wrapped) })
}

async fn external(bench: &Bench, alias: &str) -> String {
    bench.key(json!({ "key_alias": alias, "origin": "external" })).await
}

#[tokio::test]
async fn parameters_are_as_the_documents_show_them() {
    let bench = Bench::new().await;
    let key = external(&bench, "a").await;
    let given = parameters(&bench, &key, "RSAES_OAEP_SHA_256").await;
    assert_eq!(names(&given), ["expiration_time", "import_token", "key_id", "public_key"]);
    assert_eq!((&given["key_id"], &given["expiration_time"]), (&json!(key), &json!(NOW + DAY)));
    assert_eq!(STANDARD.decode(text(&given["public_key"])).unwrap().len(), 294, "an RSA key of 2048 bits");
    assert!((200..=6144).contains(&text(&given["import_token"]).len()));
    for (algorithm, expected) in
        [("RSA_AES_KEY_WRAP_SHA_256", "KMS.0308"), ("RSAES", "KMS.0308"), ("", "KMS.0204")]
    {
        let body = json!({ "key_id": key, "wrapping_algorithm": algorithm });
        assert_eq!(bench.refused("/get-parameters-for-import", body).await, expected, "{algorithm}");
    }
    let made_here = bench.key(json!({ "key_alias": "b" })).await;
    let body = json!({ "key_id": made_here, "wrapping_algorithm": "RSAES_OAEP_SHA_256" });
    assert_eq!(bench.refused("/get-parameters-for-import", body).await, "KMS.0309");
}

#[tokio::test]
async fn material_is_imported_deleted_and_imported_again() {
    let bench = Bench::new().await;
    let key = external(&bench, "a").await;
    assert_eq!(bench.describe(&key).await["key_state"], "5");
    let body = request(&bench, &key, "RSAES_OAEP_SHA_1", SHA1, &[7; 32]).await;
    assert_eq!(bench.ok("/import-key-material", body.clone()).await, json!({}));
    let described = bench.describe(&key).await;
    assert_eq!((&described["key_state"], &described["expiration_time"]), (&json!("2"), &json!("")));
    assert_eq!(
        (&described["origin"], &described["key_rotation_enabled"]),
        (&json!("external"), &json!("false"))
    );
    assert_eq!(bench.refused("/import-key-material", body).await, "KMS.0310");
    let again = json!({ "key_id": key, "wrapping_algorithm": "RSAES_OAEP_SHA_256" });
    assert_eq!(bench.refused("/get-parameters-for-import", again).await, "KMS.0310");

    assert_eq!(bench.ok("/delete-imported-key-material", json!({ "key_id": key })).await, json!({}));
    assert_eq!(bench.describe(&key).await["key_state"], "5");
    assert_eq!(bench.refused("/delete-imported-key-material", json!({ "key_id": key })).await, "KMS.2701");
    let other = request(&bench, &key, "RSAES_OAEP_SHA_256", SHA256, &[8; 32]).await;
    assert_eq!(bench.refused("/import-key-material", other).await, "KMS.2606");
    let mut same = request(&bench, &key, "RSAES_OAEP_SHA_256", SHA256, &[7; 32]).await;
    same["expiration_time"] = json!((NOW + DAY).to_string());
    assert_eq!(bench.ok("/import-key-material", same).await, json!({}));
    assert_eq!(bench.describe(&key).await["expiration_time"], ((NOW + DAY) * 1000).to_string());
}

#[tokio::test]
async fn what_does_not_fit_is_refused_by_its_own_code() {
    let bench = Bench::new().await;
    let (key, other) = (external(&bench, "a").await, external(&bench, "b").await);
    let good = request(&bench, &key, "RSAES_OAEP_SHA_256", SHA256, &[7; 32]).await;
    let with = |member: &str, value: Value| {
        let mut body = good.clone();
        body[member] = value;
        body
    };
    let mut token = text(&good["import_token"]).into_bytes();
    token[100] = if token[100] == b'A' { b'B' } else { b'A' };
    let material = STANDARD.encode([1; 256]);
    for (case, body, expected) in [
        ("another key's token", with("key_id", json!(other)), "KMS.2603"),
        ("a damaged token", with("import_token", json!(String::from_utf8(token).unwrap())), "KMS.2605"),
        ("another wrapping", with("encrypted_key_material", json!(material)), "KMS.0311"),
        ("an expiry in the past", with("expiration_time", json!(NOW - 1)), "KMS.2602"),
        ("an expiry in milliseconds", with("expiration_time", json!((NOW + DAY) * 1000)), "KMS.0308"),
    ] {
        assert_eq!(bench.refused("/import-key-material", body).await, expected, "{case}");
    }
    let short = request(&bench, &key, "RSAES_OAEP_SHA_256", SHA256, &[7; 16]).await;
    assert_eq!(bench.refused("/import-key-material", short).await, "KMS.2604");
    bench.clock.advance(DAY + 1);
    assert_eq!(bench.refused("/import-key-material", good).await, "KMS.2601");
    assert_eq!(bench.describe(&key).await["key_state"], "5", "nothing came of it");
}

#[tokio::test]
async fn a_private_key_comes_in_two_parts() {
    let bench = Bench::new().await;
    let key = bench.key(json!({ "key_alias": "a", "origin": "external", "key_spec": "EC_P256" })).await;
    let pair = crypto::Material::generate(crypto::KeySpec::Ecc(crypto::Curve::P256)).unwrap();
    let hybrid = WrappingAlgorithm::RsaAesKeyWrap(OaepHash::Sha256);
    let mut body = request(&bench, &key, "RSAES_OAEP_SHA_256", hybrid, pair.to_bytes().expose()).await;
    let whole = STANDARD.decode(text(&body["encrypted_key_material"])).unwrap();
    let (block, private) = whole.split_at(256);
    body["encrypted_key_material"] = json!(STANDARD.encode(block));
    assert_eq!(bench.refused("/import-key-material", body.clone()).await, "KMS.2608");
    let mut damaged = body.clone();
    damaged["encrypted_privatekey"] = json!(STANDARD.encode([9; 152]));
    assert_eq!(bench.refused("/import-key-material", damaged).await, "KMS.2609");
    body["encrypted_privatekey"] = json!(STANDARD.encode(private));
    assert_eq!(bench.ok("/import-key-material", body).await, json!({}));
    assert_eq!(bench.describe(&key).await["key_state"], "2");
    assert_eq!(bench.refused("/delete-imported-key-material", json!({ "key_id": key })).await, "KMS.2702");
}
