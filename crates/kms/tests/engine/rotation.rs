//! Automatic rotation, with a clock that is moved: when it is due, what it leaves, and what it waits for.

use api::{
    Blob, CancelKeyDeletion, CreateKey, Decrypt, DisableKey, DisableKeyRotation, EnableKey,
    EnableKeyRotation, Encrypt, ErrorCode, GetKeyRotationStatus, GetKeyRotationStatusResponse,
    IncludeKeyMaterial, KeyMaterialState, KeySpec, KeyState, ListKeyRotations, OriginType, ReplicateKey,
    RotateKeyOnDemand, RotationType, RotationsListEntry, ScheduleKeyDeletion, UpdatePrimaryRegion,
};
use kms::Swept;

use crate::world::{DAY, START, World, refused};

const MINUTE: i64 = 60;

impl World {
    async fn rotating(&self, period_days: i64) -> String {
        let key = self.create(KeySpec::SymmetricDefault, OriginType::AwsKms).await;
        self.enable_rotation(&key, period_days).await;
        key
    }

    async fn enable_rotation(&self, key: &str, period_days: i64) {
        let mut request = EnableKeyRotation::request(key);
        request.rotation_period_in_days = Some(period_days);
        self.call(request).await.unwrap();
    }

    async fn rotation(&self, key: &str) -> GetKeyRotationStatusResponse {
        self.call(GetKeyRotationStatus::request(key)).await.unwrap()
    }

    /// When the key is rotated next, in days since the beginning.
    async fn next(&self, key: &str) -> Option<i64> {
        let next = self.rotation(key).await.next_rotation_date?;
        assert_eq!((next.millis() - START.millis()) % (DAY * 1000), 0);
        Some((next.seconds() - START.seconds()) / DAY)
    }

    /// What a sweep at `days` since the beginning rotates.
    async fn rotated_on(&self, days: i64) -> usize {
        self.clock.set(START.plus_seconds(days * DAY));
        self.sweep().await.rotated
    }

    async fn sweep(&self) -> Swept {
        let swept = self.kms.sweep().await.unwrap();
        assert_eq!(swept.failed, 0);
        swept
    }

    async fn rotations(&self, key: &str, include: IncludeKeyMaterial) -> Vec<RotationsListEntry> {
        let mut request = ListKeyRotations::request(key);
        request.include_key_material = Some(include);
        self.call(request).await.unwrap().rotations
    }

    async fn seal(&self, key: &str, text: &[u8]) -> Blob {
        self.call(Encrypt::request(key, Blob::new(text))).await.unwrap().ciphertext_blob
    }

    /// The text, and the id of the material that opened it.
    async fn unseal(&self, sealed: &Blob) -> (Vec<u8>, String) {
        let mut request = Decrypt::request();
        request.ciphertext_blob = Some(sealed.clone());
        let opened = self.call(request).await.unwrap();
        (opened.plaintext.unwrap().as_bytes().to_vec(), opened.key_material_id.unwrap())
    }

    async fn material(&self, key: &str) -> String {
        self.describe(key).await.current_key_material_id.unwrap()
    }
}

#[tokio::test]
async fn a_key_is_rotated_when_its_period_is_over_and_old_ciphertext_still_opens() {
    let mut world = World::new().await;
    let key = world.rotating(90).await;
    let first = world.material(&key).await;
    let old = world.seal(&key, b"old").await;

    world.clock.set(START.plus_seconds(90 * DAY - 1));
    assert_eq!(world.sweep().await, Swept::default());
    assert_eq!(world.material(&key).await, first);
    world.clock.advance(1);
    assert_eq!(world.sweep().await, Swept { rotated: 1, ..Swept::default() });
    assert_eq!(world.sweep().await, Swept::default(), "once");

    let second = world.material(&key).await;
    assert_ne!(second, first);
    let new = world.seal(&key, b"new").await;
    world.restart().await;
    assert_eq!(world.unseal(&old).await, (b"old".to_vec(), first.clone()));
    assert_eq!(world.unseal(&new).await, (b"new".to_vec(), second.clone()));
    assert_eq!(world.next(&key).await, Some(180));

    let rotations = world.rotations(&key, IncludeKeyMaterial::RotationsOnly).await;
    let [rotation] = rotations.as_slice() else { panic!("{rotations:?}") };
    assert_eq!(rotation.key_material_id, second);
    assert_eq!(rotation.rotation_type, Some(RotationType::Automatic));
    assert_eq!(rotation.rotation_date, Some(START.plus_seconds(90 * DAY)));
    assert_eq!(rotation.key_material_state, KeyMaterialState::Current);
    assert_eq!((rotation.import_state, rotation.valid_to), (None, None));
    let all = world.rotations(&key, IncludeKeyMaterial::AllKeyMaterial).await;
    assert_eq!(all.len(), 2);
    assert_eq!((all[0].key_material_id.as_str(), all[0].rotation_type), (first.as_str(), None));
    assert_eq!(all[0].key_material_state, KeyMaterialState::NonCurrent);
}

#[tokio::test]
async fn the_status_tells_the_schedule_while_there_is_one() {
    let world = World::new().await;
    let key = world.create(KeySpec::SymmetricDefault, OriginType::AwsKms).await;
    let arn = world.describe(&key).await.arn;
    let off = GetKeyRotationStatusResponse {
        key_rotation_enabled: false,
        key_id: arn,
        rotation_period_in_days: None,
        next_rotation_date: None,
        on_demand_rotation_start_date: None,
    };
    assert_eq!(world.rotation(&key).await, off);

    world.call(EnableKeyRotation::request(key.as_str())).await.unwrap();
    let on = GetKeyRotationStatusResponse {
        key_rotation_enabled: true,
        rotation_period_in_days: Some(365),
        next_rotation_date: Some(START.plus_seconds(365 * DAY)),
        ..off.clone()
    };
    assert_eq!(world.rotation(&key).await, on);

    world.call(DisableKeyRotation::request(key.as_str())).await.unwrap();
    assert_eq!(world.rotation(&key).await, off);
    world.call(DisableKeyRotation::request(key.as_str())).await.unwrap();
    assert_eq!(world.rotated_on(366).await, 0);
}

#[tokio::test]
async fn a_period_counts_from_when_it_was_set() {
    let world = World::new().await;
    let key = world.rotating(180).await;
    world.clock.advance(30 * DAY);
    world.enable_rotation(&key, 180).await;
    assert_eq!(world.next(&key).await, Some(180), "the same again changes nothing");
    world.enable_rotation(&key, 90).await;
    assert_eq!(world.next(&key).await, Some(120), "another period begins anew");
    world.call(DisableKeyRotation::request(key.as_str())).await.unwrap();
    world.clock.advance(10 * DAY);
    world.enable_rotation(&key, 90).await;
    assert_eq!(world.next(&key).await, Some(130), "switched on anew, it begins anew");
    assert_eq!(world.rotated_on(129).await, 0);
    assert_eq!(world.rotated_on(130).await, 1);
    assert_eq!(world.next(&key).await, Some(220));
}

#[tokio::test]
async fn missed_periods_are_made_up_for_by_one_rotation() {
    let world = World::new().await;
    let key = world.rotating(90).await;
    assert_eq!(world.rotated_on(400).await, 1);
    assert_eq!(world.sweep().await.rotated, 0);
    assert_eq!(world.next(&key).await, Some(490));
    assert_eq!(world.rotations(&key, IncludeKeyMaterial::RotationsOnly).await.len(), 1);
}

#[tokio::test]
async fn a_disabled_key_is_rotated_once_it_is_enabled_again() {
    let world = World::new().await;
    let key = world.rotating(90).await;
    world.call(DisableKey::request(key.as_str())).await.unwrap();
    let status = world.rotation(&key).await;
    assert!(status.key_rotation_enabled && status.next_rotation_date.is_some());
    refused(world.call(EnableKeyRotation::request(key.as_str())).await, ErrorCode::Disabled);
    refused(world.call(DisableKeyRotation::request(key.as_str())).await, ErrorCode::Disabled);
    assert_eq!(world.rotated_on(200).await, 0);

    world.call(EnableKey::request(key.as_str())).await.unwrap();
    assert_eq!(world.sweep().await.rotated, 1);
    assert_eq!(world.next(&key).await, Some(290));

    // Not overdue: the schedule is kept.
    world.call(DisableKey::request(key.as_str())).await.unwrap();
    assert_eq!(world.rotated_on(280).await, 0);
    world.call(EnableKey::request(key.as_str())).await.unwrap();
    assert_eq!(world.sweep().await.rotated, 0);
    assert_eq!(world.next(&key).await, Some(290));
}

#[tokio::test]
async fn a_key_pending_deletion_has_no_rotation_until_that_is_cancelled() {
    let world = World::new().await;
    let key = world.rotating(90).await;
    world.clock.set(START.plus_seconds(80 * DAY));
    world.call(ScheduleKeyDeletion::request(key.as_str())).await.unwrap();
    let status = world.rotation(&key).await;
    assert!(!status.key_rotation_enabled);
    assert_eq!((status.rotation_period_in_days, status.next_rotation_date), (None, None));
    refused(world.call(EnableKeyRotation::request(key.as_str())).await, ErrorCode::KmsInvalidState);
    assert_eq!(world.rotated_on(95).await, 0);

    world.call(CancelKeyDeletion::request(key.as_str())).await.unwrap();
    assert_eq!(world.next(&key).await, Some(90), "as it was");
    assert_eq!(world.sweep().await.rotated, 0, "it is disabled");
    world.call(EnableKey::request(key.as_str())).await.unwrap();
    assert_eq!(world.sweep().await.rotated, 1);
    assert_eq!(world.next(&key).await, Some(185));
}

#[tokio::test]
async fn a_key_that_is_deleted_is_not_rotated_any_more() {
    let world = World::new().await;
    let key = world.rotating(90).await;
    world.call(ScheduleKeyDeletion::request(key.as_str())).await.unwrap();
    world.clock.set(START.plus_seconds(91 * DAY));
    assert_eq!(world.sweep().await, Swept { keys: 1, ..Swept::default() });
    assert_eq!(world.sweep().await, Swept::default());
}

#[tokio::test]
async fn keys_that_cannot_be_rotated_by_themselves() {
    let world = World::new().await;
    for (spec, origin) in [
        (KeySpec::SymmetricDefault, OriginType::External),
        (KeySpec::Hmac256, OriginType::AwsKms),
        (KeySpec::EccNistP256, OriginType::AwsKms),
        (KeySpec::Hmac256, OriginType::External),
    ] {
        let key = world.create(spec, origin).await;
        let error = refused(
            world.call(EnableKeyRotation::request(key.as_str())).await,
            ErrorCode::UnsupportedOperation,
        );
        if origin == OriginType::External {
            // Although the key is pending import, which would be the answer to other operations.
            let arn = world.describe(&key).await.arn;
            let text = format!("{arn} origin is EXTERNAL which is not valid for this operation.");
            assert_eq!(error.message(), Some(text.as_str()));
        }
        refused(world.call(DisableKeyRotation::request(key.as_str())).await, ErrorCode::UnsupportedOperation);
        assert!(!world.rotation(&key).await.key_rotation_enabled, "{spec} {origin}");
    }
}

#[tokio::test]
async fn a_rotation_on_demand_keeps_the_schedule_and_its_distance() {
    let world = World::new().await;
    let key = world.rotating(90).await;
    let rotate = || world.call(RotateKeyOnDemand::request(key.as_str()));
    rotate().await.unwrap();
    assert_eq!(world.next(&key).await, Some(90));

    world.clock.set(START.plus_seconds(90 * DAY - 20 * MINUTE));
    refused(rotate().await, ErrorCode::Conflict);
    world.clock.advance(20 * MINUTE);
    refused(rotate().await, ErrorCode::Conflict);
    assert_eq!(world.sweep().await.rotated, 1);
    rotate().await.unwrap();
    world.clock.set(START.plus_seconds(180 * DAY - 20 * MINUTE - 1));
    rotate().await.unwrap();

    let kinds: Vec<_> = world
        .rotations(&key, IncludeKeyMaterial::RotationsOnly)
        .await
        .iter()
        .filter_map(|entry| entry.rotation_type)
        .collect();
    let (automatic, on_demand) = (RotationType::Automatic, RotationType::OnDemand);
    assert_eq!(kinds, [on_demand, automatic, on_demand, on_demand]);

    // Automatic rotations do not count to the limit of those on demand.
    for _ in 3..25 {
        rotate().await.unwrap();
    }
    refused(rotate().await, ErrorCode::LimitExceeded);
    assert_eq!(world.rotated_on(180).await, 1);
}

#[tokio::test]
async fn rotations_are_listed_in_pages() {
    let world = World::new().await;
    let key = world.rotating(90).await;
    for turn in 1..=5 {
        assert_eq!(world.rotated_on(90 * turn).await, 1);
    }
    let everything = world.rotations(&key, IncludeKeyMaterial::RotationsOnly).await;
    assert_eq!(everything.len(), 5);
    assert!(everything.is_sorted_by_key(|entry| entry.rotation_date));
    let mut listed = Vec::new();
    let mut request = ListKeyRotations::request(key.as_str());
    request.limit = Some(2);
    loop {
        let page = world.call(request.clone()).await.unwrap();
        assert_eq!(page.truncated, page.next_marker.is_some());
        listed.push(page.rotations.len());
        request.marker = page.next_marker;
        if !page.truncated {
            break;
        }
    }
    assert_eq!(listed, [2, 2, 1]);
}

#[tokio::test]
async fn a_multi_region_key_is_rotated_in_every_region_at_once() {
    let mut world = World::new().await;
    let mut request = CreateKey::request();
    request.multi_region = Some(true);
    let key = world.call(request).await.unwrap().key_metadata.key_id;
    world.enable_rotation(&key, 90).await;
    let first = world.material(&key).await;
    let old = world.seal(&key, b"old").await;
    world.call(ReplicateKey::request(key.as_str(), "us-east-1")).await.unwrap();
    let primary = std::mem::replace(&mut world.caller.region, "us-east-1".to_owned());

    // The replica has its primary's schedule, and none of its own to set.
    assert_eq!(world.next(&key).await, Some(90));
    assert_eq!(world.rotation(&key).await.rotation_period_in_days, Some(90));
    for error in [
        refused(world.call(EnableKeyRotation::request(key.as_str())).await, ErrorCode::UnsupportedOperation),
        refused(world.call(DisableKeyRotation::request(key.as_str())).await, ErrorCode::UnsupportedOperation),
    ] {
        assert!(error.message().is_some_and(|text| text.contains("eu-west-1")), "{error}");
    }

    assert_eq!(world.rotated_on(90).await, 1);
    let second = world.material(&key).await;
    assert_ne!(second, first);
    let new = world.seal(&key, b"new").await;
    assert_eq!(world.rotations(&key, IncludeKeyMaterial::RotationsOnly).await.len(), 1);
    assert_eq!(world.unseal(&old).await, (b"old".to_vec(), first));
    world.caller.region = primary;
    assert_eq!(world.material(&key).await, second);
    assert_eq!(world.unseal(&new).await, (b"new".to_vec(), second.clone()));

    // The schedule moves with the part of the primary.
    world.call(UpdatePrimaryRegion::request(key.as_str(), "us-east-1")).await.unwrap();
    assert_eq!(world.next(&key).await, Some(180));
    refused(world.call(DisableKeyRotation::request(key.as_str())).await, ErrorCode::UnsupportedOperation);
    assert_eq!(world.rotated_on(180).await, 1);
    assert_ne!(world.material(&key).await, second);
}

#[tokio::test]
async fn a_primary_that_waits_for_its_replicas_to_be_deleted_is_not_rotated() {
    let mut world = World::new().await;
    let mut request = CreateKey::request();
    request.multi_region = Some(true);
    let key = world.call(request).await.unwrap().key_metadata.key_id;
    world.enable_rotation(&key, 90).await;
    world.call(ReplicateKey::request(key.as_str(), "us-east-1")).await.unwrap();
    world.call(ScheduleKeyDeletion::request(key.as_str())).await.unwrap();
    assert_eq!(world.describe(&key).await.key_state, KeyState::PendingReplicaDeletion);
    let primary = std::mem::replace(&mut world.caller.region, "us-east-1".to_owned());
    assert!(!world.rotation(&key).await.key_rotation_enabled, "nor is the replica");
    world.caller.region = primary;
    assert!(!world.rotation(&key).await.key_rotation_enabled);
    assert_eq!(world.rotated_on(100).await, 0);

    world.call(CancelKeyDeletion::request(key.as_str())).await.unwrap();
    world.call(EnableKey::request(key.as_str())).await.unwrap();
    assert_eq!(world.sweep().await.rotated, 1);
    assert_eq!(world.next(&key).await, Some(190));
}
