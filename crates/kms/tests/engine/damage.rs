//! A damaged record stops what needs it, and nothing else: above all, it keeps no dead material alive.

use api::{
    CreateAlias, CreateKey, DeleteImportedKeyMaterial, DescribeKey, Encrypt, ErrorCode, KeySpec, KeyState,
    OriginType, ReplicateKey, ScheduleKeyDeletion,
};
use store::{Batch, Commit, MAX_SCAN};

use crate::world::{ACCOUNT, DAY, World, refused};

const HOME: &str = "eu-west-1";
const AWAY: &str = "us-east-1";
const FAR: &str = "ap-southeast-2";

impl World {
    /// Writes what nobody sealed in the place of a record, or as a new one.
    async fn damage(&self, name: &str) {
        let mut batch = Batch::default();
        batch.put(name.to_owned(), b"damaged".to_vec());
        assert!(matches!(self.store.commit(batch).await.unwrap(), Commit::Done(_)));
    }

    async fn names(&self, prefix: &str) -> Vec<String> {
        let found = self.store.scan(prefix.as_bytes(), None, MAX_SCAN).await.unwrap();
        found.into_iter().map(|(name, _)| String::from_utf8(name.to_vec()).unwrap()).collect()
    }
}

fn record_of(region: &str, key: &str) -> String {
    format!("key/{ACCOUNT}/{region}/{key}")
}

/// An imported key with a replica in two Regions, all with their material.
async fn family(world: &World) -> String {
    let mut request = CreateKey::request();
    (request.multi_region, request.origin) = (Some(true), Some(OriginType::External));
    let key = world.call(request).await.unwrap().key_metadata.key_id;
    world.import(&key, &[7; 32]).await.unwrap();
    for region in [AWAY, FAR] {
        world.call(ReplicateKey::request(&*key, region)).await.unwrap();
        let request = world.import_request_in(region, &key, &[7; 32]).await;
        world.call_in(region, request).await.unwrap();
    }
    key
}

#[tokio::test]
async fn a_damaged_alias_keeps_no_dead_key_alive() {
    let world = World::new().await;
    let key = world.create(KeySpec::SymmetricDefault, OriginType::AwsKms).await;
    world.call(CreateAlias::request("alias/a", &*key)).await.unwrap();
    world.call(ScheduleKeyDeletion::request(&*key)).await.unwrap();
    world.damage(&format!("alias/{ACCOUNT}/{HOME}/a")).await;
    world.clock.advance(30 * DAY);
    assert_eq!(world.kms.sweep().await.unwrap().keys, 1);
    assert_eq!(world.names("material/").await, Vec::<String>::new());
}

#[tokio::test]
async fn a_damaged_primary_keeps_no_dead_replica_alive() {
    let world = World::new().await;
    let key = family(&world).await;
    world.call_in(AWAY, ScheduleKeyDeletion::request(&*key)).await.unwrap();
    world.damage(&record_of(HOME, &key)).await;
    world.clock.advance(30 * DAY);
    assert_eq!(world.kms.sweep().await.unwrap().keys, 1);
    assert_eq!(world.names(&format!("material/{ACCOUNT}/{AWAY}/")).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_damaged_sibling_does_not_keep_an_owner_from_destroying_keys() {
    let world = World::new().await;
    let key = family(&world).await;
    world.damage(&record_of(FAR, &key)).await;
    refused(world.call_in(FAR, DescribeKey::request(&*key)).await, ErrorCode::Internal);
    for region in [HOME, AWAY] {
        world.call_in(region, DeleteImportedKeyMaterial::request(&*key)).await.unwrap();
        assert_eq!(world.names(&format!("material/{ACCOUNT}/{region}/")).await, Vec::<String>::new());
        world.call_in(region, ScheduleKeyDeletion::request(&*key)).await.unwrap();
    }
    let state = world.describe(&key).await.key_state;
    assert_eq!(state, KeyState::PendingReplicaDeletion);
}

#[tokio::test]
async fn many_unreadable_due_entries_do_not_hide_those_behind_them() {
    let world = World::new().await;
    let key = world.create(KeySpec::SymmetricDefault, OriginType::AwsKms).await;
    world.call(ScheduleKeyDeletion::request(&*key)).await.unwrap();
    for number in 0..600 {
        world.damage(&format!("due/{number:020}")).await;
    }
    world.clock.advance(30 * DAY);
    assert_eq!(world.kms.sweep().await.unwrap().keys, 1);
}

#[tokio::test]
async fn lost_material_is_an_error_of_the_server_and_no_reason_to_try_again() {
    let world = World::new().await;
    let key = world.create(KeySpec::SymmetricDefault, OriginType::AwsKms).await;
    for name in world.names("material/").await {
        let mut batch = Batch::default();
        batch.delete(name);
        assert!(matches!(world.store.commit(batch).await.unwrap(), Commit::Done(_)));
    }
    let error = refused(world.call(Encrypt::request(&*key, api::Blob::new("x"))).await, ErrorCode::Internal);
    assert!(error.cause().unwrap().contains("is gone"));
}

#[tokio::test]
async fn damaged_material_is_an_error_of_the_server_that_says_nothing() {
    let world = World::new().await;
    let key = world.create(KeySpec::SymmetricDefault, OriginType::AwsKms).await;
    for name in world.names("material/").await {
        world.damage(&name).await;
    }
    let error = refused(world.call(Encrypt::request(&*key, api::Blob::new("x"))).await, ErrorCode::Internal);
    let text = error.message().unwrap();
    assert!(!text.contains("material") && !text.contains(&key), "{text}");
}
