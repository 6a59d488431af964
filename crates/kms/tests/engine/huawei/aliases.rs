//! Keys that have an alias from the beginning, and others beside it.

use api::{
    CreateAlias, DeleteAlias, DescribeKey, ErrorCode, KeySpec, KeyUsage, ListAliases, OriginType, Reason,
    ScheduleKeyDeletion, UpdateAlias,
};
use kms::huawei;

use super::{because, named};
use crate::world::{DAY, World, refused};

fn rename(key: &str, alias: &str) -> huawei::UpdateKeyAlias {
    huawei::UpdateKeyAlias { key_id: key.to_owned(), alias: alias.to_owned() }
}

fn create(name: &str, key: &str) -> huawei::CreateAlias {
    huawei::CreateAlias { name: name.to_owned(), key_id: key.to_owned() }
}

fn delete(key: &str, names: &[&str]) -> huawei::DeleteAliases {
    let names = names.iter().map(|&name| name.to_owned()).collect();
    huawei::DeleteAliases { key_id: key.to_owned(), names }
}

fn symmetric(alias: &str) -> huawei::CreateKey {
    named(alias, KeySpec::SymmetricDefault, KeyUsage::EncryptDecrypt, OriginType::AwsKms)
}

async fn names(world: &World) -> Vec<String> {
    let listed = world.call(ListAliases::request()).await.unwrap().aliases;
    let own = listed.into_iter().filter(|alias| alias.target_key_id.is_some());
    own.map(|alias| alias.alias_name).collect()
}

#[tokio::test]
async fn a_key_comes_with_its_alias_or_not_at_all() {
    let world = World::new().await;
    let key = world.named("KMS-1:a/b_c").await;
    assert!(!key.starts_with("mrk-"));
    assert_eq!(world.alias(&key).await, "KMS-1:a/b_c");
    assert_eq!(world.describe("alias/KMS-1:a/b_c").await.key_id, key);

    because(world.huawei(symmetric("KMS-1:a/b_c")).await, ErrorCode::AlreadyExists, Reason::AliasTaken);
    let count = world.huawei(huawei::CountKeys {}).await.unwrap();
    assert_eq!(count, 1, "a key without its alias was left");
}

#[tokio::test]
async fn what_an_alias_may_be() {
    let world = World::new().await;
    let longest = "x".repeat(255);
    let key = world.named(&longest).await;
    // AWS's API knows a key by such a name too, though it would not give it.
    let name = format!("alias/{longest}");
    assert_eq!(world.call(DescribeKey::request(name.as_str())).await.unwrap().key_metadata.key_id, key);
    assert_eq!(names(&world).await.as_slice(), std::slice::from_ref(&name));

    for (alias, reason) in [
        ("", Reason::AliasName),
        ("a b", Reason::AliasName),
        ("é", Reason::AliasName),
        ("a\0", Reason::AliasName),
        (&"x".repeat(256), Reason::AliasName),
        ("aws/s3", Reason::AliasReserved),
        ("evs/default", Reason::AliasReserved),
    ] {
        because(world.huawei(symmetric(alias)).await, ErrorCode::InvalidAliasName, reason);
        because(world.huawei(rename(&key, alias)).await, ErrorCode::InvalidAliasName, reason);
        because(world.huawei(create(alias, &key)).await, ErrorCode::InvalidAliasName, reason);
    }
    assert_eq!(names(&world).await, [name]);
    world.call(CreateAlias::request("alias/evs/default", key.as_str())).await.unwrap();
}

#[tokio::test]
async fn a_renamed_alias_stays_the_main_one() {
    let world = World::new().await;
    let key = world.named("first").await;
    world.clock.advance(DAY);
    world.huawei(create("second", &key)).await.unwrap();
    assert_eq!(world.alias(&key).await, "first");

    world.clock.advance(DAY);
    let answer = world.huawei(rename(&key, "third")).await.unwrap();
    assert_eq!((answer.key_id, answer.alias.as_str()), (key.clone(), "third"));
    assert_eq!(world.alias(&key).await, "third");
    assert_eq!(names(&world).await, ["alias/second", "alias/third"]);
    // Again as it is, and to a name that is taken.
    world.huawei(rename(&key, "third")).await.unwrap();
    because(world.huawei(rename(&key, "second")).await, ErrorCode::AlreadyExists, Reason::AliasTaken);
    assert_eq!(world.alias(&key).await, "third");
}

#[tokio::test]
async fn a_key_without_an_alias_shows_its_id_and_may_be_given_one() {
    let world = World::new().await;
    let key = world.create(KeySpec::SymmetricDefault, OriginType::AwsKms).await;
    assert_eq!(world.alias(&key).await, key);
    world.huawei(rename(&key, "new")).await.unwrap();
    assert_eq!(world.alias(&key).await, "new");
    world.call(DeleteAlias::request("alias/new")).await.unwrap();
    assert_eq!(world.alias(&key).await, key);
}

#[tokio::test]
async fn an_alias_goes_from_key_to_key_and_is_the_last_of_the_new_ones() {
    let world = World::new().await;
    let (one, other) = (world.named("one").await, world.named("other").await);
    world.clock.advance(DAY);
    let moved = huawei::AssociateAlias { name: "one".to_owned(), key_id: other.clone() };
    let entry = world.huawei(moved).await.unwrap();
    assert_eq!((entry.alias_name.as_str(), entry.target_key_id), ("alias/one", Some(other.clone())));
    assert!(entry.last_updated_date > entry.creation_date);
    assert_eq!((world.alias(&one).await, world.alias(&other).await), (one.clone(), "other".to_owned()));

    let gone = huawei::AssociateAlias { name: "none".to_owned(), key_id: other };
    refused(world.huawei(gone).await, ErrorCode::NotFound);
    let mac = world.create(KeySpec::Hmac256, OriginType::AwsKms).await;
    because(
        world.huawei(huawei::AssociateAlias { name: "one".to_owned(), key_id: mac }).await,
        ErrorCode::Validation,
        Reason::Usage(KeyUsage::EncryptDecrypt),
    );
}

#[tokio::test]
async fn aliases_are_deleted_all_or_none() {
    let world = World::new().await;
    let (key, other) = (world.named("a").await, world.named("other").await);
    world.huawei(create("b", &key)).await.unwrap();
    for bad in ["other", "none"] {
        refused(world.huawei(delete(&key, &["a", bad])).await, ErrorCode::NotFound);
    }
    assert_eq!(names(&world).await, ["alias/a", "alias/b", "alias/other"]);
    world.huawei(delete(&key, &["a", "b", "a"])).await.unwrap();
    assert_eq!(names(&world).await, ["alias/other"]);
    assert_eq!(world.alias(&other).await, "other");
}

#[tokio::test]
async fn the_alias_of_a_key_that_is_gone_is_free() {
    let world = World::new().await;
    let key = world.named("a").await;
    let mut request = ScheduleKeyDeletion::request(key.as_str());
    request.pending_window_in_days = Some(7);
    world.huawei(request).await.unwrap();
    because(world.huawei(symmetric("a")).await, ErrorCode::AlreadyExists, Reason::AliasTaken);
    world.clock.advance(7 * DAY);
    let new = world.named("a").await;
    assert_eq!(world.describe("alias/a").await.key_id, new);
}

#[tokio::test]
async fn a_key_has_room_for_so_many_aliases() {
    let world = World::new().await;
    let key = world.named("a0").await;
    for index in 1..api::limits::MAX_ALIASES_PER_KEY {
        world.huawei(create(&format!("a{index}"), &key)).await.unwrap();
    }
    because(world.huawei(create("more", &key)).await, ErrorCode::LimitExceeded, Reason::TooManyAliases);
    let other = world.named("other").await;
    because(
        world.call(UpdateAlias::request("alias/other", key.as_str())).await,
        ErrorCode::LimitExceeded,
        Reason::TooManyAliases,
    );
    // One for another is always possible.
    world.huawei(rename(&key, "more")).await.unwrap();
    assert_eq!(world.alias(&other).await, "other");
}
