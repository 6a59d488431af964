//! Data key pairs: made by the server, kept by the caller.

use std::collections::BTreeMap;

use api::{
    Blob, CreateKey, DataKeyPairSpec, Decrypt, DisableKey, ErrorCode, GenerateDataKeyPair,
    GenerateDataKeyPairWithoutPlaintext, KeySpec, KeyUsage, OriginType, ScheduleKeyDeletion,
};
use crypto::{Curve, Material, MlKemSet, RsaBits, SecretBytes};

use crate::world::{World, refused};

const PAIRS: [(DataKeyPairSpec, crypto::KeySpec); 11] = [
    (DataKeyPairSpec::Rsa2048, crypto::KeySpec::Rsa(RsaBits::B2048)),
    (DataKeyPairSpec::Rsa3072, crypto::KeySpec::Rsa(RsaBits::B3072)),
    (DataKeyPairSpec::Rsa4096, crypto::KeySpec::Rsa(RsaBits::B4096)),
    (DataKeyPairSpec::EccNistP256, crypto::KeySpec::Ecc(Curve::P256)),
    (DataKeyPairSpec::EccNistP384, crypto::KeySpec::Ecc(Curve::P384)),
    (DataKeyPairSpec::EccNistP521, crypto::KeySpec::Ecc(Curve::P521)),
    (DataKeyPairSpec::EccSecgP256k1, crypto::KeySpec::Ecc(Curve::K256)),
    (DataKeyPairSpec::EccNistEdwards25519, crypto::KeySpec::Ed25519),
    (DataKeyPairSpec::MlKem512, crypto::KeySpec::MlKem(MlKemSet::K512)),
    (DataKeyPairSpec::MlKem768, crypto::KeySpec::MlKem(MlKemSet::K768)),
    (DataKeyPairSpec::MlKem1024, crypto::KeySpec::MlKem(MlKemSet::K1024)),
];

fn decrypt(blob: &Blob, context: Option<BTreeMap<String, String>>) -> Decrypt {
    let mut request = Decrypt::request();
    request.ciphertext_blob = Some(blob.clone());
    request.encryption_context = context;
    request
}

/// The public key that belongs to a PKCS#8 document.
fn public_of(spec: crypto::KeySpec, private: &[u8]) -> Vec<u8> {
    let material = Material::from_bytes(spec, &SecretBytes::copy_of(private)).unwrap();
    material.public_key().unwrap().to_vec()
}

#[tokio::test]
async fn both_halves_of_every_pair_belong_together() {
    let world = World::new().await;
    let key = world.create(KeySpec::SymmetricDefault, OriginType::AwsKms).await;
    let metadata = world.describe(&key).await;
    for (name, spec) in PAIRS {
        let made = world.call(GenerateDataKeyPair::request(&key, name)).await.unwrap();
        assert_eq!((&made.key_id, made.key_pair_spec), (&metadata.arn, name));
        assert_eq!(made.key_material_id, metadata.current_key_material_id);
        assert!(made.key_material_id.is_some() && made.ciphertext_for_recipient.is_none());
        let private = made.private_key_plaintext.unwrap();
        assert_eq!(public_of(spec, private.as_bytes()), made.public_key.as_bytes(), "{name}");
        let opened = world.call(decrypt(&made.private_key_ciphertext_blob, None)).await.unwrap();
        assert_eq!(opened.plaintext.unwrap().as_bytes(), private.as_bytes());

        let blind = GenerateDataKeyPairWithoutPlaintext::request(&key, name);
        let made = world.call(blind).await.unwrap();
        assert_eq!((&made.key_id, made.key_pair_spec), (&metadata.arn, name));
        assert_eq!(made.key_material_id, metadata.current_key_material_id);
        let opened = world.call(decrypt(&made.private_key_ciphertext_blob, None)).await.unwrap();
        let another = opened.plaintext.unwrap();
        assert_eq!(public_of(spec, another.as_bytes()), made.public_key.as_bytes(), "{name}");
        assert_ne!(another.as_bytes(), private.as_bytes(), "each call makes a pair of its own");
    }
}

#[tokio::test]
async fn the_encryption_context_is_bound_to_the_private_key() {
    let world = World::new().await;
    let key = world.create(KeySpec::SymmetricDefault, OriginType::AwsKms).await;
    let context = |value: &str| Some(BTreeMap::from([("purpose".to_owned(), value.to_owned())]));
    let mut request = GenerateDataKeyPair::request(&key, DataKeyPairSpec::EccNistP256);
    request.encryption_context = context("test");
    let mut blind = GenerateDataKeyPairWithoutPlaintext::request(&key, DataKeyPairSpec::EccNistP256);
    blind.encryption_context = context("test");
    for blob in [
        world.call(request).await.unwrap().private_key_ciphertext_blob,
        world.call(blind).await.unwrap().private_key_ciphertext_blob,
    ] {
        assert!(world.call(decrypt(&blob, context("test"))).await.is_ok());
        for wrong in [None, context("other")] {
            refused(world.call(decrypt(&blob, wrong)).await, ErrorCode::InvalidCiphertext);
        }
    }
}

/// Both operations, which must refuse alike.
async fn both_refuse(
    world: &World,
    key: &str,
    spec: DataKeyPairSpec,
    (dry_run, tokens): (Option<bool>, Option<Vec<String>>),
    code: ErrorCode,
) {
    let mut request = GenerateDataKeyPair::request(key, spec);
    (request.dry_run, request.grant_tokens) = (dry_run, tokens.clone());
    refused(world.call(request).await, code);
    let mut blind = GenerateDataKeyPairWithoutPlaintext::request(key, spec);
    (blind.dry_run, blind.grant_tokens) = (dry_run, tokens);
    refused(world.call(blind).await, code);
}

#[tokio::test]
async fn pairs_are_refused_by_spec_usage_and_state() {
    let world = World::new().await;
    let symmetric = world.create(KeySpec::SymmetricDefault, OriginType::AwsKms).await;
    let (p256, plain) = (DataKeyPairSpec::EccNistP256, (None, None));
    both_refuse(&world, &symmetric, DataKeyPairSpec::Sm2, plain, ErrorCode::UnsupportedOperation).await;
    let nonsense = (None, Some(vec!["nonsense".to_owned()]));
    both_refuse(&world, &symmetric, p256, nonsense, ErrorCode::InvalidGrantToken).await;
    both_refuse(&world, &symmetric, p256, (Some(true), None), ErrorCode::DryRun).await;

    let signing = world.create(KeySpec::EccNistP256, OriginType::AwsKms).await;
    both_refuse(&world, &signing, p256, (None, None), ErrorCode::InvalidKeyUsage).await;
    both_refuse(&world, &signing, p256, (Some(true), None), ErrorCode::InvalidKeyUsage).await;
    let mut rsa = CreateKey::request();
    (rsa.key_spec, rsa.key_usage) = (Some(KeySpec::Rsa2048), Some(KeyUsage::EncryptDecrypt));
    let rsa = world.call(rsa).await.unwrap().key_metadata.key_id;
    both_refuse(&world, &rsa, p256, (None, None), ErrorCode::InvalidKeyUsage).await;

    let missing = "01234567-89ab-cdef-0123-456789abcdef";
    both_refuse(&world, missing, p256, (None, None), ErrorCode::NotFound).await;
    both_refuse(&world, "alias/nothing", p256, (None, None), ErrorCode::NotFound).await;
    let pending = world.external(KeySpec::SymmetricDefault).await;
    both_refuse(&world, &pending, p256, (None, None), ErrorCode::KmsInvalidState).await;
    world.call(DisableKey::request(&symmetric)).await.unwrap();
    both_refuse(&world, &symmetric, p256, (None, None), ErrorCode::Disabled).await;
    both_refuse(&world, &symmetric, p256, (Some(true), None), ErrorCode::Disabled).await;
    world.call(ScheduleKeyDeletion::request(&symmetric)).await.unwrap();
    both_refuse(&world, &symmetric, p256, (None, None), ErrorCode::KmsInvalidState).await;
}
