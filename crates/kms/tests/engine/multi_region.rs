//! Multi-Region keys: one key in several Regions, each with what is shared and what is its own.

use api::{
    Blob, CancelKeyDeletion, CreateKey, Decrypt, DeleteImportedKeyMaterial, DescribeKey, DisableKey,
    EnableKey, Encrypt, ErrorCode, GetKeyLastUsage, ImportState, ImportType, IncludeKeyMaterial,
    KeyMaterialState, KeyMetadata, KeySpec, KeyState, ListKeyRotations, ListKeys, MultiRegionKeyType,
    OriginType, ReplicateKey, RotateKeyOnDemand, RotationsListEntry, ScheduleKeyDeletion, Sign,
    SigningAlgorithmSpec, Tag, UpdatePrimaryRegion, Verify,
};
use kms::Settings;

use crate::world::{DAY, START, World, refused, usage};

/// Where the worlds' callers are.
const HOME: &str = "eu-west-1";
const AWAY: &str = "us-east-1";
const FAR: &str = "ap-southeast-2";

async fn primary(world: &World, spec: KeySpec, origin: OriginType) -> String {
    let mut request = CreateKey::request();
    request.multi_region = Some(true);
    request.key_spec = Some(spec);
    request.key_usage = Some(usage(spec));
    request.origin = Some(origin);
    world.call(request).await.unwrap().key_metadata.key_id
}

async fn with_replica(world: &World, spec: KeySpec) -> String {
    let key = primary(world, spec, OriginType::AwsKms).await;
    world.call(ReplicateKey::request(&*key, AWAY)).await.unwrap();
    key
}

async fn describe_in(world: &World, region: &str, key: &str) -> KeyMetadata {
    world.call_in(region, DescribeKey::request(key)).await.unwrap().key_metadata
}

async fn rotations_in(world: &World, region: &str, key: &str) -> Vec<RotationsListEntry> {
    let mut request = ListKeyRotations::request(key);
    request.include_key_material = Some(IncludeKeyMaterial::AllKeyMaterial);
    world.call_in(region, request).await.unwrap().rotations
}

fn regions(metadata: &KeyMetadata) -> (MultiRegionKeyType, String, Vec<String>) {
    let configuration = metadata.multi_region_configuration.clone().unwrap();
    let replicas = configuration.replica_keys.into_iter().map(|key| key.region).collect();
    (configuration.multi_region_key_type, configuration.primary_key.region, replicas)
}

#[tokio::test]
async fn a_replica_shares_the_key_and_has_the_rest_for_itself() {
    let world = World::new().await;
    let key = primary(&world, KeySpec::SymmetricDefault, OriginType::AwsKms).await;
    let mut request = ReplicateKey::request(&*key, AWAY);
    request.description = Some("over there".to_owned());
    request.tags = Some(vec![Tag { tag_key: "team".to_owned(), tag_value: "away".to_owned() }]);
    let made = world.call(request).await.unwrap();
    assert_eq!(made.replica_key_metadata.key_state, KeyState::Creating);
    assert_eq!(made.replica_key_metadata.arn, format!("arn:aws:kms:{AWAY}:000000000000:key/{key}"));
    assert_eq!(made.replica_tags.len(), 1);

    let (here, there) = (world.describe(&key).await, describe_in(&world, AWAY, &key).await);
    assert_eq!((there.key_state, there.enabled), (KeyState::Enabled, true));
    assert_eq!(there.description, "over there");
    assert_eq!(here.description, "");
    assert_eq!(here.current_key_material_id, there.current_key_material_id);
    assert_eq!(here.key_id, there.key_id);
    let both = |kind| (kind, HOME.to_owned(), vec![AWAY.to_owned()]);
    assert_eq!(regions(&here), both(MultiRegionKeyType::Primary));
    assert_eq!(regions(&there), both(MultiRegionKeyType::Replica));
    assert!(made.replica_policy.contains("Enable IAM User Permissions"));
    // Only where it is: the Regions' lists are apart.
    assert_eq!(world.call_in(FAR, ListKeys::request()).await.unwrap().keys.len(), 0);
    assert_eq!(world.call_in(AWAY, ListKeys::request()).await.unwrap().keys.len(), 1);
}

#[tokio::test]
async fn what_one_region_makes_the_other_opens() {
    let world = World::new().await;
    let key = with_replica(&world, KeySpec::SymmetricDefault).await;
    for (from, to) in [(HOME, AWAY), (AWAY, HOME)] {
        let mut encrypt = Encrypt::request(&*key, Blob::new("secret"));
        encrypt.encryption_context = Some([("a".to_owned(), "b".to_owned())].into());
        let blob = world.call_in(from, encrypt).await.unwrap().ciphertext_blob;
        let mut decrypt = Decrypt::request();
        decrypt.ciphertext_blob = Some(blob);
        decrypt.encryption_context = Some([("a".to_owned(), "b".to_owned())].into());
        let opened = world.call_in(to, decrypt.clone()).await.unwrap();
        assert_eq!(opened.plaintext.unwrap().as_bytes(), b"secret");
        assert_eq!(opened.key_id, format!("arn:aws:kms:{to}:000000000000:key/{key}"));
        // The key is in no other Region.
        refused(world.call_in(FAR, decrypt).await, ErrorCode::AccessDenied);
    }
    let key = with_replica(&world, KeySpec::EccNistP256).await;
    let sign = Sign::request(&*key, Blob::new("text"), SigningAlgorithmSpec::EcdsaSha256);
    let signature = world.call_in(AWAY, sign).await.unwrap().signature;
    let verify = Verify::request(&*key, Blob::new("text"), signature, SigningAlgorithmSpec::EcdsaSha256);
    assert!(world.call(verify).await.unwrap().signature_valid);
}

#[tokio::test]
async fn what_cannot_be_replicated() {
    let world = World::new().await;
    let single = world.create(KeySpec::SymmetricDefault, OriginType::AwsKms).await;
    refused(world.call(ReplicateKey::request(&*single, AWAY)).await, ErrorCode::UnsupportedOperation);
    refused(world.call(UpdatePrimaryRegion::request(&*single, AWAY)).await, ErrorCode::UnsupportedOperation);
    let key = with_replica(&world, KeySpec::SymmetricDefault).await;
    refused(world.call(ReplicateKey::request(&*key, AWAY)).await, ErrorCode::AlreadyExists);
    refused(world.call(ReplicateKey::request(&*key, HOME)).await, ErrorCode::Validation);
    let from_replica = world.call_in(AWAY, ReplicateKey::request(&*key, FAR)).await;
    refused(from_replica, ErrorCode::UnsupportedOperation);
    refused(world.call(UpdatePrimaryRegion::request(&*key, FAR)).await, ErrorCode::NotFound);
    refused(world.call(UpdatePrimaryRegion::request(&*key, HOME)).await, ErrorCode::Validation);
    let mut bad_policy = ReplicateKey::request(&*key, FAR);
    bad_policy.policy = Some("{}".to_owned());
    refused(world.call(bad_policy).await, ErrorCode::MalformedPolicyDocument);
    let mut bad_tags = ReplicateKey::request(&*key, FAR);
    bad_tags.tags = Some(vec![Tag { tag_key: "aws:x".to_owned(), tag_value: String::new() }]);
    refused(world.call(bad_tags).await, ErrorCode::Tag);
    world.call(DisableKey::request(&*key)).await.unwrap();
    refused(world.call(ReplicateKey::request(&*key, FAR)).await, ErrorCode::Disabled);
    // Nothing of all this left a replica behind.
    assert_eq!(regions(&world.describe(&key).await).2, [AWAY]);
}

/// A description, tags and a policy that are as large as the API allows.
fn largest(request: &mut ReplicateKey) {
    let wide = |length: usize| "\u{20000}".repeat(length);
    request.description = Some(wide(8192));
    let tag = |n: usize| Tag { tag_key: format!("{n}{}", wide(126)), tag_value: wide(256) };
    request.tags = Some((10..60).map(tag).collect());
    let statement =
        r#"{"Effect":"Allow","Principal":{"AWS":"000000000000"},"Action":"kms:*","Resource":"*"}"#;
    let statements = vec![statement; 32_000 / (statement.len() + 1)].join(",");
    request.policy = Some(format!(r#"{{"Statement":[{statements}]}}"#));
}

#[tokio::test]
async fn replicas_are_bounded_so_that_all_can_change_at_once_however_large() {
    let world = World::new().await;
    let key = primary(&world, KeySpec::SymmetricDefault, OriginType::AwsKms).await;
    let region = |number: usize| format!("eu-test-{number}");
    for number in 0..32 {
        let mut request = ReplicateKey::request(&*key, region(number));
        largest(&mut request);
        world.call(request).await.unwrap();
    }
    refused(world.call(ReplicateKey::request(&*key, region(32))).await, ErrorCode::LimitExceeded);
    world.call(RotateKeyOnDemand::request(&*key)).await.unwrap();
    world.call(UpdatePrimaryRegion::request(&*key, region(31))).await.unwrap();
    let metadata = describe_in(&world, &region(0), &key).await;
    assert_eq!(metadata.current_key_material_id, world.describe(&key).await.current_key_material_id);
    assert_eq!(regions(&metadata).1, region(31));
}

#[tokio::test]
async fn a_region_that_is_not_served_takes_no_replica() {
    let mut world = World::new().await;
    world
        .restart_with(Settings { regions: vec![HOME.to_owned(), AWAY.to_owned()], ..Settings::default() })
        .await;
    let key = with_replica(&world, KeySpec::SymmetricDefault).await;
    let error = refused(world.call(ReplicateKey::request(&*key, FAR)).await, ErrorCode::Validation);
    assert!(error.message().unwrap().contains(FAR), "{error}");
}

#[tokio::test]
async fn each_is_switched_by_itself() {
    let world = World::new().await;
    let key = with_replica(&world, KeySpec::SymmetricDefault).await;
    world.call(DisableKey::request(&*key)).await.unwrap();
    assert_eq!(world.describe(&key).await.key_state, KeyState::Disabled);
    assert_eq!(describe_in(&world, AWAY, &key).await.key_state, KeyState::Enabled);
    world.call_in(AWAY, Encrypt::request(&*key, Blob::new("x"))).await.unwrap();
}

#[tokio::test]
async fn the_primary_moves() {
    let world = World::new().await;
    let key = with_replica(&world, KeySpec::SymmetricDefault).await;
    world.call(ReplicateKey::request(&*key, FAR)).await.unwrap();
    world.call(UpdatePrimaryRegion::request(&*key, AWAY)).await.unwrap();
    for (region, kind) in [
        (HOME, MultiRegionKeyType::Replica),
        (AWAY, MultiRegionKeyType::Primary),
        (FAR, MultiRegionKeyType::Replica),
    ] {
        let (found, primary, mut replicas) = regions(&describe_in(&world, region, &key).await);
        replicas.sort();
        assert_eq!((found, primary.as_str()), (kind, AWAY), "{region}");
        assert_eq!(replicas, [FAR, HOME], "{region}");
    }
    // What only the primary does is done there now.
    refused(world.call(RotateKeyOnDemand::request(&*key)).await, ErrorCode::UnsupportedOperation);
    world.call_in(AWAY, RotateKeyOnDemand::request(&*key)).await.unwrap();
    refused(world.call(ReplicateKey::request(&*key, "eu-north-1")).await, ErrorCode::UnsupportedOperation);
    world.call_in(AWAY, UpdatePrimaryRegion::request(&*key, HOME)).await.unwrap();
    assert_eq!(regions(&world.describe(&key).await).0, MultiRegionKeyType::Primary);
}

#[tokio::test]
async fn transient_states_last_as_long_as_the_operator_says() {
    let mut world = World::new().await;
    world.restart_with(Settings { settling_seconds: 5, ..Settings::default() }).await;
    let key = with_replica(&world, KeySpec::SymmetricDefault).await;
    assert_eq!(describe_in(&world, AWAY, &key).await.key_state, KeyState::Creating);
    let encrypt = || Encrypt::request(&*key, Blob::new("x"));
    refused(world.call_in(AWAY, encrypt()).await, ErrorCode::KmsInvalidState);
    world.clock.advance(5);
    world.call_in(AWAY, encrypt()).await.unwrap();

    world.call(UpdatePrimaryRegion::request(&*key, AWAY)).await.unwrap();
    for region in [HOME, AWAY] {
        assert_eq!(describe_in(&world, region, &key).await.key_state, KeyState::Updating);
        world.call_in(region, encrypt()).await.unwrap();
        refused(world.call_in(region, EnableKey::request(&*key)).await, ErrorCode::KmsInvalidState);
    }
    world.clock.advance(5);
    assert_eq!(describe_in(&world, HOME, &key).await.key_state, KeyState::Enabled);
}

#[tokio::test]
async fn a_rotation_reaches_every_region() {
    let world = World::new().await;
    let key = with_replica(&world, KeySpec::SymmetricDefault).await;
    let blob = world.call(Encrypt::request(&*key, Blob::new("old"))).await.unwrap().ciphertext_blob;
    let before = world.describe(&key).await.current_key_material_id;
    refused(world.call_in(AWAY, RotateKeyOnDemand::request(&*key)).await, ErrorCode::UnsupportedOperation);
    world.call(RotateKeyOnDemand::request(&*key)).await.unwrap();
    let after = world.describe(&key).await.current_key_material_id;
    assert_ne!(before, after);
    assert_eq!(describe_in(&world, AWAY, &key).await.current_key_material_id, after);
    let mut decrypt = Decrypt::request();
    decrypt.ciphertext_blob = Some(blob);
    let opened = world.call_in(AWAY, decrypt).await.unwrap();
    assert_eq!((opened.plaintext.unwrap().as_bytes(), opened.key_material_id), (&b"old"[..], before));
    let (here, there) = (rotations_in(&world, HOME, &key).await, rotations_in(&world, AWAY, &key).await);
    assert_eq!(here.len(), 2);
    assert_eq!(
        here.iter().map(|entry| &entry.key_material_id).collect::<Vec<_>>(),
        there.iter().map(|entry| &entry.key_material_id).collect::<Vec<_>>()
    );
    // A replica that comes later knows the old materials too.
    world.call(ReplicateKey::request(&*key, FAR)).await.unwrap();
    assert_eq!(rotations_in(&world, FAR, &key).await.len(), 2);
}

#[tokio::test]
async fn a_primary_waits_for_its_replicas() {
    let world = World::new().await;
    let key = with_replica(&world, KeySpec::SymmetricDefault).await;
    let mut schedule = ScheduleKeyDeletion::request(&*key);
    schedule.pending_window_in_days = Some(7);
    let answer = world.call(schedule.clone()).await.unwrap();
    assert_eq!((answer.key_state, answer.deletion_date), (KeyState::PendingReplicaDeletion, None));
    let metadata = world.describe(&key).await;
    assert_eq!(metadata.pending_deletion_window_in_days, Some(7));
    assert_eq!((metadata.deletion_date, metadata.enabled), (None, false));
    refused(world.call(schedule.clone()).await, ErrorCode::KmsInvalidState);
    // However long it takes.
    world.clock.advance(400 * DAY);
    world.kms.sweep().await.unwrap();
    assert_eq!(world.describe(&key).await.key_state, KeyState::PendingReplicaDeletion);
    world.call_in(AWAY, Encrypt::request(&*key, Blob::new("x"))).await.unwrap();

    let answer = world.call_in(AWAY, schedule).await.unwrap();
    assert_eq!(answer.key_state, KeyState::PendingDeletion);
    assert_eq!(answer.deletion_date, Some(START.plus_seconds(407 * DAY)));
    world.clock.advance(7 * DAY - 1);
    assert_eq!(world.describe(&key).await.key_state, KeyState::PendingReplicaDeletion);
    world.clock.advance(1);
    // Swept or not, the replica is gone, and the primary's own waiting period begins.
    for swept in [false, true] {
        if swept {
            assert_eq!(world.kms.sweep().await.unwrap().keys, 1);
        }
        refused(world.call_in(AWAY, DescribeKey::request(&*key)).await, ErrorCode::NotFound);
        let metadata = world.describe(&key).await;
        assert_eq!(metadata.key_state, KeyState::PendingDeletion, "swept: {swept}");
        assert_eq!(metadata.deletion_date, Some(START.plus_seconds(414 * DAY)), "swept: {swept}");
        assert_eq!(regions(&metadata).2, Vec::<String>::new());
    }
    world.clock.advance(7 * DAY);
    refused(world.call(DescribeKey::request(&*key)).await, ErrorCode::NotFound);
    assert_eq!(world.kms.sweep().await.unwrap().keys, 1);
    assert_eq!(world.call(ListKeys::request()).await.unwrap().keys.len(), 0);
}

#[tokio::test]
async fn a_deletion_is_cancelled_in_either_place() {
    let world = World::new().await;
    let key = with_replica(&world, KeySpec::SymmetricDefault).await;
    for region in [HOME, AWAY] {
        world.call_in(region, ScheduleKeyDeletion::request(&*key)).await.unwrap();
    }
    world.call_in(AWAY, CancelKeyDeletion::request(&*key)).await.unwrap();
    assert_eq!(describe_in(&world, AWAY, &key).await.key_state, KeyState::Disabled);
    world.clock.advance(100 * DAY);
    assert_eq!(world.describe(&key).await.key_state, KeyState::PendingReplicaDeletion);
    world.call(CancelKeyDeletion::request(&*key)).await.unwrap();
    assert_eq!(world.describe(&key).await.key_state, KeyState::Disabled);
    world.call(EnableKey::request(&*key)).await.unwrap();
    assert_eq!(world.describe(&key).await.key_state, KeyState::Enabled);
}

#[tokio::test]
async fn a_region_is_free_again_after_its_replica_died() {
    let world = World::new().await;
    let key = with_replica(&world, KeySpec::SymmetricDefault).await;
    world.call_in(AWAY, Encrypt::request(&*key, Blob::new("x"))).await.unwrap();
    world.kms.flush_usage().await.unwrap();
    world.call_in(AWAY, ScheduleKeyDeletion::request(&*key)).await.unwrap();
    refused(world.call(ReplicateKey::request(&*key, AWAY)).await, ErrorCode::AlreadyExists);
    world.clock.advance(30 * DAY);
    // Not swept yet.
    let made = world.call(ReplicateKey::request(&*key, AWAY)).await.unwrap().replica_key_metadata;
    assert_eq!(made.current_key_material_id, world.describe(&key).await.current_key_material_id);
    // The new replica has not been used.
    let usage = world.call_in(AWAY, GetKeyLastUsage::request(&*key)).await.unwrap();
    assert_eq!(usage.key_last_usage.timestamp, None);
    assert_eq!(describe_in(&world, AWAY, &key).await.key_state, KeyState::Enabled);
    assert_eq!(world.kms.sweep().await.unwrap().failed, 0);
    assert_eq!(describe_in(&world, AWAY, &key).await.key_state, KeyState::Enabled);
}

#[tokio::test]
async fn a_late_note_of_a_dead_replica_is_not_taken_for_its_successors() {
    let mut world = World::new().await;
    let key = with_replica(&world, KeySpec::SymmetricDefault).await;
    world.call_in(AWAY, Encrypt::request(&*key, Blob::new("x"))).await.unwrap();
    world.call_in(AWAY, ScheduleKeyDeletion::request(&*key)).await.unwrap();
    // The engine that noted the use is slow; another one buries the replica and makes the next.
    let slow = std::sync::Arc::clone(&world.kms);
    world.restart().await;
    world.clock.advance(30 * DAY);
    world.call(ReplicateKey::request(&*key, AWAY)).await.unwrap();
    slow.flush_usage().await.unwrap();
    let last = async || world.call_in(AWAY, GetKeyLastUsage::request(&*key)).await.unwrap().key_last_usage;
    assert_eq!(last().await.timestamp, None);
    world.call_in(AWAY, Encrypt::request(&*key, Blob::new("x"))).await.unwrap();
    assert_eq!(last().await.timestamp, Some(START.plus_seconds(30 * DAY)));
}

#[tokio::test]
async fn imported_material_is_brought_to_each_region() {
    let world = World::new().await;
    let key = primary(&world, KeySpec::SymmetricDefault, OriginType::External).await;
    refused(world.call(ReplicateKey::request(&*key, AWAY)).await, ErrorCode::KmsInvalidState);
    let id = world.import(&key, &[1; 32]).await.unwrap().key_material_id;
    world.call(ReplicateKey::request(&*key, AWAY)).await.unwrap();
    assert_eq!(describe_in(&world, AWAY, &key).await.key_state, KeyState::PendingImport);

    refused(import_in(&world, AWAY, &key, 2, None).await, ErrorCode::IncorrectKeyMaterial);
    let new = import_in(&world, AWAY, &key, 2, Some(ImportType::NewKeyMaterial)).await;
    refused(new, ErrorCode::UnsupportedOperation);
    assert_eq!(import_in(&world, AWAY, &key, 1, None).await.unwrap(), id);
    assert_eq!(describe_in(&world, AWAY, &key).await.key_state, KeyState::Enabled);
    let blob = world.call(Encrypt::request(&*key, Blob::new("x"))).await.unwrap().ciphertext_blob;
    let mut decrypt = Decrypt::request();
    decrypt.ciphertext_blob = Some(blob);
    assert_eq!(world.call_in(AWAY, decrypt).await.unwrap().plaintext.unwrap().as_bytes(), b"x");

    // Deletion is each Region's own.
    world.call_in(AWAY, DeleteImportedKeyMaterial::request(&*key)).await.unwrap();
    assert_eq!(describe_in(&world, AWAY, &key).await.key_state, KeyState::PendingImport);
    assert_eq!(world.describe(&key).await.key_state, KeyState::Enabled);
}

#[tokio::test]
async fn new_imported_material_rotates_once_it_is_everywhere() {
    let world = World::new().await;
    let key = primary(&world, KeySpec::SymmetricDefault, OriginType::External).await;
    world.import(&key, &[1; 32]).await.unwrap();
    for region in [AWAY, FAR] {
        world.call(ReplicateKey::request(&*key, region)).await.unwrap();
        import_in(&world, region, &key, 1, None).await.unwrap();
    }
    let id = import_in(&world, HOME, &key, 2, Some(ImportType::NewKeyMaterial)).await.unwrap().unwrap();
    let shown = async |region: &str| {
        let entries = rotations_in(&world, region, &key).await;
        let entry = entries.iter().find(|entry| entry.key_material_id == id).unwrap();
        (entry.key_material_state, entry.import_state.unwrap())
    };
    let (waits, ready) =
        (KeyMaterialState::PendingMultiRegionImportAndRotation, KeyMaterialState::PendingRotation);
    assert_eq!(shown(HOME).await, (waits, ImportState::Imported));
    assert_eq!(shown(AWAY).await, (waits, ImportState::PendingImport));
    // What waits does not stop what works.
    assert_eq!(describe_in(&world, AWAY, &key).await.key_state, KeyState::Enabled);
    refused(world.call(RotateKeyOnDemand::request(&*key)).await, ErrorCode::KmsInvalidState);
    import_in(&world, AWAY, &key, 2, None).await.unwrap();
    assert_eq!(shown(AWAY).await, (waits, ImportState::Imported));
    refused(world.call(RotateKeyOnDemand::request(&*key)).await, ErrorCode::KmsInvalidState);
    import_in(&world, FAR, &key, 2, None).await.unwrap();
    assert_eq!(shown(FAR).await, (ready, ImportState::Imported));

    world.call(RotateKeyOnDemand::request(&*key)).await.unwrap();
    for region in [HOME, AWAY, FAR] {
        assert_eq!(shown(region).await, (KeyMaterialState::Current, ImportState::Imported), "{region}");
        let metadata = describe_in(&world, region, &key).await;
        assert_eq!(metadata.current_key_material_id.as_deref(), Some(&*id));
        assert_eq!(metadata.key_state, KeyState::Enabled);
    }
}

#[tokio::test]
async fn pending_material_that_the_primary_deletes_goes_everywhere() {
    let world = World::new().await;
    let key = primary(&world, KeySpec::SymmetricDefault, OriginType::External).await;
    world.import(&key, &[1; 32]).await.unwrap();
    world.call(ReplicateKey::request(&*key, AWAY)).await.unwrap();
    import_in(&world, AWAY, &key, 1, None).await.unwrap();
    let id = import_in(&world, HOME, &key, 2, Some(ImportType::NewKeyMaterial)).await.unwrap().unwrap();
    import_in(&world, AWAY, &key, 2, None).await.unwrap();
    let mut delete = DeleteImportedKeyMaterial::request(&*key);
    delete.key_material_id = Some(id.clone());
    // From a replica it goes there alone.
    world.call_in(AWAY, delete.clone()).await.unwrap();
    let state = async |region: &str| {
        let entries = rotations_in(&world, region, &key).await;
        entries.iter().find(|entry| entry.key_material_id == id).unwrap().import_state.unwrap()
    };
    assert_eq!(state(HOME).await, ImportState::Imported);
    assert_eq!(state(AWAY).await, ImportState::PendingImport);
    import_in(&world, AWAY, &key, 2, None).await.unwrap();
    world.call(delete).await.unwrap();
    assert_eq!(state(HOME).await, ImportState::PendingImport);
    assert_eq!(state(AWAY).await, ImportState::PendingImport);
    assert_eq!(describe_in(&world, AWAY, &key).await.key_state, KeyState::Enabled);
}

#[tokio::test]
async fn a_replica_about_to_be_deleted_is_not_waited_for() {
    let world = World::new().await;
    let key = primary(&world, KeySpec::SymmetricDefault, OriginType::External).await;
    world.import(&key, &[1; 32]).await.unwrap();
    world.call(ReplicateKey::request(&*key, AWAY)).await.unwrap();
    import_in(&world, AWAY, &key, 1, None).await.unwrap();
    import_in(&world, HOME, &key, 2, Some(ImportType::NewKeyMaterial)).await.unwrap();
    world.call_in(AWAY, ScheduleKeyDeletion::request(&*key)).await.unwrap();
    world.call(RotateKeyOnDemand::request(&*key)).await.unwrap();
    // Come back after all, it lacks what it missed.
    world.call_in(AWAY, CancelKeyDeletion::request(&*key)).await.unwrap();
    assert_eq!(describe_in(&world, AWAY, &key).await.key_state, KeyState::PendingImport);
    import_in(&world, AWAY, &key, 2, None).await.unwrap();
    assert_eq!(describe_in(&world, AWAY, &key).await.key_state, KeyState::Enabled);
}

/// Imports 32 equal bytes that do not expire; gives the material's id.
async fn import_in(
    world: &World,
    region: &str,
    key: &str,
    byte: u8,
    kind: Option<ImportType>,
) -> Result<Option<String>, api::Error> {
    let mut request = world.import_request_in(region, key, &[byte; 32]).await;
    request.import_type = kind;
    Ok(world.call_in(region, request).await?.key_material_id)
}
