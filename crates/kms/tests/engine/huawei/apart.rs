//! Data keys and data: whoever may open the one opens by that none of the other.

use api::{
    Blob, CreateAlias, CreateKey, Decrypt, Encrypt, EncryptionAlgorithmSpec, Error, ErrorCode,
    GenerateDataKeyWithoutPlaintext, KeySpec, KeyUsage, OriginType, ReEncrypt, Reason,
};
use kms::huawei::{self, DecryptDataKey, EncryptDataKey, ListKeys, UpdateKeyAlias};
use kms::{Caller, Dialect, Operation};

use super::{because, named};
use crate::authorization::people::{allow, by_in, deny, user};
use crate::world::{ACCOUNT, World, refused};

fn data_key(ciphertext: &Blob) -> DecryptDataKey {
    DecryptDataKey { ciphertext: ciphertext.clone(), key_id: None, encryption_context: None }
}

fn data(ciphertext: &Blob) -> Decrypt {
    Decrypt { ciphertext_blob: Some(ciphertext.clone()), ..Decrypt::request() }
}

fn again(ciphertext: &Blob, key: &str) -> ReEncrypt {
    ReEncrypt { ciphertext_blob: Some(ciphertext.clone()), ..ReEncrypt::request(key) }
}

/// What is data, and what is a data key, by both APIs.
async fn ciphertexts(world: &World, key: &str) -> ([Blob; 2], [Blob; 3]) {
    let encrypt = || Encrypt::request(key, Blob::new(*b"some data"));
    let generate = || {
        let mut request = GenerateDataKeyWithoutPlaintext::request(key);
        request.number_of_bytes = Some(9);
        request
    };
    let bring = EncryptDataKey {
        key_id: key.to_owned(),
        plaintext: Blob::new(*b"a key of.."),
        encryption_context: None,
    };
    (
        [
            world.huawei(encrypt()).await.unwrap().ciphertext_blob,
            world.call(encrypt()).await.unwrap().ciphertext_blob,
        ],
        [
            world.huawei(generate()).await.unwrap().ciphertext_blob,
            world.call(generate()).await.unwrap().ciphertext_blob,
            world.huawei(bring).await.unwrap().ciphertext_blob,
        ],
    )
}

#[tokio::test]
async fn neither_is_opened_as_the_other() {
    let world = World::new().await;
    let key = world.named("a").await;
    let (data_made, keys_made) = ciphertexts(&world, &key).await;
    for blob in &data_made {
        world.huawei(data(blob)).await.unwrap();
        because(world.huawei(data_key(blob)).await, ErrorCode::InvalidCiphertext, Reason::Ciphertext);
    }
    for blob in &keys_made {
        world.huawei(data_key(blob)).await.unwrap();
        because(world.huawei(data(blob)).await, ErrorCode::InvalidCiphertext, Reason::Ciphertext);
    }
    // AWS's API has one operation for both.
    for blob in data_made.iter().chain(&keys_made) {
        world.call(data(blob)).await.unwrap();
    }
}

#[tokio::test]
async fn what_is_encrypted_anew_stays_what_it_was() {
    let world = World::new().await;
    let (key, other) = (world.named("a").await, world.named("b").await);
    let (data_made, keys_made) = ciphertexts(&world, &key).await;
    for (blobs, is_key) in [(&data_made[..], false), (&keys_made[..], true)] {
        for blob in blobs {
            let again = again(blob, &other);
            let by_huawei = world.huawei(again.clone()).await.unwrap().ciphertext_blob;
            let by_aws = world.call(again).await.unwrap().ciphertext_blob;
            for blob in [by_huawei, by_aws] {
                assert_eq!(world.huawei(data_key(&blob)).await.is_ok(), is_key);
                assert_eq!(world.huawei(data(&blob)).await.is_ok(), !is_key);
            }
        }
    }
    // Ciphertexts of asymmetric keys do not tell what is in them.
    let rsa = named("rsa", KeySpec::Rsa2048, KeyUsage::EncryptDecrypt, OriginType::AwsKms);
    let rsa = world.huawei(rsa).await.unwrap().key_metadata.key_id;
    let to_rsa = |blob: &Blob| {
        let mut request = again(blob, &rsa);
        request.destination_encryption_algorithm = Some(EncryptionAlgorithmSpec::RsaesOaepSha256);
        request
    };
    world.huawei(to_rsa(&data_made[0])).await.unwrap();
    because(world.huawei(to_rsa(&keys_made[0])).await, ErrorCode::UnsupportedOperation, Reason::NotSymmetric);
    world.call(to_rsa(&keys_made[0])).await.unwrap();
}

fn by(world: &World, statements: &[serde_json::Value]) -> Caller {
    by_in(user(ACCOUNT, "ann", statements), &world.caller.region)
}

async fn ask<O: Operation>(
    world: &World,
    caller: &Caller,
    permissions: &'static [&'static str],
    request: O,
) -> Result<O::Response, Error> {
    world.kms.call_as(caller, Dialect::huawei(permissions), request).await
}

#[tokio::test]
async fn what_a_request_does_besides_is_denied_by_what_denies_that() {
    let world = World::new().await;
    let key = world.named("a").await;
    let all = serde_json::json!({ "Effect": "Allow", "Action": ["kms:*", "kms:*:*"], "Resource": "*" });
    let but = |action: &str| {
        let deny = serde_json::json!({ "Effect": "Deny", "Action": action, "Resource": "*" });
        by(&world, &[all.clone(), deny])
    };
    // A list shows what a description would.
    let list = || ListKeys { limit: 10, ..ListKeys::default() };
    let seen = ask(&world, &but("kms:cmk:get"), &["kms:cmk:list"], list()).await.unwrap();
    assert_eq!(seen.total, 0);
    let seen = ask(&world, &but("kms:cmk:disable"), &["kms:cmk:list"], list()).await.unwrap();
    assert_eq!(seen.total, 1);
    // A key that comes with an alias is an alias more.
    let create = |alias: &str| huawei::CreateKey { alias: alias.to_owned(), key: CreateKey::request() };
    let denied = ask(&world, &but("kms:alias:create"), &["kms:cmk:create"], create("b")).await;
    refused(denied, ErrorCode::AccessDenied);
    ask(&world, &but("kms:alias:delete"), &["kms:cmk:create"], create("c")).await.unwrap();
    // A new name takes the old one away.
    let rename = || UpdateKeyAlias { key_id: key.clone(), alias: "d".to_owned() };
    for action in
        ["kms:alias:create", "kms:alias:delete", "kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias"]
    {
        let denied = ask(&world, &but(action), &["kms:cmk:update"], rename()).await;
        refused(denied, ErrorCode::AccessDenied);
        assert_eq!(world.alias(&key).await, "a", "{action}");
    }
    ask(&world, &but("kms:alias:list"), &["kms:cmk:update"], rename()).await.unwrap();
    assert_eq!(world.alias(&key).await, "d");
}

#[tokio::test]
async fn a_keys_policy_has_its_say_about_a_new_name() {
    let world = World::new().await;
    let mut request = CreateKey::request();
    let everything = serde_json::json!({
        "Effect": "Allow", "Principal": { "AWS": ACCOUNT }, "Action": "kms:*", "Resource": "*",
    });
    let mut never = everything.clone();
    never["Effect"] = "Deny".into();
    never["Action"] = "kms:DeleteAlias".into();
    let policy = serde_json::json!({ "Version": "2012-10-17", "Statement": [everything, never] });
    request.policy = Some(policy.to_string());
    let key = world.huawei(huawei::CreateKey { alias: "a".to_owned(), key: request }).await.unwrap();
    let key = key.key_metadata.key_id;
    let rename = UpdateKeyAlias { key_id: key.clone(), alias: "b".to_owned() };
    refused(world.huawei(rename).await, ErrorCode::AccessDenied);
    world.call(CreateAlias::request("alias/b", key.as_str())).await.unwrap();
}

#[tokio::test]
async fn keys_of_services_say_that_they_are() {
    let world = World::new().await;
    let described = huawei::DescribeKey { key_id: "alias/aws/s3".to_owned() };
    world.call(api::DescribeKey::request("alias/aws/s3")).await.unwrap();
    let key = world.huawei(described).await.unwrap().metadata.key_id;
    let use_it = world.huawei(Encrypt::request(key.as_str(), Blob::new(*b"x"))).await;
    because(use_it, ErrorCode::AccessDenied, Reason::KeyManagedByService);
    // Whom policies of its own deny learns no more than that.
    let ann = by(&world, &[allow(&["DescribeKey"]), deny(&["Encrypt"])]);
    let denied =
        ask(&world, &ann, &["kms:cmk:crypto"], Encrypt::request(key.as_str(), Blob::new(*b"x"))).await;
    assert_eq!(refused(denied, ErrorCode::AccessDenied).reason(), None);
}
