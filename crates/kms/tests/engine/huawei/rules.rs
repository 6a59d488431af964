//! Limits and refusals that AWS does not have, or not so; and that AWS's stay as they are.

use api::{
    CancelKeyDeletion, DisableKey, DisableKeyRotation, EnableKey, EnableKeyRotation, Error, ErrorCode,
    GenerateDataKey, GetKeyRotationStatus, KeySpec, KeyState, OriginType, Reason, ScheduleKeyDeletion, Tag,
    TagResource,
};
use kms::huawei;

use super::because;
use crate::world::{DAY, START, World, refused};

fn deletion(key: &str, days: i64) -> ScheduleKeyDeletion {
    let mut request = ScheduleKeyDeletion::request(key);
    request.pending_window_in_days = Some(days);
    request
}

fn rotation(key: &str, days: i64) -> EnableKeyRotation {
    let mut request = EnableKeyRotation::request(key);
    request.rotation_period_in_days = Some(days);
    request
}

fn interval(key: &str, days: i64) -> huawei::UpdateRotationInterval {
    huawei::UpdateRotationInterval { key_id: key.to_owned(), days }
}

async fn period(world: &World, key: &str) -> Option<i64> {
    world.call(GetKeyRotationStatus::request(key)).await.unwrap().rotation_period_in_days
}

#[tokio::test]
async fn a_key_waits_for_7_to_1096_days() {
    let world = World::new().await;
    let key = world.named("a").await;
    for days in [0, 6, 1097] {
        because(world.huawei(deletion(&key, days)).await, ErrorCode::Validation, Reason::PendingWindow);
    }
    because(world.call(deletion(&key, 31)).await, ErrorCode::Validation, Reason::PendingWindow);
    let answer = world.huawei(deletion(&key, 1096)).await.unwrap();
    assert_eq!(answer.deletion_date, Some(START.plus_days(1096)));
    because(world.huawei(deletion(&key, 7)).await, ErrorCode::KmsInvalidState, Reason::KeyPendingDeletion);
    world.clock.advance(1095 * DAY);
    world.huawei(CancelKeyDeletion::request(key.as_str())).await.unwrap();
    assert_eq!(world.describe(&key).await.key_state, KeyState::Disabled);
    because(
        world.huawei(CancelKeyDeletion::request(key.as_str())).await,
        ErrorCode::KmsInvalidState,
        Reason::KeyNotPendingDeletion,
    );
}

#[tokio::test]
async fn a_key_is_switched_only_from_the_other_state() {
    let world = World::new().await;
    let key = world.named("a").await;
    let (enable, disable) = (|| EnableKey::request(key.as_str()), || DisableKey::request(key.as_str()));
    because(world.huawei(enable()).await, ErrorCode::KmsInvalidState, Reason::KeyNotDisabled);
    world.huawei(disable()).await.unwrap();
    because(world.huawei(disable()).await, ErrorCode::KmsInvalidState, Reason::KeyNotEnabled);
    world.huawei(enable()).await.unwrap();
    assert_eq!(world.describe(&key).await.key_state, KeyState::Enabled);
    world.call(enable()).await.unwrap();

    let external = world.named_of("b", KeySpec::SymmetricDefault, OriginType::External).await;
    because(
        world.huawei(EnableKey::request(external.as_str())).await,
        ErrorCode::KmsInvalidState,
        Reason::KeyPendingImport,
    );
}

#[tokio::test]
async fn a_key_is_rotated_every_30_to_365_days() {
    let world = World::new().await;
    let key = world.named("a").await;
    because(world.huawei(interval(&key, 30)).await, ErrorCode::KmsInvalidState, Reason::RotationDisabled);
    because(
        world.huawei(DisableKeyRotation::request(key.as_str())).await,
        ErrorCode::KmsInvalidState,
        Reason::RotationDisabled,
    );
    world.huawei(EnableKeyRotation::request(key.as_str())).await.unwrap();
    assert_eq!(period(&world, &key).await, Some(365));
    because(
        world.huawei(EnableKeyRotation::request(key.as_str())).await,
        ErrorCode::KmsInvalidState,
        Reason::RotationEnabled,
    );
    for days in [-1, 29, 366, 2560] {
        because(world.huawei(interval(&key, days)).await, ErrorCode::Validation, Reason::RotationPeriod);
    }
    world.huawei(interval(&key, 30)).await.unwrap();
    assert_eq!(period(&world, &key).await, Some(30));
    because(world.call(rotation(&key, 30)).await, ErrorCode::Validation, Reason::RotationPeriod);
    world.call(rotation(&key, 2560)).await.unwrap();
    world.huawei(DisableKeyRotation::request(key.as_str())).await.unwrap();
    assert_eq!(period(&world, &key).await, None);
}

#[tokio::test]
async fn some_keys_are_never_rotated() {
    let world = World::new().await;
    let external = world.named_of("a", KeySpec::SymmetricDefault, OriginType::External).await;
    let pair = world.named_of("b", KeySpec::EccNistP256, OriginType::AwsKms).await;
    for (key, reason) in [(&external, Reason::External), (&pair, Reason::RotationUnsupported)] {
        let answer = world.huawei(EnableKeyRotation::request(key.as_str())).await;
        because(answer, ErrorCode::UnsupportedOperation, reason);
        because(world.huawei(interval(key, 30)).await, ErrorCode::UnsupportedOperation, reason);
    }
}

#[tokio::test]
async fn tags_are_fewer_shorter_and_of_other_signs() {
    let world = World::new().await;
    let key = world.named("a").await;
    let tag = |name: &str, value: &str| Tag { tag_key: name.to_owned(), tag_value: value.to_owned() };
    let put = async |tags: &[Tag]| -> Result<(), Error> {
        let request = TagResource::request(key.as_str(), tags.to_vec());
        world.huawei(request).await.map(drop)
    };
    let (longest_key, longest_value) = ("é".repeat(36), "é".repeat(43));
    put(&[tag(&longest_key, &longest_value), tag("#&!\u{1f600}", "")]).await.unwrap();
    for (name, value) in [
        ("", "x"),
        (&*"x".repeat(37), ""),
        ("x", &*"x".repeat(44)),
        ("a=b", ""),
        ("a", "<b>"),
        ("a", "b\\c"),
        ("a*", ""),
        ("a", "b\u{1f}"),
        ("aws:a", ""),
    ] {
        because(put(&[tag(name, value)]).await, ErrorCode::Tag, Reason::TagName);
    }
    let eight: Vec<_> = (0..8).map(|index| tag(&format!("t{index}"), "")).collect();
    put(&eight).await.unwrap();
    because(put(&[tag("one more", "")]).await, ErrorCode::LimitExceeded, Reason::TooManyTags);
    let details = world.huawei(huawei::DescribeKey { key_id: key.clone() }).await.unwrap();
    assert_eq!(details.tags.len(), 10);
    assert!(details.tags.is_sorted_by(|a, b| a.tag_key < b.tag_key));
    // AWS's rules are AWS's.
    let request = TagResource::request(key.as_str(), vec![tag("a=b", "x")]);
    world.call(request).await.unwrap();
}

#[tokio::test]
async fn lengths_are_bounded_whoever_asks() {
    let world = World::new().await;
    let key = world.named("a").await;
    for (bytes, fits) in [(-1, false), (0, false), (1, true), (1024, true), (1025, false), (i64::MAX, false)]
    {
        let mut request = GenerateDataKey::request(key.as_str());
        request.number_of_bytes = Some(bytes);
        match world.huawei(request).await {
            Ok(_) => assert!(fits, "{bytes}"),
            refusal if !fits => _ = refused(refusal, ErrorCode::Validation),
            Err(error) => panic!("{bytes}: {error}"),
        }
    }
}
