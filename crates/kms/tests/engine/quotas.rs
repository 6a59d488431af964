//! The room that the operator gives.

use api::{CreateGrant, CreateKey, ErrorCode, GrantOperation, Reason, ScheduleKeyDeletion};
use kms::{Quotas, Settings};

use crate::world::{ACCOUNT, DAY, World, refused};

async fn world(quotas: Quotas) -> World {
    let mut world = World::new().await;
    world.restart_with(Settings { quotas, ..Settings::default() }).await;
    world
}

#[tokio::test]
async fn no_more_keys_than_the_operator_allows() {
    let world = world(Quotas { keys: Some(2), ..Quotas::default() }).await;
    let key = world.call(CreateKey::request()).await.unwrap().key_metadata.key_id;
    world.call(CreateKey::request()).await.unwrap();
    let error = refused(world.call(CreateKey::request()).await, ErrorCode::LimitExceeded);
    assert_eq!(error.reason(), Some(Reason::TooManyKeys));
    assert!(error.message().unwrap().contains("has 2 keys in"), "{error}");
    // Elsewhere there is room of its own, and a key that is gone leaves its own.
    world.call_in("eu-central-1", CreateKey::request()).await.unwrap();
    world.call(ScheduleKeyDeletion::request(key.as_str())).await.unwrap();
    refused(world.call(CreateKey::request()).await, ErrorCode::LimitExceeded);
    world.clock.advance(31 * DAY);
    world.call(CreateKey::request()).await.unwrap();
}

#[tokio::test]
async fn no_more_grants_than_the_operator_allows() {
    let world = world(Quotas { grants_per_key: Some(1), ..Quotas::default() }).await;
    let key = world.call(CreateKey::request()).await.unwrap().key_metadata.key_id;
    let grant = |operation| {
        let mut grant = CreateGrant::request(key.as_str(), vec![operation]);
        grant.grantee_principal = Some(format!("arn:aws:iam::{ACCOUNT}:root"));
        grant
    };
    world.call(grant(GrantOperation::Encrypt)).await.unwrap();
    let error = refused(world.call(grant(GrantOperation::Decrypt)).await, ErrorCode::LimitExceeded);
    assert_eq!(error.reason(), Some(Reason::TooManyGrants));
    assert!(error.message().unwrap().contains("has 1 grants"), "{error}");
}

#[test]
fn what_is_not_set_is_what_aws_has() {
    let none = Quotas::default();
    assert_eq!((none.told_keys(), none.grants()), (100_000, 50_000));
    let set = Quotas { keys: Some(20), grants_per_key: Some(100) };
    assert_eq!((set.told_keys(), set.grants()), (20, 100));
    assert_eq!(Quotas { grants_per_key: Some(60_000), ..none }.grants(), 50_000);
}
