//! `DeriveSharedSecret`: two keys of the server agree with each other and with keys from outside.

use api::{
    Blob, CreateKey, DeriveSharedSecret, DisableKey, ErrorCode, GetPublicKey, KeyAgreementAlgorithmSpec,
    KeySpec, KeyUsage, OriginType, ScheduleKeyDeletion,
};
use crypto::{Curve, Material};

use crate::world::{World, refused};

const CURVES: [(KeySpec, Curve, usize); 3] = [
    (KeySpec::EccNistP256, Curve::P256, 32),
    (KeySpec::EccNistP384, Curve::P384, 48),
    (KeySpec::EccNistP521, Curve::P521, 66),
];

async fn agreement_key(world: &World, spec: KeySpec, origin: OriginType) -> String {
    let mut request = CreateKey::request();
    (request.key_spec, request.origin) = (Some(spec), Some(origin));
    request.key_usage = Some(KeyUsage::KeyAgreement);
    world.call(request).await.unwrap().key_metadata.key_id
}

fn request(key: &str, peer: &[u8]) -> DeriveSharedSecret {
    DeriveSharedSecret::request(key, KeyAgreementAlgorithmSpec::Ecdh, Blob::new(peer))
}

fn outside(curve: Curve) -> Material {
    Material::generate(crypto::KeySpec::Ecc(curve)).unwrap()
}

#[tokio::test]
async fn both_sides_derive_the_same_secret() {
    let world = World::new().await;
    for (spec, curve, length) in CURVES {
        let ours = agreement_key(&world, spec, OriginType::AwsKms).await;
        let other = agreement_key(&world, spec, OriginType::AwsKms).await;
        let public = world.call(GetPublicKey::request(&ours)).await.unwrap();
        assert_eq!(public.key_agreement_algorithms, Some(vec![KeyAgreementAlgorithmSpec::Ecdh]));
        let other_public = world.call(GetPublicKey::request(&other)).await.unwrap().public_key;

        let derived = world.call(request(&ours, other_public.as_bytes())).await.unwrap();
        assert_eq!(derived.key_id, world.describe(&ours).await.arn);
        assert_eq!(derived.key_agreement_algorithm, KeyAgreementAlgorithmSpec::Ecdh);
        assert_eq!(derived.key_origin, OriginType::AwsKms);
        assert!(derived.ciphertext_for_recipient.is_none());
        let secret = derived.shared_secret.unwrap();
        assert_eq!(secret.len(), length);
        let theirs = world.call(request(&other, public.public_key.as_bytes())).await.unwrap();
        assert_eq!(theirs.shared_secret.unwrap().as_bytes(), secret.as_bytes());

        let peer = outside(curve);
        let derived = world.call(request(&ours, peer.public_key().unwrap())).await.unwrap();
        let expected = peer.agree(public.public_key.as_bytes()).unwrap();
        assert!(expected.same_as(derived.shared_secret.unwrap().as_bytes()));
        assert!(!expected.same_as(secret.as_bytes()));
    }
}

#[tokio::test]
async fn imported_keys_agree_and_say_where_they_come_from() {
    let world = World::new().await;
    let (material, peer) = (outside(Curve::P256), outside(Curve::P256));
    let key = agreement_key(&world, KeySpec::EccNistP256, OriginType::External).await;
    let asked = request(&key, peer.public_key().unwrap());
    refused(world.call(asked.clone()).await, ErrorCode::KmsInvalidState);
    world.import(&key, material.to_bytes().expose()).await.unwrap();
    let derived = world.call(asked).await.unwrap();
    assert_eq!(derived.key_origin, OriginType::External);
    let expected = peer.agree(material.public_key().unwrap()).unwrap();
    assert!(expected.same_as(derived.shared_secret.unwrap().as_bytes()));
}

#[tokio::test]
async fn peers_that_do_not_fit_are_refused() {
    let world = World::new().await;
    let key = agreement_key(&world, KeySpec::EccNistP384, OriginType::AwsKms).await;
    let good = outside(Curve::P384).public_key().unwrap().to_vec();
    let mut off_curve = good.clone();
    *off_curve.last_mut().unwrap() ^= 1;
    let cases = [
        ("another curve", outside(Curve::P256).public_key().unwrap().to_vec(), "key spec ECC_NIST_P384"),
        ("secp256k1", outside(Curve::K256).public_key().unwrap().to_vec(), "key spec ECC_NIST_P384"),
        (
            "another algorithm",
            Material::generate(crypto::KeySpec::Ed25519).unwrap().public_key().unwrap().to_vec(),
            "key spec ECC_NIST_P384",
        ),
        ("off the curve", off_curve, "not a point"),
        ("one byte more", [&good[..], &[0]].concat(), "SubjectPublicKeyInfo"),
        ("one byte less", good[..good.len() - 1].to_vec(), "SubjectPublicKeyInfo"),
        ("no key", b"no key".to_vec(), "SubjectPublicKeyInfo"),
    ];
    for (name, peer, text) in cases {
        let error = refused(world.call(request(&key, &peer)).await, ErrorCode::Validation);
        assert!(error.message().unwrap().contains(text), "{name}: {error}");
        let mut rehearsed = request(&key, &peer);
        rehearsed.dry_run = Some(true);
        refused(world.call(rehearsed).await, ErrorCode::Validation);
    }
}

#[tokio::test]
async fn keys_that_may_not_agree_do_not() {
    let world = World::new().await;
    let key = agreement_key(&world, KeySpec::EccNistP256, OriginType::AwsKms).await;
    let peer = outside(Curve::P256).public_key().unwrap().to_vec();
    let mut rehearsed = request(&key, &peer);
    rehearsed.dry_run = Some(true);
    refused(world.call(rehearsed).await, ErrorCode::DryRun);
    let mut tokens = request(&key, &peer);
    tokens.grant_tokens = Some(vec!["nonsense".to_owned()]);
    refused(world.call(tokens).await, ErrorCode::InvalidGrantToken);

    for spec in [KeySpec::EccNistP256, KeySpec::SymmetricDefault, KeySpec::MlKem512] {
        let other = world.create(spec, OriginType::AwsKms).await;
        refused(world.call(request(&other, &peer)).await, ErrorCode::InvalidKeyUsage);
    }
    for (usage, spec) in [
        (KeyUsage::KeyAgreement, KeySpec::EccSecgP256k1),
        (KeyUsage::KeyAgreement, KeySpec::EccNistEdwards25519),
        (KeyUsage::KeyAgreement, KeySpec::Rsa2048),
    ] {
        let mut create = CreateKey::request();
        (create.key_usage, create.key_spec) = (Some(usage), Some(spec));
        refused(world.call(create).await, ErrorCode::Validation);
    }
    let missing = "01234567-89ab-cdef-0123-456789abcdef";
    refused(world.call(request(missing, &peer)).await, ErrorCode::NotFound);
    world.call(DisableKey::request(&key)).await.unwrap();
    refused(world.call(request(&key, &peer)).await, ErrorCode::Disabled);
    world.call(ScheduleKeyDeletion::request(&key)).await.unwrap();
    refused(world.call(request(&key, &peer)).await, ErrorCode::KmsInvalidState);
}
