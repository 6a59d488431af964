//! Answers for attested recipients. The documents are those of the attestation crate's vectors, made for the instant
//! at which every test begins.

use std::fs;
use std::path::{Path, PathBuf};

use api::{
    Blob, Decrypt, DeriveSharedSecret, Encrypt, Error, ErrorCode, GenerateDataKey, GenerateDataKeyPair,
    GenerateRandom, GetKeyLastUsage, GetPublicKey, KeyAgreementAlgorithmSpec, KeyEncryptionMechanism,
    KeySpec, OriginType, RecipientInfo,
};
use api::{CreateKey, DataKeyPairSpec, DataKeySpec, KeyUsage};
use bytes::Bytes;
use kms::{AttestationRoot, Settings};
use store::Versioned;

use crate::world::{START, World, refused};

const PLAINTEXT: &[u8] = b"for the enclave alone";
/// The content type of CMS EnvelopedData, 1.2.840.113549.1.7.3, in DER.
const ENVELOPED_DATA: &[u8] = &[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x03];

/// The plaintext of an answer, and what stands in its place.
type Answer = Result<(Option<Blob>, Option<Blob>), Error>;

fn vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../attestation/tests/vectors")
}

pub(crate) fn recipient(document: &str) -> RecipientInfo {
    let document = fs::read(vectors().join("documents").join(format!("{document}.cbor"))).unwrap();
    RecipientInfo {
        key_encryption_algorithm: Some(KeyEncryptionMechanism::RsaesOaepSha256),
        attestation_document: Some(Blob::new(document)),
    }
}

/// The settings of a server that trusts the root of this document.
pub(crate) fn trusting(document: &str) -> Settings {
    let roots = fs::read_to_string(vectors().join("roots.txt")).unwrap();
    let root = roots.lines().find_map(|line| line.strip_prefix(&format!("{document} "))).unwrap();
    Settings { attestation_root: AttestationRoot::parse(root).unwrap(), ..Settings::default() }
}

/// A world with what the five operations need.
struct Attested {
    world: World,
    key: String,
    agreeing: String,
    peer: Blob,
    sealed: Blob,
}

impl Attested {
    async fn new(document: &str) -> Self {
        let mut world = World::new().await;
        world.restart_with(trusting(document)).await;
        let key = world.create(KeySpec::SymmetricDefault, OriginType::AwsKms).await;
        let sealed = world.call(Encrypt::request(&key, Blob::new(PLAINTEXT))).await.unwrap().ciphertext_blob;
        let agreeing = agreeing(&world).await;
        let peer = world.call(GetPublicKey::request(&agreeing)).await.unwrap().public_key;
        Self { world, key, agreeing, peer, sealed }
    }

    fn decrypt(&self, recipient: Option<&RecipientInfo>) -> Decrypt {
        let mut request = Decrypt::request();
        request.ciphertext_blob = Some(self.sealed.clone());
        request.recipient = recipient.cloned();
        request
    }

    /// All that take a recipient.
    async fn each(&self, recipient: Option<&RecipientInfo>) -> [(&'static str, Answer); 5] {
        let world = &self.world;
        let decrypted = world.call(self.decrypt(recipient)).await;
        let mut request = GenerateDataKey::request(&self.key);
        (request.key_spec, request.recipient) = (Some(DataKeySpec::Aes256), recipient.cloned());
        let data_key = world.call(request).await;
        let mut request = GenerateDataKeyPair::request(&self.key, DataKeyPairSpec::EccNistP256);
        request.recipient = recipient.cloned();
        let pair = world.call(request).await;
        let mut request = GenerateRandom::request();
        (request.number_of_bytes, request.recipient) = (Some(16), recipient.cloned());
        let random = world.call(request).await;
        let ecdh = KeyAgreementAlgorithmSpec::Ecdh;
        let mut request = DeriveSharedSecret::request(&self.agreeing, ecdh, self.peer.clone());
        request.recipient = recipient.cloned();
        let derived = world.call(request).await;
        [
            ("Decrypt", decrypted.map(|found| (found.plaintext, found.ciphertext_for_recipient))),
            ("GenerateDataKey", data_key.map(|found| (found.plaintext, found.ciphertext_for_recipient))),
            (
                "GenerateDataKeyPair",
                pair.map(|found| (found.private_key_plaintext, found.ciphertext_for_recipient)),
            ),
            ("GenerateRandom", random.map(|found| (found.plaintext, found.ciphertext_for_recipient))),
            (
                "DeriveSharedSecret",
                derived.map(|found| (found.shared_secret, found.ciphertext_for_recipient)),
            ),
        ]
    }

    /// Every record there is.
    async fn stored(&self) -> Vec<(Bytes, Versioned)> {
        self.world.store.scan(b"", None, 1000).await.unwrap()
    }
}

async fn agreeing(world: &World) -> String {
    let mut request = CreateKey::request();
    (request.key_spec, request.key_usage) = (Some(KeySpec::EccNistP256), Some(KeyUsage::KeyAgreement));
    world.call(request).await.unwrap().key_metadata.key_id
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[tokio::test]
async fn the_recipient_alone_can_read_the_answer() {
    for document in ["enclave", "indefinite", "nitrotpm", "rsa_4096"] {
        let attested = Attested::new(document).await;
        for (name, answer) in attested.each(Some(&recipient(document))).await {
            let (plaintext, sealed) = answer.unwrap_or_else(|error| panic!("{name}, {document}: {error}"));
            assert!(plaintext.is_none(), "{name}");
            let sealed = sealed.unwrap();
            assert!(contains(&sealed.as_bytes()[..20], ENVELOPED_DATA), "{name}");
            assert!(!contains(sealed.as_bytes(), PLAINTEXT), "{name}");
        }
        for (name, answer) in attested.each(None).await {
            let (plaintext, sealed) = answer.unwrap();
            assert!(plaintext.is_some() && sealed.is_none(), "{name}");
        }
    }
}

#[tokio::test]
async fn decrypt_omits_the_material_for_a_recipient() {
    let attested = Attested::new("enclave").await;
    let plain = attested.world.call(attested.decrypt(None)).await.unwrap();
    assert!(plain.key_material_id.is_some());
    let sealed = attested.world.call(attested.decrypt(Some(&recipient("enclave")))).await.unwrap();
    assert_eq!((sealed.key_material_id, sealed.key_id), (None, plain.key_id));
}

#[tokio::test]
async fn a_refused_document_leaves_nothing_done() {
    for (document, reason) in [
        ("leaf_expired", "its certificate has expired"),
        ("stale", "its timestamp is more than"),
        ("future", "its timestamp is in the future"),
        ("signed_by_another", "its signature"),
        ("register_changed", "its signature"),
        ("zone_signed_by_another", "its certificates are not a path"),
        ("key_absent", "it has no public key"),
        ("key_on_p256", "its public key is not an RSA key"),
        ("key_rsa_1024", "its public key is not an RSA key"),
        ("cut", "COSE_Sign1"),
    ] {
        let attested = Attested::new(document).await;
        let before = attested.stored().await;
        for (name, answer) in attested.each(Some(&recipient(document))).await {
            let error = refused(answer, ErrorCode::Validation);
            let text = error.message().unwrap_or_default();
            assert!(text.starts_with("Recipient.AttestationDocument was not accepted: "), "{name}: {text}");
            assert!(text.contains(reason), "{name}, {document}: {text}");
        }
        assert!(attested.stored().await == before, "{document}");
        let usage = attested.world.call(GetKeyLastUsage::request(&attested.agreeing)).await.unwrap();
        assert_eq!(usage.key_last_usage.operation, None, "{document}");
    }
}

#[tokio::test]
async fn only_documents_of_the_trusted_root_are_believed() {
    let attested = Attested::new("enclave").await;
    let mut untrusted = Attested::new("enclave").await;
    untrusted.world.restart_with(Settings::default()).await;
    for (attested, document) in [(&attested, "other_root"), (&untrusted, "enclave")] {
        for (name, answer) in attested.each(Some(&recipient(document))).await {
            let error = refused(answer, ErrorCode::Validation);
            assert!(
                error.message().unwrap().contains("its root certificate is not the one"),
                "{name}: {error}"
            );
        }
    }
}

#[tokio::test]
async fn both_members_are_needed() {
    let attested = Attested::new("enclave").await;
    let whole = recipient("enclave");
    for half in [
        RecipientInfo { key_encryption_algorithm: None, ..whole.clone() },
        RecipientInfo { attestation_document: None, ..whole },
        RecipientInfo::default(),
    ] {
        for (_, answer) in attested.each(Some(&half)).await {
            let error = refused(answer, ErrorCode::Validation);
            assert!(error.message().unwrap().contains("needs both"), "{error}");
        }
    }
}

#[tokio::test]
async fn the_document_is_verified_before_the_key_is_looked_for() {
    let attested = Attested::new("enclave").await;
    let mut request = GenerateDataKey::request("1234abcd-12ab-34cd-56ef-1234567890ab");
    (request.key_spec, request.recipient) = (Some(DataKeySpec::Aes256), Some(recipient("stale")));
    refused(attested.world.call(request.clone()).await, ErrorCode::Validation);
    request.recipient = Some(recipient("enclave"));
    refused(attested.world.call(request).await, ErrorCode::NotFound);
}

#[tokio::test]
async fn a_document_grows_old() {
    let attested = Attested::new("enclave").await;
    let recipient = recipient("enclave");
    for (seconds, reason) in
        [(300, None), (361, Some("its timestamp is more")), (3 * 3600, Some("has expired"))]
    {
        attested.world.clock.set(START.plus_seconds(seconds));
        let answer = attested.world.call(attested.decrypt(Some(&recipient))).await;
        match reason {
            None => assert!(answer.is_ok()),
            Some(reason) => {
                let error = refused(answer, ErrorCode::Validation);
                assert!(error.message().unwrap().contains(reason), "{error}");
            }
        }
    }
}

#[tokio::test]
async fn a_dry_run_verifies_too() {
    let attested = Attested::new("enclave").await;
    let mut request = attested.decrypt(Some(&recipient("enclave")));
    request.dry_run = Some(true);
    refused(attested.world.call(request.clone()).await, ErrorCode::DryRun);
    request.recipient = Some(recipient("stale"));
    refused(attested.world.call(request).await, ErrorCode::Validation);
}
