//! Every operation once as it should be, and its main refusals.

use std::collections::BTreeMap;

use api::{
    Blob, CancelKeyDeletion, CreateAlias, CreateKey, DataKeySpec, Decrypt, DeleteAlias, DescribeKey,
    DisableKey, EnableKey, Encrypt, EncryptionAlgorithmSpec, ErrorCode, GenerateDataKey,
    GenerateDataKeyWithoutPlaintext, GenerateMac, GenerateRandom, GetPublicKey, KeySpec, KeyState, KeyUsage,
    ListAliases, ListKeys, MacAlgorithmSpec, MessageType, OriginType, ReEncrypt, ScheduleKeyDeletion, Sign,
    SigningAlgorithmSpec, Tag, UpdateAlias, Verify, VerifyMac,
};
use kms::Caller;

use crate::authorization::people::{by, user};
use crate::world::{ACCOUNT, World, refused, usage};

const OFFERED: [KeySpec; 19] = [
    KeySpec::Rsa2048,
    KeySpec::Rsa3072,
    KeySpec::Rsa4096,
    KeySpec::EccNistP256,
    KeySpec::EccNistP384,
    KeySpec::EccNistP521,
    KeySpec::EccSecgP256k1,
    KeySpec::SymmetricDefault,
    KeySpec::Hmac224,
    KeySpec::Hmac256,
    KeySpec::Hmac384,
    KeySpec::Hmac512,
    KeySpec::MlDsa44,
    KeySpec::MlDsa65,
    KeySpec::MlDsa87,
    KeySpec::EccNistEdwards25519,
    KeySpec::MlKem512,
    KeySpec::MlKem768,
    KeySpec::MlKem1024,
];

fn context(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[tokio::test]
async fn every_spec_but_sm2_makes_keys() {
    let world = World::new().await;
    for spec in OFFERED {
        let metadata = world.describe(&world.create(spec, OriginType::AwsKms).await).await;
        assert_eq!((metadata.key_state, metadata.key_spec), (KeyState::Enabled, spec));
        let lists = [
            metadata.encryption_algorithms.is_some(),
            metadata.signing_algorithms.is_some(),
            metadata.mac_algorithms.is_some(),
            metadata.key_agreement_algorithms.is_some(),
            metadata.encapsulation_algorithms.is_some(),
        ];
        assert_eq!(lists.iter().filter(|shown| **shown).count(), 1, "{spec}");
        assert_eq!(metadata.current_key_material_id.is_some(), spec == KeySpec::SymmetricDefault, "{spec}");
    }
    let mut sm2 = CreateKey::request();
    (sm2.key_spec, sm2.key_usage) = (Some(KeySpec::Sm2), Some(KeyUsage::SignVerify));
    refused(world.call(sm2).await, ErrorCode::UnsupportedOperation);
}

/// A name, what is wrong with the request, and what is answered.
type Case = (&'static str, fn(&mut CreateKey), ErrorCode);

#[tokio::test]
async fn create_key_refuses_what_does_not_go_together() {
    let world = World::new().await;
    let cases: [Case; 11] = [
        ("usage is missing", |r| r.key_spec = Some(KeySpec::Rsa2048), ErrorCode::Validation),
        ("usage does not fit", |r| r.key_usage = Some(KeyUsage::SignVerify), ErrorCode::Validation),
        (
            "both names of the spec",
            |r| {
                r.key_spec = Some(KeySpec::SymmetricDefault);
                r.customer_master_key_spec = r.key_spec;
            },
            ErrorCode::Validation,
        ),
        ("key store", |r| r.origin = Some(OriginType::AwsCloudHsm), ErrorCode::UnsupportedOperation),
        (
            "key store id",
            |r| r.custom_key_store_id = Some("cks-1".to_owned()),
            ErrorCode::UnsupportedOperation,
        ),
        ("external key", |r| r.xks_key_id = Some("x".to_owned()), ErrorCode::UnsupportedOperation),
        (
            "ML-KEM cannot be imported",
            |r| {
                (r.key_spec, r.origin) = (Some(KeySpec::MlKem768), Some(OriginType::External));
                r.key_usage = Some(KeyUsage::EncapsulateDecapsulate);
            },
            ErrorCode::UnsupportedOperation,
        ),
        ("no policy", |r| r.policy = Some("{}".to_owned()), ErrorCode::MalformedPolicyDocument),
        ("long policy", |r| r.policy = Some(format!("{{{}}}", " ".repeat(40_000))), ErrorCode::LimitExceeded),
        ("tag twice", |r| r.tags = Some(vec![tag("a", "1"), tag("a", "2")]), ErrorCode::Tag),
        ("reserved tag", |r| r.tags = Some(vec![tag("AWS:a", "1")]), ErrorCode::Tag),
    ];
    for (name, change, code) in cases {
        let mut request = CreateKey::request();
        change(&mut request);
        let error = world.call(request).await.expect_err(name);
        assert_eq!(error.code(), code, "{name}: {error}");
    }
    assert!(world.call(ListKeys::request()).await.unwrap().keys.is_empty());
}

fn tag(key: &str, value: &str) -> Tag {
    Tag { tag_key: key.to_owned(), tag_value: value.to_owned() }
}

#[tokio::test]
async fn a_multi_region_key_is_the_primary_of_its_region() {
    let world = World::new().await;
    let mut request = CreateKey::request();
    request.multi_region = Some(true);
    request.description = Some("everywhere".to_owned());
    let metadata = world.call(request).await.unwrap().key_metadata;
    assert!(metadata.key_id.starts_with("mrk-"));
    assert_eq!(metadata.description, "everywhere");
    let configuration = metadata.multi_region_configuration.unwrap();
    assert_eq!(configuration.primary_key.arn, metadata.arn);
    assert_eq!(configuration.primary_key.region, "eu-west-1");
    assert!(configuration.replica_keys.is_empty());
    let blob =
        world.call(Encrypt::request(&metadata.key_id, Blob::new(*b"m"))).await.unwrap().ciphertext_blob;
    let mut decrypt = Decrypt::request();
    decrypt.ciphertext_blob = Some(blob);
    assert_eq!(world.call(decrypt).await.unwrap().key_id, metadata.arn);
}

#[tokio::test]
async fn keys_are_listed_page_by_page_and_markers_refuse_tampering() {
    let world = World::new().await;
    let mut created = Vec::new();
    for _ in 0..7 {
        created.push(world.create(KeySpec::SymmetricDefault, OriginType::AwsKms).await);
    }
    created.sort();
    let mut request = ListKeys::request();
    request.limit = Some(3);
    let mut listed = Vec::new();
    let mut pages = 0;
    loop {
        let page = world.call(request.clone()).await.unwrap();
        listed.extend(page.keys.into_iter().map(|key| key.key_id));
        pages += 1;
        assert_eq!(page.truncated, page.next_marker.is_some());
        let Some(marker) = page.next_marker else { break };
        request.marker = Some(marker);
    }
    assert_eq!((listed, pages), (created, 3));
    let marker = request.marker.clone().unwrap();
    for wrong in
        ["x".to_owned(), marker.replace(&marker[10..11], "!"), format!("{marker}A"), marker[1..].to_owned()]
    {
        request.marker = Some(wrong);
        refused(world.call(request.clone()).await, ErrorCode::InvalidMarker);
    }
    let mut elsewhere = ListAliases::request();
    elsewhere.marker = Some(marker);
    refused(world.call(elsewhere).await, ErrorCode::InvalidMarker);
    request.marker = None;
    request.limit = Some(1000);
    assert_eq!(world.call(request.clone()).await.unwrap().keys.len(), 7);
    request.resource_owners = Some(vec![api::ResourceOwner::OtherAccountsViaRam]);
    assert!(world.call(request).await.unwrap().keys.is_empty());
}

#[tokio::test]
async fn aliases() {
    let world = World::new().await;
    let key = world.create(KeySpec::SymmetricDefault, OriginType::AwsKms).await;
    let other = world.create(KeySpec::SymmetricDefault, OriginType::AwsKms).await;
    let hmac = world.create(KeySpec::Hmac256, OriginType::AwsKms).await;
    for (name, code) in [
        ("a", ErrorCode::Validation),
        ("alias/", ErrorCode::InvalidAliasName),
        ("alias/aws/s3", ErrorCode::InvalidAliasName),
    ] {
        refused(world.call(CreateAlias::request(name, &key)).await, code);
    }
    world.call(CreateAlias::request("alias/a", &key)).await.unwrap();
    refused(world.call(CreateAlias::request("alias/a", &other)).await, ErrorCode::AlreadyExists);
    refused(world.call(CreateAlias::request("alias/b", "alias/a")).await, ErrorCode::NotFound);
    assert_eq!(world.describe("alias/a").await.key_id, key);
    let arn = "arn:aws:kms:eu-west-1:000000000000:alias/a";
    assert_eq!(world.describe(arn).await.key_id, key);

    refused(world.call(UpdateAlias::request("alias/none", &other)).await, ErrorCode::NotFound);
    refused(world.call(UpdateAlias::request("alias/a", &hmac)).await, ErrorCode::Validation);
    world.call(UpdateAlias::request("alias/a", &other)).await.unwrap();
    assert_eq!(world.describe("alias/a").await.key_id, other);

    let mut of_key = ListAliases::request();
    of_key.key_id = Some(other.clone());
    let listed = world.call(of_key.clone()).await.unwrap().aliases;
    assert_eq!(listed.len(), 1);
    assert_eq!(
        (listed[0].alias_arn.as_str(), listed[0].target_key_id.as_deref().unwrap()),
        (arn, other.as_str())
    );
    of_key.key_id = Some(key);
    assert!(world.call(of_key).await.unwrap().aliases.is_empty());

    world.call(DeleteAlias::request("alias/a")).await.unwrap();
    refused(world.call(DeleteAlias::request("alias/a")).await, ErrorCode::NotFound);
    refused(world.call(DescribeKey::request("alias/a")).await, ErrorCode::NotFound);
    let mut too_many = ListAliases::request();
    too_many.limit = Some(101);
    refused(world.call(too_many).await, ErrorCode::Validation);
}

#[tokio::test]
async fn a_key_has_fifty_aliases_at_the_most() {
    let world = World::new().await;
    let key = world.create(KeySpec::SymmetricDefault, OriginType::AwsKms).await;
    let other = world.create(KeySpec::SymmetricDefault, OriginType::AwsKms).await;
    for n in 0..50 {
        world.call(CreateAlias::request(format!("alias/{n:02}"), &key)).await.unwrap();
    }
    refused(world.call(CreateAlias::request("alias/50", &key)).await, ErrorCode::LimitExceeded);
    world.call(CreateAlias::request("alias/50", &other)).await.unwrap();
    refused(world.call(UpdateAlias::request("alias/50", &key)).await, ErrorCode::LimitExceeded);
    let mut request = ListAliases::request();
    request.limit = Some(20);
    for of_key in [None, Some(key.clone())] {
        request.key_id = of_key;
        request.marker = None;
        let mut names = Vec::new();
        loop {
            let page = world.call(request.clone()).await.unwrap();
            let with_keys = page.aliases.into_iter().filter(|alias| alias.target_key_id.is_some());
            names.extend(with_keys.map(|alias| alias.alias_name));
            let Some(marker) = page.next_marker else { break };
            request.marker = Some(marker);
        }
        assert_eq!(names.len(), if request.key_id.is_some() { 50 } else { 51 });
        assert!(names.is_sorted());
    }
}

#[tokio::test]
async fn aliases_made_at_once_do_not_pass_the_limit() {
    let world = World::new().await;
    let key = world.create(KeySpec::SymmetricDefault, OriginType::AwsKms).await;
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..80 {
        let (kms, caller, key) = (std::sync::Arc::clone(&world.kms), world.caller.clone(), key.clone());
        tasks.spawn(async move {
            kms.call(&caller, CreateAlias::request(format!("alias/{n}"), key)).await.is_ok()
        });
    }
    let made = tasks.join_all().await.into_iter().filter(|made| *made).count();
    assert_eq!(made, 50);
}

#[tokio::test]
async fn an_alias_moved_from_a_dead_key_outlives_it() {
    let world = World::new().await;
    let old = world.create(KeySpec::SymmetricDefault, OriginType::AwsKms).await;
    let new = world.create(KeySpec::SymmetricDefault, OriginType::AwsKms).await;
    world.call(CreateAlias::request("alias/a", &old)).await.unwrap();
    world.call(CreateAlias::request("alias/b", &old)).await.unwrap();
    world.call(CreateAlias::request("alias/c", &old)).await.unwrap();
    let mut schedule = ScheduleKeyDeletion::request(&old);
    schedule.pending_window_in_days = Some(7);
    world.call(schedule).await.unwrap();
    world.clock.advance(7 * crate::world::DAY);
    world.call(UpdateAlias::request("alias/a", &new)).await.unwrap();
    world.call(CreateAlias::request("alias/c", &new)).await.unwrap();
    assert_eq!(world.kms.sweep().await.unwrap().keys, 1);
    for name in ["alias/a", "alias/c"] {
        assert_eq!(world.describe(name).await.key_id, new);
    }
    let aliases = world.call(ListAliases::request()).await.unwrap().aliases;
    assert_eq!(aliases.iter().filter(|alias| alias.target_key_id.is_some()).count(), 2);
    world.call(CreateAlias::request("alias/b", &new)).await.unwrap();
}

#[tokio::test]
async fn names_too_long_for_an_alias_are_not_found() {
    let world = World::new().await;
    for name in [format!("alias/{}", "a".repeat(2000)), format!("alias/{}", "é".repeat(500))] {
        refused(world.call(DescribeKey::request(name)).await, ErrorCode::NotFound);
    }
}

#[tokio::test]
async fn switching_and_deleting() {
    let world = World::new().await;
    let key = world.create(KeySpec::SymmetricDefault, OriginType::AwsKms).await;
    for _ in 0..2 {
        world.call(DisableKey::request(&key)).await.unwrap();
    }
    refused(world.call(Encrypt::request(&key, Blob::new(*b"m"))).await, ErrorCode::Disabled);
    world.call(EnableKey::request(&key)).await.unwrap();
    refused(world.call(CancelKeyDeletion::request(&key)).await, ErrorCode::KmsInvalidState);
    for days in [1, 6, 31, 365] {
        let mut request = ScheduleKeyDeletion::request(&key);
        request.pending_window_in_days = Some(days);
        refused(world.call(request).await, ErrorCode::Validation);
    }
    let scheduled = world.call(ScheduleKeyDeletion::request(&key)).await.unwrap();
    assert_eq!((scheduled.key_state, scheduled.pending_window_in_days), (KeyState::PendingDeletion, 30));
    refused(world.call(ScheduleKeyDeletion::request(&key)).await, ErrorCode::KmsInvalidState);
    refused(world.call(EnableKey::request(&key)).await, ErrorCode::KmsInvalidState);
    refused(world.call(Encrypt::request(&key, Blob::new(*b"m"))).await, ErrorCode::KmsInvalidState);
    refused(world.call(CreateAlias::request("alias/a", &key)).await, ErrorCode::KmsInvalidState);
    assert_eq!(
        world.call(CancelKeyDeletion::request(&key)).await.unwrap().key_id,
        world.describe(&key).await.arn
    );
    let after = world.describe(&key).await;
    assert_eq!((after.key_state, after.deletion_date), (KeyState::Disabled, None));
}

#[tokio::test]
async fn symmetric_encryption_binds_the_context() {
    let world = World::new().await;
    let key = world.create(KeySpec::SymmetricDefault, OriginType::AwsKms).await;
    let mut encrypt = Encrypt::request(&key, Blob::new(vec![7; 4096]));
    encrypt.encryption_context = Some(context(&[("purpose", "test"), ("a", "b")]));
    let blob = world.call(encrypt.clone()).await.unwrap().ciphertext_blob;
    assert!(blob.len() <= 6144);
    assert_ne!(
        world.call(encrypt).await.unwrap().ciphertext_blob,
        blob,
        "the same plaintext, another ciphertext"
    );
    let mut decrypt = Decrypt::request();
    decrypt.ciphertext_blob = Some(blob.clone());
    for wrong in [
        None,
        Some(context(&[("purpose", "test")])),
        Some(context(&[("purpose", "test"), ("a", "c")])),
        Some(context(&[])),
    ] {
        decrypt.encryption_context = wrong;
        let error = refused(world.call(decrypt.clone()).await, ErrorCode::InvalidCiphertext);
        assert_eq!(error.message(), None);
    }
    decrypt.encryption_context = Some(context(&[("a", "b"), ("purpose", "test")]));
    assert_eq!(world.call(decrypt.clone()).await.unwrap().plaintext.unwrap().as_bytes(), [7; 4096]);
    for position in [0, 1, 2, 17, 18, 40, 60, blob.len() - 1] {
        let mut changed = blob.as_bytes().to_vec();
        changed[position] ^= 1;
        decrypt.ciphertext_blob = Some(Blob::new(changed));
        let error = world.call(decrypt.clone()).await.unwrap_err();
        assert!(
            matches!(error.code(), ErrorCode::InvalidCiphertext | ErrorCode::AccessDenied),
            "{position}: {error}"
        );
    }
    decrypt.ciphertext_blob = Some(Blob::new(&blob.as_bytes()[..50]));
    refused(world.call(decrypt).await, ErrorCode::InvalidCiphertext);
}

#[tokio::test]
async fn rsa_encryption_and_its_limits() {
    let world = World::new().await;
    let mut create = CreateKey::request();
    (create.key_spec, create.key_usage) = (Some(KeySpec::Rsa2048), Some(KeyUsage::EncryptDecrypt));
    let key = world.call(create).await.unwrap().key_metadata.key_id;
    for (algorithm, most) in
        [(EncryptionAlgorithmSpec::RsaesOaepSha1, 214), (EncryptionAlgorithmSpec::RsaesOaepSha256, 190)]
    {
        let mut encrypt = Encrypt::request(&key, Blob::new(vec![1; most]));
        encrypt.encryption_algorithm = Some(algorithm);
        let blob = world.call(encrypt.clone()).await.unwrap().ciphertext_blob;
        let mut decrypt = Decrypt::request();
        decrypt.ciphertext_blob = Some(blob);
        decrypt.encryption_algorithm = Some(algorithm);
        refused(world.call(decrypt.clone()).await, ErrorCode::Validation);
        decrypt.key_id = Some(key.clone());
        assert_eq!(world.call(decrypt.clone()).await.unwrap().plaintext.unwrap().len(), most);
        decrypt.ciphertext_blob = Some(Blob::new(vec![1; 256]));
        refused(world.call(decrypt).await, ErrorCode::InvalidCiphertext);
        encrypt.encryption_context = Some(context(&[("a", "b")]));
        refused(world.call(encrypt.clone()).await, ErrorCode::Validation);
        encrypt.encryption_context = None;
        encrypt.plaintext = Blob::new(vec![1; most + 1]);
        let error = refused(world.call(encrypt).await, ErrorCode::Validation);
        assert_eq!(
            error.message().unwrap(),
            format!(
                "Algorithm {algorithm} and key spec RSA_2048 cannot encrypt data larger than {most} bytes."
            )
        );
    }
    refused(world.call(Encrypt::request(&key, Blob::new(*b"m"))).await, ErrorCode::InvalidKeyUsage);
    let mut data_key = GenerateDataKey::request(&key);
    data_key.key_spec = Some(DataKeySpec::Aes256);
    refused(world.call(data_key).await, ErrorCode::InvalidKeyUsage);
}

#[tokio::test]
async fn re_encrypt_moves_between_keys_and_contexts() {
    let world = World::new().await;
    let one = world.create(KeySpec::SymmetricDefault, OriginType::AwsKms).await;
    let other = world.create(KeySpec::SymmetricDefault, OriginType::AwsKms).await;
    let mut encrypt = Encrypt::request(&one, Blob::new(*b"m"));
    encrypt.encryption_context = Some(context(&[("a", "b")]));
    let blob = world.call(encrypt).await.unwrap().ciphertext_blob;
    let mut request = ReEncrypt::request(&other);
    request.ciphertext_blob = Some(blob);
    refused(world.call(request.clone()).await, ErrorCode::InvalidCiphertext);
    request.source_encryption_context = Some(context(&[("a", "b")]));
    request.destination_encryption_context = Some(context(&[("c", "d")]));
    let answer = world.call(request.clone()).await.unwrap();
    assert_eq!(
        (answer.source_key_id, answer.key_id),
        (world.describe(&one).await.arn, world.describe(&other).await.arn)
    );
    let mut decrypt = Decrypt::request();
    decrypt.ciphertext_blob = Some(answer.ciphertext_blob);
    decrypt.encryption_context = Some(context(&[("c", "d")]));
    let opened = world.call(decrypt).await.unwrap();
    assert_eq!(opened.plaintext.unwrap().as_bytes(), b"m");
    assert_eq!(opened.key_material_id, answer.destination_key_material_id);
    request.source_key_id = Some(other);
    refused(world.call(request).await, ErrorCode::IncorrectKey);
}

#[tokio::test]
async fn data_keys() {
    let world = World::new().await;
    let key = world.create(KeySpec::SymmetricDefault, OriginType::AwsKms).await;
    for (spec, bytes, length) in [
        (Some(DataKeySpec::Aes256), None, 32),
        (Some(DataKeySpec::Aes128), None, 16),
        (None, Some(1024), 1024),
    ] {
        let mut request = GenerateDataKey::request(&key);
        (request.key_spec, request.number_of_bytes) = (spec, bytes);
        let answer = world.call(request).await.unwrap();
        assert_eq!(answer.plaintext.as_ref().unwrap().len(), length);
        let mut decrypt = Decrypt::request();
        decrypt.ciphertext_blob = Some(answer.ciphertext_blob);
        assert_eq!(world.call(decrypt).await.unwrap().plaintext, answer.plaintext);
        let mut without = GenerateDataKeyWithoutPlaintext::request(&key);
        (without.key_spec, without.number_of_bytes) = (spec, bytes);
        let mut decrypt = Decrypt::request();
        decrypt.ciphertext_blob = Some(world.call(without).await.unwrap().ciphertext_blob);
        assert_eq!(world.call(decrypt).await.unwrap().plaintext.unwrap().len(), length);
    }
    refused(world.call(GenerateDataKey::request(&key)).await, ErrorCode::Validation);
    let mut both = GenerateDataKeyWithoutPlaintext::request(&key);
    (both.key_spec, both.number_of_bytes) = (Some(DataKeySpec::Aes256), Some(32));
    refused(world.call(both).await, ErrorCode::Validation);
}

#[tokio::test]
async fn what_is_not_offered_is_refused_and_not_ignored() {
    let world = World::new().await;
    let key = world.create(KeySpec::SymmetricDefault, OriginType::AwsKms).await;
    let mut token = DescribeKey::request(&key);
    token.grant_tokens = Some(vec!["token".to_owned()]);
    refused(world.call(token).await, ErrorCode::InvalidGrantToken);
    let mut store = GenerateRandom::request();
    (store.number_of_bytes, store.custom_key_store_id) = (Some(8), Some("cks-1".to_owned()));
    refused(world.call(store).await, ErrorCode::UnsupportedOperation);
}

#[tokio::test]
async fn random_bytes() {
    let world = World::new().await;
    refused(world.call(GenerateRandom::request()).await, ErrorCode::Validation);
    let mut request = GenerateRandom::request();
    request.number_of_bytes = Some(1024);
    let first = world.call(request.clone()).await.unwrap().plaintext.unwrap();
    assert_eq!(first.len(), 1024);
    assert_ne!(world.call(request).await.unwrap().plaintext.unwrap(), first);
}

#[tokio::test]
async fn every_signing_key_signs_with_every_algorithm_it_lists() {
    let world = World::new().await;
    for spec in OFFERED.into_iter().filter(|spec| usage(*spec) == KeyUsage::SignVerify) {
        let key = world.create(spec, OriginType::AwsKms).await;
        let public = world.call(GetPublicKey::request(&key)).await.unwrap();
        assert_eq!(public.key_spec, spec);
        let algorithms = public.signing_algorithms.unwrap();
        assert_eq!(Some(&algorithms), world.describe(&key).await.signing_algorithms.as_ref());
        for algorithm in algorithms {
            let (message, kind) = match algorithm {
                SigningAlgorithmSpec::Ed25519PhSha512 => (vec![1; 64], MessageType::Digest),
                _ => (b"message".to_vec(), MessageType::Raw),
            };
            let mut sign = Sign::request(&key, Blob::new(message.clone()), algorithm);
            sign.message_type = Some(kind);
            let signature = world.call(sign.clone()).await.unwrap().signature;
            let mut verify = Verify::request(&key, Blob::new(message.clone()), signature.clone(), algorithm);
            verify.message_type = Some(kind);
            assert!(world.call(verify.clone()).await.unwrap().signature_valid);
            let mut changed = message.clone();
            changed[0] ^= 1;
            verify.message = Blob::new(changed);
            let error = refused(world.call(verify).await, ErrorCode::KmsInvalidSignature);
            assert_eq!(error.message(), None);
        }
        let foreign = if algorithm_is_rsa(spec) {
            SigningAlgorithmSpec::EcdsaSha256
        } else {
            SigningAlgorithmSpec::RsassaPssSha256
        };
        refused(world.call(Sign::request(&key, Blob::new(*b"m"), foreign)).await, ErrorCode::InvalidKeyUsage);
        refused(world.call(Encrypt::request(&key, Blob::new(*b"m"))).await, ErrorCode::InvalidKeyUsage);
    }
}

fn algorithm_is_rsa(spec: KeySpec) -> bool {
    matches!(spec, KeySpec::Rsa2048 | KeySpec::Rsa3072 | KeySpec::Rsa4096)
}

#[tokio::test]
async fn digests_must_have_the_length_of_their_algorithm() {
    let world = World::new().await;
    let key = world.create(KeySpec::EccNistP256, OriginType::AwsKms).await;
    let mut sign = Sign::request(&key, Blob::new([1; 31]), SigningAlgorithmSpec::EcdsaSha256);
    sign.message_type = Some(MessageType::Digest);
    let error = refused(world.call(sign.clone()).await, ErrorCode::Validation);
    assert_eq!(error.message(), Some("Digest is invalid length for algorithm ECDSA_SHA_256."));
    sign.message_type = Some(MessageType::ExternalMu);
    refused(world.call(sign).await, ErrorCode::Validation);
    // Raw and its digest are the same signature's.
    let sign = Sign::request(&key, Blob::new(*b"m"), SigningAlgorithmSpec::EcdsaSha256);
    let signature = world.call(sign).await.unwrap().signature;
    let mut verify =
        Verify::request(&key, Blob::new(crypto::sha256(b"m")), signature, SigningAlgorithmSpec::EcdsaSha256);
    verify.message_type = Some(MessageType::Digest);
    assert!(world.call(verify).await.is_ok());
}

#[tokio::test]
async fn macs() {
    let world = World::new().await;
    for (spec, algorithm, length) in [
        (KeySpec::Hmac224, MacAlgorithmSpec::HmacSha224, 28),
        (KeySpec::Hmac256, MacAlgorithmSpec::HmacSha256, 32),
        (KeySpec::Hmac384, MacAlgorithmSpec::HmacSha384, 48),
        (KeySpec::Hmac512, MacAlgorithmSpec::HmacSha512, 64),
    ] {
        let key = world.create(spec, OriginType::AwsKms).await;
        let mac = world.call(GenerateMac::request(Blob::new(*b"m"), &key, algorithm)).await.unwrap().mac;
        assert_eq!(mac.len(), length);
        assert!(
            world
                .call(VerifyMac::request(Blob::new(*b"m"), &key, algorithm, mac.clone()))
                .await
                .unwrap()
                .mac_valid
        );
        let error = refused(
            world.call(VerifyMac::request(Blob::new(*b"n"), &key, algorithm, mac)).await,
            ErrorCode::KmsInvalidMac,
        );
        assert_eq!(error.message(), None);
        let wrong = if spec == KeySpec::Hmac224 {
            MacAlgorithmSpec::HmacSha256
        } else {
            MacAlgorithmSpec::HmacSha224
        };
        refused(
            world.call(GenerateMac::request(Blob::new(*b"m"), &key, wrong)).await,
            ErrorCode::InvalidKeyUsage,
        );
        refused(world.call(GetPublicKey::request(&key)).await, ErrorCode::UnsupportedOperation);
    }
}

#[tokio::test]
async fn a_dry_run_decides_everything_and_does_nothing() {
    let world = World::new().await;
    let key = world.create(KeySpec::SymmetricDefault, OriginType::AwsKms).await;
    let mut request = Encrypt::request(&key, Blob::new(*b"m"));
    request.dry_run = Some(true);
    refused(world.call(request.clone()).await, ErrorCode::DryRun);
    world.call(DisableKey::request(&key)).await.unwrap();
    refused(world.call(request).await, ErrorCode::Disabled);
}

#[tokio::test]
async fn only_the_root_of_an_account_gets_at_its_keys() {
    let mut world = World::new().await;
    let key = world.create(KeySpec::SymmetricDefault, OriginType::AwsKms).await;
    let arn = world.describe(&key).await.arn;
    let blob = world.call(Encrypt::request(&key, Blob::new(*b"m"))).await.unwrap().ciphertext_blob;
    let mut decrypt = Decrypt::request();
    decrypt.ciphertext_blob = Some(blob);

    world.caller = by(user(ACCOUNT, "alice", &[]));
    let error = refused(world.call(DescribeKey::request(&key)).await, ErrorCode::AccessDenied);
    assert!(error.message().unwrap().starts_with("User: arn:aws:iam::000000000000:user/alice is not authorized to perform: kms:DescribeKey on resource: arn:aws:kms:"));
    refused(world.call(decrypt.clone()).await, ErrorCode::AccessDenied);
    refused(world.call(ListKeys::request()).await, ErrorCode::AccessDenied);
    refused(world.call(CreateKey::request()).await, ErrorCode::AccessDenied);
    refused(world.call(GenerateRandom::request()).await, ErrorCode::AccessDenied);

    world.caller = Caller::root("aws", "111122223333", "eu-west-1");
    refused(world.call(DescribeKey::request(&key)).await, ErrorCode::NotFound);
    refused(world.call(DescribeKey::request(&arn)).await, ErrorCode::AccessDenied);
    refused(world.call(decrypt.clone()).await, ErrorCode::AccessDenied);
    assert!(world.call(ListKeys::request()).await.unwrap().keys.is_empty());

    world.caller = Caller::root("aws", "000000000000", "us-east-1");
    refused(world.call(DescribeKey::request(&key)).await, ErrorCode::NotFound);
    refused(world.call(DescribeKey::request(&arn)).await, ErrorCode::NotFound);
    refused(world.call(decrypt).await, ErrorCode::AccessDenied);
}
