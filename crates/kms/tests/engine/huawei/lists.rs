//! Lists that a client narrows down, and what a caller may not see of them.

use api::{ErrorCode, KeySpec, KeyState, ListAliases, OriginType, ScheduleKeyDeletion, Tag, TagResource};
use kms::huawei::{CountKeys, KeyList, ListKeys, ListTags, TagFilter};
use kms::{Caller, Dialect};

use crate::authorization::people::{allow, by_in, deny, user};
use crate::world::{ACCOUNT, DAY, World, refused};

/// The most keys of a page, and no filter.
fn all() -> ListKeys {
    ListKeys { limit: 1000, ..ListKeys::default() }
}

fn filter(key: &str, values: &[&str]) -> TagFilter {
    TagFilter { key: key.to_owned(), values: values.iter().map(|&value| value.to_owned()).collect() }
}

async fn tag(world: &World, key: &str, name: &str, value: &str) {
    let tag = Tag { tag_key: name.to_owned(), tag_value: value.to_owned() };
    world.huawei(TagResource::request(key, vec![tag])).await.unwrap();
}

fn aliases(list: &KeyList) -> Vec<&str> {
    let mut aliases: Vec<_> = list.keys.iter().map(|key| key.alias.as_str()).collect();
    aliases.sort_unstable();
    aliases
}

async fn found(world: &World, request: ListKeys) -> Vec<String> {
    let list = world.huawei(request).await.unwrap();
    assert_eq!(list.total, list.keys.len() as u64);
    aliases(&list).into_iter().map(str::to_owned).collect()
}

/// Keys of several kinds: red, green and blue.
async fn colours() -> (World, [String; 3]) {
    let world = World::new().await;
    let red = world.named("red").await;
    let green = world.named_of("green", KeySpec::Hmac256, OriginType::AwsKms).await;
    let blue = world.named_of("blue", KeySpec::SymmetricDefault, OriginType::External).await;
    tag(&world, &red, "team", "a").await;
    tag(&world, &green, "team", "b").await;
    tag(&world, &green, "cost", "1").await;
    tag(&world, &blue, "cost", "1").await;
    (world, [red, green, blue])
}

#[tokio::test]
async fn keys_are_found_by_state_spec_tags_and_name() {
    let (world, _) = colours().await;
    let states = |states: &[KeyState]| ListKeys { states: Some(states.to_vec()), ..all() };
    let tags = |tags: Vec<TagFilter>| ListKeys { tags, ..all() };
    let name = |part: &str| ListKeys { name: Some(part.to_owned()), ..all() };
    assert_eq!(found(&world, all()).await, ["blue", "green", "red"]);
    assert_eq!(found(&world, states(&[KeyState::PendingImport])).await, ["blue"]);
    assert_eq!(found(&world, states(&[KeyState::Enabled])).await, ["green", "red"]);
    assert_eq!(found(&world, states(&[])).await, [""; 0]);
    assert_eq!(found(&world, ListKeys { spec: Some(KeySpec::Hmac256), ..all() }).await, ["green"]);
    assert_eq!(found(&world, tags(vec![filter("team", &[])])).await, ["green", "red"]);
    assert_eq!(found(&world, tags(vec![filter("team", &["a", "c"])])).await, ["red"]);
    assert_eq!(found(&world, tags(vec![filter("team", &["b"]), filter("cost", &["1"])])).await, ["green"]);
    assert_eq!(found(&world, tags(vec![filter("Team", &[])])).await, [""; 0]);
    assert_eq!(found(&world, name("re")).await, ["green", "red"]);
}

#[tokio::test]
async fn a_key_is_shown_with_all_there_is_to_say() {
    let (world, [red, ..]) = colours().await;
    let list = world.huawei(ListKeys { name: Some("red".to_owned()), ..all() }).await.unwrap();
    let described = world.huawei(kms::huawei::DescribeKey { key_id: "alias/red".to_owned() }).await.unwrap();
    assert_eq!(list.keys.as_slice(), std::slice::from_ref(&described));
    assert_eq!(described.metadata, world.describe(&red).await);
    assert_eq!(described.tags, [Tag { tag_key: "team".to_owned(), tag_value: "a".to_owned() }]);
    assert!(!described.rotation_enabled);
    world.huawei(api::EnableKeyRotation::request(red.as_str())).await.unwrap();
    assert!(world.huawei(kms::huawei::DescribeKey { key_id: red }).await.unwrap().rotation_enabled);
}

#[tokio::test]
async fn pages_and_totals() {
    let world = World::new().await;
    for index in 0..70 {
        world.named(&format!("k{index}")).await;
    }
    let mut seen = Vec::new();
    for offset in (0..90).step_by(30) {
        let list = world.huawei(ListKeys { offset, limit: 30, ..ListKeys::default() }).await.unwrap();
        assert_eq!((list.total, list.more), (70, offset < 60));
        seen.extend(list.keys.into_iter().map(|key| key.metadata.key_id));
    }
    assert_eq!(seen.len(), 70);
    assert!(seen.is_sorted_by(|a, b| a < b));
    let count = world.huawei(ListKeys { only_count: true, ..all() }).await.unwrap();
    assert_eq!((count.keys.len(), count.total), (0, 70));
    let beyond = world.huawei(ListKeys { offset: u64::MAX, ..all() }).await.unwrap();
    assert_eq!((beyond.keys.len(), beyond.total, beyond.more), (0, 70, false));
}

#[tokio::test]
async fn keys_that_are_gone_are_nowhere() {
    let (world, [red, ..]) = colours().await;
    let mut request = ScheduleKeyDeletion::request(red.as_str());
    request.pending_window_in_days = Some(7);
    world.huawei(request).await.unwrap();
    assert_eq!(world.huawei(CountKeys {}).await.unwrap(), 3);
    world.clock.advance(7 * DAY);
    assert_eq!(found(&world, all()).await, ["blue", "green"]);
    assert_eq!(world.huawei(CountKeys {}).await.unwrap(), 2);
    assert_eq!(
        world.huawei(ListTags {}).await.unwrap(),
        [("cost".to_owned(), vec!["1".to_owned()]), ("team".to_owned(), vec!["b".to_owned()]),]
    );
    assert!(
        world
            .call(ListAliases::request())
            .await
            .unwrap()
            .aliases
            .iter()
            .all(|alias| alias.alias_name != "alias/red")
    );
}

#[tokio::test]
async fn a_caller_sees_and_counts_what_it_may_describe() {
    let (world, [_, green, _]) = colours().await;
    let arn = world.describe(&green).await.arn;
    let ask = async |statements: &[serde_json::Value]| {
        let caller: Caller = by_in(user(ACCOUNT, "ann", statements), &world.caller.region);
        world.kms.call_as(&caller, Dialect::huawei(&["kms:cmk:list"]), all()).await
    };
    let list = allow(&["ListKeys"]);
    refused(ask(&[]).await, ErrorCode::AccessDenied);
    let none = ask(std::slice::from_ref(&list)).await.unwrap();
    assert_eq!((none.keys.len(), none.total), (0, 0));
    let mut describe = allow(&["DescribeKey"]);
    describe["Resource"] = arn.into();
    let one = ask(&[list.clone(), describe.clone()]).await.unwrap();
    assert_eq!((aliases(&one), one.total), (vec!["green"], 1));
    // By the permission of these clouds it is all keys, unless something is denied.
    let permission = serde_json::json!({"Effect": "Allow", "Action": "kms:cmk:list", "Resource": "*"});
    assert_eq!(ask(std::slice::from_ref(&permission)).await.unwrap().total, 3);
    describe["Effect"] = "Deny".into();
    let two = ask(&[permission.clone(), describe]).await.unwrap();
    assert_eq!((aliases(&two), two.total), (vec!["blue", "red"], 2));
    refused(ask(&[permission, deny(&["ListKeys"])]).await, ErrorCode::AccessDenied);
}

#[tokio::test]
async fn tags_that_a_caller_may_not_list_are_not_there() {
    let (world, [red, ..]) = colours().await;
    let caller =
        |statements: &[serde_json::Value]| by_in(user(ACCOUNT, "ann", statements), &world.caller.region);
    let may = allow(&["ListKeys", "DescribeKey", "ListResourceTags"]);
    let may_not = [may.clone(), deny(&["ListResourceTags"])];
    let dialect = Dialect::huawei(&["kms:cmk:get"]);
    for (statements, sees) in [(&[may][..], true), (&may_not, false)] {
        let caller = caller(statements);
        let describe = kms::huawei::DescribeKey { key_id: red.clone() };
        let described = world.kms.call_as(&caller, dialect, describe).await.unwrap();
        assert_eq!(described.tags.is_empty(), !sees);
        let by_tag = ListKeys { tags: vec![filter("team", &["a"])], ..all() };
        assert_eq!(world.kms.call_as(&caller, dialect, by_tag).await.unwrap().total, u64::from(sees));
        let list = world.kms.call_as(&caller, dialect, ListTags {}).await;
        if sees {
            assert_eq!(list.unwrap().len(), 2);
        } else {
            refused(list, ErrorCode::AccessDenied);
        }
    }
}
