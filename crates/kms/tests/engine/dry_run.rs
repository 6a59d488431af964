//! Dry runs: every operation that has them says whether it would have succeeded, and does nothing; `Decrypt` and
//! `ReEncrypt` can be asked without a ciphertext.

use api::{
    Blob, CreateAlias, CreateGrant, Decrypt, DisableKey, DryRunModifierType, EncryptionAlgorithmSpec, Error,
    ErrorCode, GrantConstraints, GrantOperation, KeySpec, KeyUsage, OriginType, ReEncrypt,
    ScheduleKeyDeletion,
};
use kms::{Caller, Operation, TABLE, operation};
use serde_json::{Value, json};
use store::MAX_SCAN;

use crate::world::{ACCOUNT, World, refused};

const FRIEND: &str = "111122223333";
const WOULD: &str = "The request would have succeeded, but the DryRun option is set.";
const WITHOUT_DRY_RUN: &str = "DryRunModifiers can only be used together with DryRun.";
/// Base64 of some bytes.
const ANYTHING: &str = "AAAA";

impl World {
    async fn send(&self, name: &str, body: &Value) -> Result<Value, Error> {
        let entry = operation(name).unwrap_or_else(|| panic!("{name} is not in the table"));
        let answer = (entry.call)(&self.kms, &self.caller, body.to_string().into()).await?;
        Ok(if answer.is_empty() { Value::Null } else { serde_json::from_slice(&answer).unwrap() })
    }

    async fn must(&self, name: &str, body: Value) -> Value {
        self.send(name, &body).await.unwrap_or_else(|error| panic!("{name} {body}: {error}"))
    }

    async fn new_key(&self, spec: KeySpec, usage: KeyUsage) -> String {
        let made = self.must("CreateKey", json!({"KeySpec": spec, "KeyUsage": usage})).await;
        made["KeyMetadata"]["KeyId"].as_str().unwrap().to_owned()
    }

    async fn symmetric(&self) -> String {
        self.create(KeySpec::SymmetricDefault, OriginType::AwsKms).await
    }

    /// Everything that is stored, once nothing waits to be written.
    async fn everything(&self) -> Vec<(Vec<u8>, Vec<u8>, u64)> {
        self.kms.flush_usage().await.unwrap();
        let found = self.store.scan(b"", None, MAX_SCAN).await.unwrap();
        assert!(found.len() < usize::try_from(MAX_SCAN).unwrap());
        found.into_iter().map(|(name, at)| (name.to_vec(), at.value.to_vec(), at.revision)).collect()
    }

    async fn as_friend<O: Operation>(&self, request: O) -> Result<O::Response, Error> {
        self.kms.call(&Caller::root("aws", FRIEND, &self.caller.region), request).await
    }

    async fn allow(&self, key: &str, operations: &[GrantOperation]) {
        let mut request = CreateGrant::request(key, operations);
        request.grantee_principal = Some(format!("arn:aws:iam::{FRIEND}:root"));
        self.call(request).await.unwrap();
    }
}

/// A request of every operation that has dry runs. Each would succeed.
async fn requests(world: &World) -> Vec<(&'static str, Value)> {
    let key = world.symmetric().await;
    let grant = json!({"KeyId": key, "GranteePrincipal": format!("arn:aws:iam::{FRIEND}:root"), "Operations": ["Encrypt"]});
    let granted = world.must("CreateGrant", grant.clone()).await;
    let blob =
        world.must("Encrypt", json!({"KeyId": key, "Plaintext": ANYTHING})).await["CiphertextBlob"].clone();
    let data_key = json!({"KeyId": key, "KeySpec": "AES_256"});
    let pair = json!({"KeyId": key, "KeyPairSpec": "ECC_NIST_P256"});
    let mut found = vec![
        ("CreateGrant", grant),
        ("Decrypt", json!({"KeyId": key, "CiphertextBlob": blob})),
        ("Encrypt", json!({"KeyId": key, "Plaintext": ANYTHING})),
        ("GenerateDataKey", data_key.clone()),
        ("GenerateDataKeyPair", pair.clone()),
        ("GenerateDataKeyPairWithoutPlaintext", pair),
        ("GenerateDataKeyWithoutPlaintext", data_key),
        ("ReEncrypt", json!({"CiphertextBlob": blob, "DestinationKeyId": key})),
        ("RetireGrant", json!({"KeyId": world.describe(&key).await.arn, "GrantId": granted["GrantId"]})),
        ("RevokeGrant", json!({"KeyId": key, "GrantId": granted["GrantId"]})),
    ];
    found.extend(requests_to_other_keys(world).await);
    found
}

async fn requests_to_other_keys(world: &World) -> Vec<(&'static str, Value)> {
    let signing = world.new_key(KeySpec::EccNistP256, KeyUsage::SignVerify).await;
    let sign = json!({"KeyId": signing, "Message": ANYTHING, "SigningAlgorithm": "ECDSA_SHA_256"});
    let mut verify = sign.clone();
    verify["Signature"] = world.must("Sign", sign.clone()).await["Signature"].clone();

    let secret = world.new_key(KeySpec::Hmac256, KeyUsage::GenerateVerifyMac).await;
    let generate_mac = json!({"KeyId": secret, "Message": ANYTHING, "MacAlgorithm": "HMAC_SHA_256"});
    let mut verify_mac = generate_mac.clone();
    verify_mac["Mac"] = world.must("GenerateMac", generate_mac.clone()).await["Mac"].clone();

    let agreeing = world.new_key(KeySpec::EccNistP256, KeyUsage::KeyAgreement).await;
    let peer = world.must("GetPublicKey", json!({ "KeyId": agreeing })).await["PublicKey"].clone();
    let derive = json!({"KeyId": agreeing, "KeyAgreementAlgorithm": "ECDH", "PublicKey": peer});

    let encapsulating = world.new_key(KeySpec::MlKem512, KeyUsage::EncapsulateDecapsulate).await;
    let encapsulate = json!({"KeyId": encapsulating, "EncapsulationAlgorithm": "ML_KEM"});
    let mut decapsulate = encapsulate.clone();
    let made = world.must("Encapsulate", encapsulate.clone()).await;
    decapsulate["SharedSecretCiphertextBlob"] = made["SharedSecretCiphertextBlob"].clone();

    vec![
        ("Decapsulate", decapsulate),
        ("DeriveSharedSecret", derive),
        ("Encapsulate", encapsulate),
        ("GenerateMac", generate_mac),
        ("Sign", sign),
        ("Verify", verify),
        ("VerifyMac", verify_mac),
    ]
}

#[tokio::test]
async fn no_dry_run_changes_anything_or_counts_as_use() {
    let world = World::new().await;
    let requests = requests(&world).await;
    let has_dry_runs =
        TABLE.iter().filter(|entry| entry.spec.members.iter().any(|member| member.name == "DryRun"));
    let mut names: Vec<_> = requests.iter().map(|(name, _)| *name).collect();
    names.sort_unstable();
    assert_eq!(names, has_dry_runs.map(|entry| entry.spec.name).collect::<Vec<_>>());

    let before = world.everything().await;
    for (name, request) in &requests {
        let mut dry = request.clone();
        dry["DryRun"] = json!(true);
        let error = refused(world.send(name, &dry).await, ErrorCode::DryRun);
        assert_eq!(error.message(), Some(WOULD), "{name}");
        assert_eq!(world.everything().await, before, "{name}");
    }
    // The same requests do something when they are meant.
    for (name, request) in requests {
        let mut meant = request;
        meant["DryRun"] = json!(false);
        // A grant that was retired is revoked no more.
        if name != "RevokeGrant" {
            world.must(name, meant).await;
            assert_ne!(world.everything().await, before, "{name}");
        }
    }
}

#[tokio::test]
async fn a_dry_run_says_what_is_wrong_like_any_other() {
    let world = World::new().await;
    let requests = requests(&world).await;
    for (name, request) in requests {
        let mut dry = request.clone();
        dry["DryRun"] = json!(true);
        let member = if name == "ReEncrypt" { "DestinationKeyId" } else { "KeyId" };
        let arn = "arn:aws:kms:eu-west-1:000000000000:key/01234567-89ab-4def-8123-456789abcdef";
        dry[member] = json!(arn);
        let error = refused(world.send(name, &dry).await, ErrorCode::NotFound);
        dry["DryRun"] = json!(false);
        let meant = refused(world.send(name, &dry).await, ErrorCode::NotFound);
        assert_eq!(error.message(), meant.message(), "{name}");
    }
}

// Without a ciphertext.

fn decrypt(key: &str) -> Decrypt {
    let mut request = Decrypt::request();
    request.key_id = Some(key.to_owned());
    request.dry_run = Some(true);
    request.dry_run_modifiers = Some(vec![DryRunModifierType::IgnoreCiphertext]);
    request
}

fn re_encrypt(from: &str, to: &str) -> ReEncrypt {
    let mut request = ReEncrypt::request(to);
    request.source_key_id = Some(from.to_owned());
    request.dry_run = Some(true);
    request.dry_run_modifiers = Some(vec![DryRunModifierType::IgnoreCiphertext]);
    request
}

#[track_caller]
fn would<T>(answer: Result<T, Error>) {
    assert_eq!(refused(answer, ErrorCode::DryRun).message(), Some(WOULD));
}

#[tokio::test]
async fn a_ciphertext_need_not_be_there_nor_be_right() {
    let world = World::new().await;
    let (from, to) = (world.symmetric().await, world.symmetric().await);
    world.call(CreateAlias::request("alias/from", &*from)).await.unwrap();
    let before = world.everything().await;
    let arn = world.describe(&from).await.arn;
    let alias_arn = format!("arn:aws:kms:eu-west-1:{ACCOUNT}:alias/from");
    for name in [&*from, &*arn, "alias/from", &*alias_arn] {
        would(world.call(decrypt(name)).await);
        would(world.call(re_encrypt(name, &to)).await);
        would(world.call(re_encrypt(name, name)).await);
    }
    let (mut opens, mut moves) = (decrypt(&from), re_encrypt(&from, &to));
    opens.ciphertext_blob = Some(Blob::new("not by this server"));
    moves.ciphertext_blob = opens.ciphertext_blob.clone();
    would(world.call(opens.clone()).await);
    would(world.call(moves.clone()).await);
    assert_eq!(world.everything().await, before);

    // Without the modifier, a dry run looks at it.
    opens.dry_run_modifiers = Some(Vec::new());
    moves.dry_run_modifiers = None;
    refused(world.call(opens.clone()).await, ErrorCode::InvalidCiphertext);
    refused(world.call(moves.clone()).await, ErrorCode::InvalidCiphertext);
    opens.ciphertext_blob = None;
    moves.ciphertext_blob = None;
    for error in [
        refused(world.call(opens).await, ErrorCode::Validation),
        refused(world.call(moves).await, ErrorCode::Validation),
    ] {
        assert!(error.message().unwrap().contains("'ciphertextBlob'"), "{error}");
    }
}

#[tokio::test]
async fn the_modifier_is_for_dry_runs() {
    let world = World::new().await;
    let key = world.symmetric().await;
    let blob =
        world.must("Encrypt", json!({"KeyId": key, "Plaintext": ANYTHING})).await["CiphertextBlob"].clone();
    for dry_run in [None, Some(false)] {
        let (mut opens, mut moves) = (decrypt(&key), re_encrypt(&key, &key));
        (opens.dry_run, moves.dry_run) = (dry_run, dry_run);
        for error in [
            refused(world.call(opens).await, ErrorCode::Validation),
            refused(world.call(moves).await, ErrorCode::Validation),
        ] {
            assert_eq!(error.message(), Some(WITHOUT_DRY_RUN));
        }
    }
    // However complete the request is.
    let whole = json!({"KeyId": key, "CiphertextBlob": blob, "DryRunModifiers": ["IGNORE_CIPHERTEXT"]});
    refused(world.send("Decrypt", &whole).await, ErrorCode::Validation);
}

#[tokio::test]
async fn without_a_ciphertext_the_key_must_be_named() {
    let world = World::new().await;
    let key = world.symmetric().await;
    let (mut opens, mut moves) = (decrypt(&key), re_encrypt(&key, &key));
    opens.key_id = None;
    moves.source_key_id = None;
    for (error, member) in [
        (refused(world.call(opens).await, ErrorCode::Validation), "KeyId"),
        (refused(world.call(moves).await, ErrorCode::Validation), "SourceKeyId"),
    ] {
        let text = format!("{member} is required with the DryRunModifier IGNORE_CIPHERTEXT.");
        assert_eq!(error.message(), Some(&*text));
    }
}

#[tokio::test]
async fn state_and_usage_of_both_keys_count() {
    let world = World::new().await;
    let key = world.symmetric().await;
    let disabled = world.symmetric().await;
    world.call(DisableKey::request(&*disabled)).await.unwrap();
    let doomed = world.symmetric().await;
    world.call(ScheduleKeyDeletion::request(&*doomed)).await.unwrap();
    let waiting = world.external(KeySpec::SymmetricDefault).await;
    let signing = world.create(KeySpec::EccNistP256, OriginType::AwsKms).await;
    let rsa = world.new_key(KeySpec::Rsa2048, KeyUsage::EncryptDecrypt).await;
    let unknown = "01234567-89ab-4def-8123-456789abcdef".to_owned();
    for (other, code) in [
        (&disabled, ErrorCode::Disabled),
        (&doomed, ErrorCode::KmsInvalidState),
        (&waiting, ErrorCode::KmsInvalidState),
        (&signing, ErrorCode::InvalidKeyUsage),
        (&unknown, ErrorCode::NotFound),
        // Its algorithms are others than the default.
        (&rsa, ErrorCode::InvalidKeyUsage),
    ] {
        refused(world.call(decrypt(other)).await, code);
        refused(world.call(re_encrypt(other, &key)).await, code);
        refused(world.call(re_encrypt(&key, other)).await, code);
    }

    let algorithm = Some(EncryptionAlgorithmSpec::RsaesOaepSha256);
    let context = || Some([("a".to_owned(), "b".to_owned())].into());
    let mut opens = decrypt(&rsa);
    opens.encryption_algorithm = algorithm;
    would(world.call(opens.clone()).await);
    opens.encryption_context = context();
    refused(world.call(opens).await, ErrorCode::Validation);
    let mut moves = re_encrypt(&rsa, &key);
    moves.source_encryption_algorithm = algorithm;
    would(world.call(moves.clone()).await);
    moves.source_encryption_context = context();
    refused(world.call(moves).await, ErrorCode::Validation);
    let mut moves = re_encrypt(&key, &rsa);
    moves.destination_encryption_algorithm = algorithm;
    would(world.call(moves.clone()).await);
    moves.destination_encryption_context = context();
    refused(world.call(moves).await, ErrorCode::Validation);
}

#[tokio::test]
async fn permission_for_both_keys_counts() {
    let world = World::new().await;
    let (from, to) = (world.symmetric().await, world.symmetric().await);
    let (from_arn, to_arn) = (world.describe(&from).await.arn, world.describe(&to).await.arn);
    let denied = |answer: Result<_, Error>, action: &str| {
        let error = refused(answer, ErrorCode::AccessDenied);
        assert!(error.message().unwrap().contains(&format!("kms:{action} ")), "{error}");
    };
    refused(world.as_friend(decrypt(&from_arn)).await, ErrorCode::AccessDenied);
    world.allow(&to, &[GrantOperation::ReEncryptTo, GrantOperation::Decrypt]).await;
    refused(world.as_friend(decrypt(&from_arn)).await, ErrorCode::AccessDenied);
    denied(world.as_friend(re_encrypt(&from_arn, &to_arn)).await, "ReEncryptFrom");
    world.allow(&from, &[GrantOperation::ReEncryptFrom]).await;
    would(world.as_friend(re_encrypt(&from_arn, &to_arn)).await);
    denied(world.as_friend(re_encrypt(&to_arn, &from_arn)).await, "ReEncryptTo");
    // ReEncryptFrom is no permission to decrypt.
    refused(world.as_friend(decrypt(&from_arn)).await, ErrorCode::AccessDenied);
    would(world.as_friend(decrypt(&to_arn)).await);
}

#[tokio::test]
async fn a_grant_with_constraints_is_asked_about_the_context_that_is_given() {
    let world = World::new().await;
    let key = world.symmetric().await;
    let arn = world.describe(&key).await.arn;
    let mut request = CreateGrant::request(&*key, [GrantOperation::Decrypt]);
    request.grantee_principal = Some(format!("arn:aws:iam::{FRIEND}:root"));
    request.constraints = Some(GrantConstraints {
        encryption_context_subset: Some([("tenant".to_owned(), "blue".to_owned())].into()),
        ..GrantConstraints::default()
    });
    world.call(request).await.unwrap();
    for (tenant, allowed) in [(None, false), (Some("red"), false), (Some("blue"), true)] {
        let mut request = decrypt(&arn);
        request.encryption_context = tenant.map(|tenant| [("tenant".to_owned(), tenant.to_owned())].into());
        let code = if allowed { ErrorCode::DryRun } else { ErrorCode::AccessDenied };
        refused(world.as_friend(request).await, code);
    }
}
