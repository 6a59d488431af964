//! Data keys, data, and random data.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::{Bench, names, text};

#[tokio::test]
async fn random_data_has_the_length_that_was_asked_for() {
    let bench = Bench::new().await;
    let answer = bench.ok("/gen-random", json!({ "random_data_length": "512" })).await;
    assert_eq!(names(&answer), ["random_data"]);
    let bytes = hex::decode(text(&answer["random_data"])).unwrap();
    assert_eq!(bytes.len(), 64);
    assert_eq!(text(&answer["random_data"]), hex::encode_upper(bytes));
}

#[tokio::test]
async fn a_data_key_is_made_decrypted_and_encrypted_again() {
    let bench = Bench::new().await;
    let key = bench.key(json!({ "key_alias": "a" })).await;
    let context = json!({ "Key1": "Value1" });
    let made = json!({ "key_id": "alias/a", "datakey_length": "512", "encryption_context": context });
    let made = bench.ok("/create-datakey", made).await;
    assert_eq!((names(&made), &made["key_id"]), (vec!["cipher_text", "key_id", "plain_text"], &json!(key)));
    let plain = hex::decode(text(&made["plain_text"])).unwrap();
    assert_eq!(plain.len(), 64);
    let mut body = json!({
        "key_id": key, "cipher_text": made["cipher_text"], "datakey_cipher_length": "64",
        "encryption_context": context,
    });
    let digest = hex::encode_upper(crypto::digest::sha256(&plain));
    let expected = json!({ "data_key": made["plain_text"], "datakey_length": "64", "datakey_dgst": digest });
    assert_eq!(bench.ok("/decrypt-datakey", body.clone()).await, expected);
    body["datakey_cipher_length"] = json!("32");
    assert_eq!(bench.refused("/decrypt-datakey", body.clone()).await, "KMS.2204");
    body["encryption_context"] = json!({ "Key1": "other" });
    assert_eq!(bench.refused("/decrypt-datakey", body).await, "KMS.2201");

    let again = json!({
        "key_id": key, "plain_text": format!("{}{digest}", text(&made["plain_text"])),
        "datakey_plain_length": "64",
    });
    let encrypted = bench.ok("/encrypt-datakey", again).await;
    assert_eq!(names(&encrypted), ["cipher_text", "datakey_length", "key_id"]);
    assert_eq!((&encrypted["datakey_length"], &encrypted["key_id"]), (&json!("64"), &json!(key)));
    let back = json!({ "key_id": key, "cipher_text": encrypted["cipher_text"], "datakey_cipher_length": 64 });
    assert_eq!(bench.ok("/decrypt-datakey", back).await, expected);
}

#[tokio::test]
async fn a_data_key_without_plaintext_has_the_length_of_its_spec() {
    let bench = Bench::new().await;
    let key = bench.key(json!({ "key_alias": "a" })).await;
    let made = json!({ "key_id": key, "key_spec": "AES_128", "additional_authenticated_data": "123add" });
    let made = bench.ok("/create-datakey-without-plaintext", made).await;
    assert_eq!(names(&made), ["cipher_text", "key_id"]);
    let body = json!({
        "key_id": key, "cipher_text": made["cipher_text"], "datakey_cipher_length": "16",
        "additional_authenticated_data": "123add",
    });
    assert_eq!(bench.ok("/decrypt-datakey", body).await["datakey_length"], "16");
}

#[tokio::test]
async fn data_key_pairs_open_with_decrypt_data() {
    let bench = Bench::new().await;
    let key = bench.key(json!({ "key_alias": "a" })).await;
    let body = json!({ "key_id": key, "key_spec": "ECC_NIST_P256", "additional_authenticated_data": "x" });
    let pair = bench.ok("/create-ec-datakey-pair", body).await;
    assert_eq!(
        names(&pair),
        ["key_id", "key_spec", "private_key_cipher_text", "private_key_plain_text", "public_key"]
    );
    assert_eq!((&pair["key_id"], &pair["key_spec"]), (&json!(key), &json!("ECC_NIST_P256")));
    let open =
        json!({ "cipher_text": pair["private_key_cipher_text"], "additional_authenticated_data": "x" });
    assert_eq!(bench.ok("/decrypt-data", open).await["plain_text_base64"], pair["private_key_plain_text"]);
    let body = json!({ "key_id": key, "key_spec": "RSA_2048", "with_plain_text": "false" });
    let pair = bench.ok("/create-rsa-datakey-pair", body).await;
    assert_eq!(names(&pair), ["key_id", "key_spec", "private_key_cipher_text", "public_key"]);
    for (path, spec) in
        [("/create-rsa-datakey-pair", "ECC_NIST_P256"), ("/create-ec-datakey-pair", "RSA_2048")]
    {
        assert_eq!(bench.refused(path, json!({ "key_id": key, "key_spec": spec })).await, "KMS.0308");
    }
}

#[tokio::test]
async fn data_is_encrypted_decrypted_and_encrypted_anew() {
    let bench = Bench::new().await;
    let (one, two) =
        (bench.key(json!({ "key_alias": "one" })).await, bench.key(json!({ "key_alias": "two" })).await);
    let body =
        json!({ "key_id": one, "plain_text": "12345678", "encryption_algorithm": "SYMMETRIC_DEFAULT" });
    let encrypted = bench.ok("/encrypt-data", body).await;
    assert_eq!((names(&encrypted), &encrypted["key_id"]), (vec!["cipher_text", "key_id"], &json!(one)));
    let text_of = |key: &str| json!({ "key_id": key, "plain_text": "12345678", "plain_text_base64": STANDARD.encode("12345678") });
    let cipher = json!({ "cipher_text": encrypted["cipher_text"] });
    assert_eq!(bench.ok("/decrypt-data", cipher).await, text_of(&one));
    let body = json!({
        "cipher_text": encrypted["cipher_text"], "source_key_id": one, "destination_key_id": "alias/two",
        "destination_additional_authenticated_data": "more",
    });
    let anew = bench.ok("/re-encrypt", body).await;
    let expected = json!({
        "key_id": two, "source_key_id": one, "source_encryption_algorithm": "SYMMETRIC_DEFAULT",
        "destination_encryption_algorithm": "SYMMETRIC_DEFAULT", "cipher_text": anew["cipher_text"],
    });
    assert_eq!(anew, expected);
    let mut body = json!({ "cipher_text": anew["cipher_text"], "additional_authenticated_data": "more" });
    assert_eq!(bench.ok("/decrypt-data", body.clone()).await, text_of(&two));
    body["key_id"] = json!(one);
    assert_eq!(bench.refused("/decrypt-data", body).await, "KMS.2201", "another key's");

    for (case, member, value, expected) in [
        ("too long", "plain_text", json!("a".repeat(4097)), "KMS.2101"),
        ("nothing", "plain_text", json!(""), "KMS.0204"),
        ("another algorithm", "encryption_algorithm", json!("RSAES_OAEP_SHA_256"), "KMS.2105"),
        ("an unknown algorithm", "encryption_algorithm", json!("SM2PKE"), "KMS.0308"),
        ("a context of numbers", "encryption_context", json!({ "a": 1 }), "KMS.0208"),
    ] {
        let mut body = json!({ "key_id": one, "plain_text": "a" });
        body[member] = value;
        assert_eq!(bench.refused("/encrypt-data", body).await, expected, "{case}");
    }
}

#[tokio::test]
async fn an_rsa_key_encrypts_little_and_knows_no_context() {
    let bench = Bench::new().await;
    let members = json!({ "key_alias": "rsa", "key_spec": "RSA_2048", "key_usage": "ENCRYPT_DECRYPT" });
    let key = bench.key(members).await;
    let mut body = json!({ "key_id": key, "plain_text": "a", "encryption_algorithm": "RSAES_OAEP_SHA_256" });
    let encrypted = bench.ok("/encrypt-data", body.clone()).await;
    let back = json!({
        "key_id": key, "cipher_text": encrypted["cipher_text"], "encryption_algorithm": "RSAES_OAEP_SHA_256",
    });
    assert_eq!(bench.ok("/decrypt-data", back).await["plain_text"], "a");
    body["plain_text"] = json!("a".repeat(191));
    assert_eq!(bench.refused("/encrypt-data", body).await, "KMS.2108");
    assert_eq!(bench.refused("/create-datakey", json!({ "key_id": key })).await, "KMS.0325");
}
