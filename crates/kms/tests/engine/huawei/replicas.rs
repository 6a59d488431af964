//! Replicas with aliases, and Regions that are none.

use api::{CreateKey, DescribeKey, ErrorCode, ReplicateKey, UpdatePrimaryRegion};
use kms::huawei::{self, CountKeys, ListKeys};
use kms::{Caller, Dialect, Quotas, Settings};

use crate::world::{World, refused};

const AWAY: &str = "eu-nl";

async fn primary(world: &World) -> String {
    let mut request = CreateKey::request();
    request.multi_region = Some(true);
    world.call(request).await.unwrap().key_metadata.key_id
}

fn replica(key: &str, region: &str, alias: Option<&str>) -> huawei::ReplicateKey {
    huawei::ReplicateKey { alias: alias.map(str::to_owned), replica: ReplicateKey::request(key, region) }
}

#[tokio::test]
async fn a_replica_comes_with_its_alias_or_not_at_all() {
    let world = World::new().await;
    let key = primary(&world).await;
    let away = Caller { region: AWAY.to_owned(), ..world.caller.clone() };
    world
        .kms
        .call_as(
            &away,
            Dialect::huawei(&["kms:cmk:create"]),
            super::named(
                "taken",
                api::KeySpec::SymmetricDefault,
                api::KeyUsage::EncryptDecrypt,
                api::OriginType::AwsKms,
            ),
        )
        .await
        .unwrap();
    for (alias, code) in [
        ("x/default", ErrorCode::InvalidAliasName),
        ("aws/x", ErrorCode::InvalidAliasName),
        ("a b", ErrorCode::InvalidAliasName),
        ("taken", ErrorCode::AlreadyExists),
    ] {
        refused(world.huawei(replica(&key, AWAY, Some(alias))).await, code);
        refused(world.call_in(AWAY, DescribeKey::request(key.as_str())).await, ErrorCode::NotFound);
    }
    world.huawei(replica(&key, AWAY, Some("mine"))).await.unwrap();
    let found = world.call_in(AWAY, DescribeKey::request("alias/mine")).await.unwrap();
    assert_eq!(found.key_metadata.key_id, key);
    let again = refused(world.huawei(replica(&key, AWAY, Some("other"))).await, ErrorCode::AlreadyExists);
    assert_eq!(again.reason(), Some(api::Reason::Replicated));
}

#[tokio::test]
async fn what_is_no_name_of_a_region_is_none() {
    let world = World::new().await;
    let key = primary(&world).await;
    let long = "x".repeat(33);
    for region in ["", "../x", "eu-nl/alias", "a:b:444455556666:key/x", "eu-nl\n", "é", " ", &long] {
        refused(world.huawei(replica(&key, region, None)).await, ErrorCode::Validation);
        refused(world.huawei(replica(&key, region, Some("a"))).await, ErrorCode::Validation);
        assert!(world.huawei(UpdatePrimaryRegion::request(key.as_str(), region)).await.is_err());
    }
    let list = ListKeys { limit: 10, ..ListKeys::default() };
    assert_eq!(world.huawei(list).await.unwrap().total, 1);
}

#[tokio::test]
async fn replicas_take_room() {
    let mut world = World::new().await;
    let key = primary(&world).await;
    let quotas = Quotas { keys: Some(1), ..Quotas::default() };
    world.restart_with(Settings { quotas, ..Settings::default() }).await;
    world.call_in(AWAY, CreateKey::request()).await.unwrap();
    refused(world.huawei(replica(&key, AWAY, None)).await, ErrorCode::LimitExceeded);
    world.huawei(replica(&key, "eu-de", None)).await.unwrap();
    assert_eq!(world.huawei(CountKeys {}).await.unwrap(), 1);
}
