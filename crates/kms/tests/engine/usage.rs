//! When keys were last used: what counts, for which key, and what outlives a restart.

use std::collections::BTreeSet;

use api::{
    Blob, CreateKey, Decrypt, DescribeKey, DisableKey, EnableKey, Encrypt, ErrorCode, GenerateDataKey,
    GenerateDataKeyWithoutPlaintext, GenerateMac, GetKeyLastUsage, GetKeyLastUsageResponse, GetPublicKey,
    KeyLastUsageData, KeyLastUsageTrackingOperation as Tracked, KeySpec, MacAlgorithmSpec, OriginType,
    ReEncrypt, ReplicateKey, ScheduleKeyDeletion, Sign, SigningAlgorithmSpec, Verify, VerifyMac,
};
use store::{Batch, Commit};

use crate::world::{DAY, START, World, refused};

const NEVER: KeyLastUsageData =
    KeyLastUsageData { operation: None, timestamp: None, cloud_trail_event_id: None, kms_request_id: None };

impl World {
    async fn usage(&self, key: &str) -> GetKeyLastUsageResponse {
        self.call(GetKeyLastUsage::request(key)).await.unwrap()
    }

    async fn last(&self, key: &str) -> Option<Tracked> {
        self.usage(key).await.key_last_usage.operation
    }

    async fn key(&self) -> String {
        self.create(KeySpec::SymmetricDefault, OriginType::AwsKms).await
    }

    async fn sealed(&self, key: &str) -> Blob {
        self.call(Encrypt::request(key, Blob::new("text"))).await.unwrap().ciphertext_blob
    }

    async fn open(&self, sealed: Blob) {
        let mut request = Decrypt::request();
        request.ciphertext_blob = Some(sealed);
        assert_eq!(self.call(request).await.unwrap().plaintext.unwrap().as_bytes(), b"text");
    }

    /// The names of the records of usage in the store.
    async fn stored(&self) -> BTreeSet<String> {
        let found = self.store.scan(b"usage/", None, 100).await.unwrap();
        found.iter().map(|(name, _)| String::from_utf8(name.to_vec()).unwrap()).collect()
    }
}

fn reencrypt(sealed: Blob, to: &str) -> ReEncrypt {
    let mut request = ReEncrypt::request(to);
    request.ciphertext_blob = Some(sealed);
    request
}

#[tokio::test]
async fn the_last_use_is_told_with_its_time_and_request() {
    let mut world = World::new().await;
    let key = world.key().await;
    let arn = world.describe(&key).await.arn;
    assert_eq!(
        world.usage(&key).await,
        GetKeyLastUsageResponse {
            key_id: arn,
            key_last_usage: NEVER,
            tracking_start_date: START,
            key_creation_date: START,
        }
    );

    world.clock.advance(10);
    world.caller.request_id = "a request".to_owned();
    let sealed = world.sealed(&key).await;
    let used = |operation, seconds, id: &str| KeyLastUsageData {
        operation: Some(operation),
        timestamp: Some(START.plus_seconds(seconds)),
        cloud_trail_event_id: None,
        kms_request_id: Some(id.to_owned()),
    };
    assert_eq!(world.usage(&key).await.key_last_usage, used(Tracked::Encrypt, 10, "a request"));
    world.clock.advance(10);
    world.caller.request_id = "another".to_owned();
    world.open(sealed).await;
    assert_eq!(world.usage(&key).await.key_last_usage, used(Tracked::Decrypt, 20, "another"));
}

#[tokio::test]
async fn what_counts_as_use() {
    let world = World::new().await;
    let key = world.key().await;
    world.call(GenerateDataKey::request(key.as_str())).await.unwrap_err();
    assert_eq!(world.last(&key).await, None, "a request that is refused");
    let mut request = GenerateDataKey::request(key.as_str());
    request.number_of_bytes = Some(32);
    world.call(request).await.unwrap();
    assert_eq!(world.last(&key).await, Some(Tracked::GenerateDataKey));
    let mut request = GenerateDataKeyWithoutPlaintext::request(key.as_str());
    request.number_of_bytes = Some(32);
    world.call(request).await.unwrap();
    assert_eq!(world.last(&key).await, Some(Tracked::GenerateDataKeyWithoutPlaintext));

    let pair = world.create(KeySpec::EccNistP256, OriginType::AwsKms).await;
    world.call(GetPublicKey::request(pair.as_str())).await.unwrap();
    assert_eq!(world.last(&pair).await, None, "reading the public key");
    let algorithm = SigningAlgorithmSpec::EcdsaSha256;
    let sign = Sign::request(pair.as_str(), Blob::new("text"), algorithm);
    let signature = world.call(sign).await.unwrap().signature;
    assert_eq!(world.last(&pair).await, Some(Tracked::Sign));
    let verify = Verify::request(pair.as_str(), Blob::new("other"), signature.clone(), algorithm);
    refused(world.call(verify).await, ErrorCode::KmsInvalidSignature);
    assert_eq!(world.last(&pair).await, Some(Tracked::Sign), "a signature that is refused");
    let verify = Verify::request(pair.as_str(), Blob::new("text"), signature, algorithm);
    world.call(verify).await.unwrap();
    assert_eq!(world.last(&pair).await, Some(Tracked::Verify));

    let secret = world.create(KeySpec::Hmac256, OriginType::AwsKms).await;
    let algorithm = MacAlgorithmSpec::HmacSha256;
    let mac = world.call(GenerateMac::request(Blob::new("text"), secret.as_str(), algorithm)).await;
    let mac = mac.unwrap().mac;
    assert_eq!(world.last(&secret).await, Some(Tracked::GenerateMac));
    world.call(VerifyMac::request(Blob::new("text"), secret.as_str(), algorithm, mac)).await.unwrap();
    assert_eq!(world.last(&secret).await, Some(Tracked::VerifyMac));
}

#[tokio::test]
async fn dry_runs_failures_and_administration_do_not_count() {
    let world = World::new().await;
    let key = world.key().await;
    let mut request = Encrypt::request(key.as_str(), Blob::new("text"));
    request.dry_run = Some(true);
    refused(world.call(request).await, ErrorCode::DryRun);
    world.call(DisableKey::request(key.as_str())).await.unwrap();
    refused(world.call(Encrypt::request(key.as_str(), Blob::new("text"))).await, ErrorCode::Disabled);
    world.call(EnableKey::request(key.as_str())).await.unwrap();
    world.call(DescribeKey::request(key.as_str())).await.unwrap();
    assert_eq!(world.usage(&key).await.key_last_usage, NEVER);
}

#[tokio::test]
async fn reencryption_counts_for_both_keys() {
    let world = World::new().await;
    let (from, to) = (world.key().await, world.key().await);
    let sealed = world.sealed(&from).await;
    let other = world.key().await;
    world.clock.advance(1);
    let mut dry = reencrypt(sealed.clone(), &to);
    dry.dry_run = Some(true);
    refused(world.call(dry).await, ErrorCode::DryRun);
    assert_eq!(world.last(&to).await, None);
    world.call(reencrypt(sealed, &to)).await.unwrap();
    for key in [&from, &to] {
        let last = world.usage(key).await.key_last_usage;
        assert_eq!(last.operation, Some(Tracked::ReEncrypt));
        assert_eq!(last.timestamp, Some(START.plus_seconds(1)));
    }
    assert_eq!(world.last(&other).await, None);
}

#[tokio::test]
async fn an_alias_is_no_name_here_and_every_state_is_told() {
    let world = World::new().await;
    let key = world.key().await;
    world.sealed(&key).await;
    refused(world.call(GetKeyLastUsage::request("alias/a")).await, ErrorCode::NotFound);
    world.call(ScheduleKeyDeletion::request(key.as_str())).await.unwrap();
    assert_eq!(world.last(&key).await, Some(Tracked::Encrypt));
    let waiting = world.external(KeySpec::SymmetricDefault).await;
    assert_eq!(world.last(&waiting).await, None);
}

#[tokio::test]
async fn each_region_of_a_multi_region_key_is_tracked_by_itself() {
    let mut world = World::new().await;
    let mut request = CreateKey::request();
    request.multi_region = Some(true);
    let key = world.call(request).await.unwrap().key_metadata.key_id;
    let sealed = world.sealed(&key).await;
    world.clock.advance(DAY);
    world.call(ReplicateKey::request(key.as_str(), "us-east-1")).await.unwrap();
    world.caller.region = "us-east-1".to_owned();
    let usage = world.usage(&key).await;
    assert_eq!(usage.key_last_usage, NEVER);
    assert_eq!((usage.key_creation_date, usage.tracking_start_date), {
        let replicated = START.plus_seconds(DAY);
        (replicated, replicated)
    });
    world.open(sealed).await;
    assert_eq!(world.last(&key).await, Some(Tracked::Decrypt));
    world.caller.region = "eu-west-1".to_owned();
    assert_eq!(world.last(&key).await, Some(Tracked::Encrypt));
}

#[tokio::test]
async fn what_was_swept_outlives_a_restart_and_what_was_not_is_lost() {
    let mut world = World::new().await;
    let (swept, flushed, lost) = (world.key().await, world.key().await, world.key().await);
    world.sealed(&swept).await;
    assert!(world.stored().await.is_empty(), "a request writes nothing itself");
    world.kms.sweep().await.unwrap();
    assert!(world.stored().await.is_empty(), "it was not time yet");
    world.clock.advance(60);
    world.kms.sweep().await.unwrap();
    assert_eq!(world.stored().await, [format!("usage/000000000000/eu-west-1/{swept}")].into());
    world.sealed(&flushed).await;
    world.kms.flush_usage().await.unwrap();
    world.sealed(&lost).await;
    world.clock.advance(60);
    world.restart().await;
    assert_eq!(world.last(&swept).await, Some(Tracked::Encrypt));
    assert_eq!(world.last(&flushed).await, Some(Tracked::Encrypt));
    assert_eq!(world.last(&lost).await, None);
    for key in [&swept, &lost] {
        assert_eq!(world.usage(key).await.tracking_start_date, START);
    }
}

#[tokio::test]
async fn memory_and_store_are_read_as_one() {
    let world = World::new().await;
    let key = world.key().await;
    let sealed = world.sealed(&key).await;
    world.kms.flush_usage().await.unwrap();
    world.clock.advance(1);
    world.open(sealed).await;
    assert_eq!(world.last(&key).await, Some(Tracked::Decrypt), "the store is behind");
    world.kms.flush_usage().await.unwrap();
    assert_eq!(world.last(&key).await, Some(Tracked::Decrypt));
    // Nothing is written that is written already.
    let name = format!("usage/000000000000/eu-west-1/{key}");
    let revision = async || world.store.get(name.as_bytes()).await.unwrap().unwrap().revision;
    let before = revision().await;
    world.kms.flush_usage().await.unwrap();
    assert_eq!(revision().await, before);
}

#[tokio::test]
async fn usage_goes_with_its_key() {
    let world = World::new().await;
    let key = world.key().await;
    world.sealed(&key).await;
    world.kms.flush_usage().await.unwrap();
    let noted = world.key().await;
    world.sealed(&noted).await;
    for key in [&key, &noted] {
        world.call(ScheduleKeyDeletion::request(key.as_str())).await.unwrap();
    }
    world.clock.advance(30 * DAY);
    assert_eq!(world.kms.sweep().await.unwrap().keys, 2);
    assert!(world.stored().await.is_empty());
    world.kms.flush_usage().await.unwrap();
    assert!(world.stored().await.is_empty());
}

#[tokio::test]
async fn a_key_of_a_store_without_tracking_is_tracked_from_the_first_start_with_it() {
    let mut world = World::new().await;
    let old = world.key().await;
    world.kms.flush_usage().await.unwrap();
    // What a store looks like that a server without tracking has written.
    let mut batch = Batch::default();
    batch.delete("tracking");
    assert!(matches!(world.store.commit(batch).await.unwrap(), Commit::Done(_)));
    world.clock.advance(DAY);
    world.restart().await;
    let new = world.key().await;
    world.clock.advance(DAY);
    let started = START.plus_seconds(DAY);
    for _ in 0..2 {
        let usage = world.usage(&old).await;
        assert_eq!((usage.key_creation_date, usage.tracking_start_date), (START, started));
        let usage = world.usage(&new).await;
        assert_eq!((usage.key_creation_date, usage.tracking_start_date), (started, started));
        world.restart().await;
    }
}
