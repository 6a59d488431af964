//! Signatures, MACs, public keys and shared secrets.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{Bench, names, text};

#[tokio::test]
async fn a_signature_is_made_and_verified() {
    let bench = Bench::new().await;
    let key = bench.key(json!({ "key_alias": "a", "key_spec": "EC_P256" })).await;
    let digest = STANDARD.encode(crypto::digest::sha256(b"hello "));
    let body = json!({ "key_id": "alias/a", "message": digest, "signing_algorithm": "ECDSA_SHA_256" });
    let signed = bench.ok("/sign", body).await;
    assert_eq!((names(&signed), &signed["key_id"]), (vec!["key_id", "signature"], &json!(key)));
    let verify = |name: &str, message: &str| {
        json!({
            "key_id": name, "message": STANDARD.encode(message), "message_type": "RAW",
            "signature": signed["signature"], "signing_algorithm": "ECDSA_SHA_256",
        })
    };
    for (name, message, expected) in
        [("alias/a", "hello ", "true"), (key.as_str(), "hello", "false"), ("alias/a", "hello", "false")]
    {
        let answer = bench.ok("/verify", verify(name, message)).await;
        assert_eq!(answer, json!({ "key_id": key, "signature_valid": expected }), "{name} {message}");
    }
}

#[tokio::test]
async fn what_cannot_be_signed_is_refused_by_its_own_code() {
    let bench = Bench::new().await;
    let curve = bench.key(json!({ "key_alias": "c", "key_spec": "EC_P256" })).await;
    let rsa = json!({ "key_alias": "r", "key_spec": "RSA_2048", "key_usage": "ENCRYPT_DECRYPT" });
    let rsa = bench.key(rsa).await;
    let hmac = bench.key(json!({ "key_alias": "h", "key_spec": "HMAC_256" })).await;
    let body = |key: &str, algorithm: &str| json!({ "key_id": key, "message": "AAAA", "signing_algorithm": algorithm });
    assert_eq!(bench.refused("/sign", body(&curve, "ECDSA_SHA_256")).await, "KMS.0329");
    assert_eq!(bench.refused("/sign", body(&curve, "ECDSA_SHA_384")).await, "KMS.0332");
    assert_eq!(bench.refused("/sign", body(&rsa, "RSASSA_PSS_SHA_256")).await, "KMS.0334");
    assert_eq!(bench.refused("/sign", body(&hmac, "ECDSA_SHA_256")).await, "KMS.0341");
    let encrypt = json!({ "key_id": curve, "plain_text": "a" });
    assert_eq!(bench.refused("/encrypt-data", encrypt).await, "KMS.0335");
}

#[tokio::test]
async fn a_mac_is_made_and_verified() {
    let bench = Bench::new().await;
    let key = bench.key(json!({ "key_alias": "a", "key_spec": "HMAC_256" })).await;
    let mut body = json!({ "key_id": key, "mac_algorithm": "HMAC_SHA_256", "message": "ZmRzYQ==" });
    let made = bench.ok("/generate-mac", body.clone()).await;
    assert_eq!(names(&made), ["key_id", "mac", "mac_algorithm"]);
    let mac = text(&made["mac"]);
    assert!(mac.len() == 64 && mac.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')), "{mac}");
    for (mac, expected) in [(mac, true), ("00".repeat(32), false)] {
        body["mac"] = json!(mac);
        let expected = json!({ "key_id": key, "mac_algorithm": "HMAC_SHA_256", "mac_valid": expected });
        assert_eq!(bench.ok("/verify-mac", body.clone()).await, expected);
    }
    for (algorithm, expected) in [("HMAC_SHA_512", "KMS.0308"), ("HMAC_SM3", "KMS.0308"), ("", "KMS.0204")] {
        body["mac_algorithm"] = json!(algorithm);
        assert_eq!(bench.refused("/generate-mac", body.clone()).await, expected, "{algorithm}");
    }
}

/// The public key of a key, in base64.
async fn public_key(bench: &Bench, key: &str) -> String {
    let answer = bench.ok("/get-publickey", json!({ "key_id": key })).await;
    assert_eq!((names(&answer), &answer["key_id"]), (vec!["key_id", "public_key"], &json!(key)));
    let pem = text(&answer["public_key"]);
    pem.lines().filter(|line| !line.starts_with('-')).collect()
}

#[tokio::test]
async fn two_keys_agree_on_a_secret() {
    let bench = Bench::new().await;
    let member =
        |alias: &str| json!({ "key_alias": alias, "key_spec": "EC_P256", "key_usage": "KEY_AGREEMENT" });
    let (one, two) = (bench.key(member("one")).await, bench.key(member("two")).await);
    let derive = |key: &str, public: String| json!({ "key_id": key, "key_agreement_algorithm": "ECDH", "public_key": public });
    let secret: Value = bench.ok("/derive-shared-secret", derive(&one, public_key(&bench, &two).await)).await;
    assert_eq!(names(&secret), ["key_agreement_algorithm", "key_id", "shared_secret"]);
    let other = bench.ok("/derive-shared-secret", derive(&two, public_key(&bench, &one).await)).await;
    assert_eq!(secret["shared_secret"], other["shared_secret"]);
    assert_eq!(bench.refused("/derive-shared-secret", derive(&one, "AAAA".to_owned())).await, "KMS.0308");
    let aes = bench.key(json!({ "key_alias": "aes" })).await;
    assert_eq!(bench.refused("/get-publickey", json!({ "key_id": aes })).await, "KMS.0331");
}
