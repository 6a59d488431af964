//! Tags and descriptions.

use api::{
    CreateKey, Error, ErrorCode, KeySpec, ListResourceTags, OriginType, ScheduleKeyDeletion, Tag,
    TagResource, UntagResource, UpdateKeyDescription,
};

use crate::world::{World, refused};

fn tag(key: &str, value: &str) -> Tag {
    Tag { tag_key: key.to_owned(), tag_value: value.to_owned() }
}

fn numbered(numbers: std::ops::Range<usize>) -> Vec<Tag> {
    numbers.map(|number| tag(&format!("k{number:02}"), "")).collect()
}

async fn set(world: &World, key: &str, tags: Vec<Tag>) -> Result<api::Empty, Error> {
    world.call(TagResource::request(key, tags)).await
}

async fn unset(world: &World, key: &str, keys: &[&str]) -> Result<api::Empty, Error> {
    let keys: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
    world.call(UntagResource::request(key, keys)).await
}

async fn tags_of(world: &World, key: &str) -> Vec<(String, String)> {
    let answer = world.call(ListResourceTags::request(key)).await.unwrap();
    assert_eq!((answer.truncated, answer.next_marker), (false, None));
    answer.tags.into_iter().map(|tag| (tag.tag_key, tag.tag_value)).collect()
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

#[tokio::test]
async fn tags_are_added_changed_and_taken_away() {
    let mut world = World::new().await;
    let mut request = CreateKey::request();
    request.tags = Some(vec![tag("b", "1"), tag("a", "2")]);
    let key = world.call(request).await.unwrap().key_metadata.key_id;
    assert_eq!(tags_of(&world, &key).await, pairs(&[("a", "2"), ("b", "1")]));
    set(&world, &key, vec![tag("b", "3"), tag("B", ""), tag("Süd 1", "x@y")]).await.unwrap();
    world.restart().await;
    let all = pairs(&[("B", ""), ("Süd 1", "x@y"), ("a", "2"), ("b", "3")]);
    assert_eq!(tags_of(&world, &key).await, all);
    unset(&world, &key, &["none", "a", "a"]).await.unwrap();
    unset(&world, &key, &[]).await.unwrap();
    set(&world, &key, Vec::new()).await.unwrap();
    assert_eq!(tags_of(&world, &key).await, pairs(&[("B", ""), ("Süd 1", "x@y"), ("b", "3")]));
}

#[tokio::test]
async fn what_is_no_tag_changes_nothing() {
    let world = World::new().await;
    let key = world.create(KeySpec::SymmetricDefault, OriginType::AwsKms).await;
    for (tags, text) in [
        (vec![tag("a", "1"), tag("b", ""), tag("a", "1")], "Duplicate tag keys"),
        (vec![tag("a", ""), tag("AWS:a", "")], "Tags beginning with aws: are reserved"),
        (vec![tag("a", "My & My")], "Invalid tag"),
        (vec![tag("a\u{7}", "")], "Invalid tag"),
        (numbered(0..51), "Too many tags"),
    ] {
        let error = refused(set(&world, &key, tags.clone()).await, ErrorCode::Tag);
        assert!(error.message().is_some_and(|message| message.starts_with(text)), "{error}");
        let mut create = CreateKey::request();
        create.tags = Some(tags);
        refused(world.call(create).await, ErrorCode::Tag);
    }
    refused(unset(&world, &key, &["aws:a"]).await, ErrorCode::Tag);
    assert_eq!(tags_of(&world, &key).await, Vec::new());
}

#[tokio::test]
async fn a_key_has_fifty_tags_at_the_most() {
    let world = World::new().await;
    let key = world.create(KeySpec::SymmetricDefault, OriginType::AwsKms).await;
    set(&world, &key, numbered(0..49)).await.unwrap();
    refused(set(&world, &key, numbered(49..51)).await, ErrorCode::LimitExceeded);
    assert_eq!(tags_of(&world, &key).await.len(), 49);
    set(&world, &key, numbered(48..50)).await.unwrap();
    refused(set(&world, &key, numbered(50..51)).await, ErrorCode::LimitExceeded);
    set(&world, &key, vec![tag("k49", "changed")]).await.unwrap();
    unset(&world, &key, &["k00"]).await.unwrap();
    set(&world, &key, numbered(50..51)).await.unwrap();
}

#[tokio::test]
async fn tags_are_listed_page_by_page_while_they_come_and_go() {
    let mut world = World::new().await;
    let key = world.create(KeySpec::SymmetricDefault, OriginType::AwsKms).await;
    set(&world, &key, numbered(0..7)).await.unwrap();
    let mut request = ListResourceTags::request(&key);
    request.limit = Some(3);
    let first = world.call(request.clone()).await.unwrap();
    assert!(first.truncated);
    assert_eq!(first.tags, numbered(0..3));
    request.marker = first.next_marker;
    unset(&world, &key, &["k02", "k03"]).await.unwrap();
    world.restart().await;
    let second = world.call(request.clone()).await.unwrap();
    assert_eq!((second.tags, second.truncated, second.next_marker), (numbered(4..7), false, None));

    let other = world.create(KeySpec::SymmetricDefault, OriginType::AwsKms).await;
    let mut elsewhere = ListResourceTags::request(&other);
    elsewhere.marker.clone_from(&request.marker);
    refused(world.call(elsewhere).await, ErrorCode::InvalidMarker);
    request.marker = Some("nonsense".to_owned());
    refused(world.call(request.clone()).await, ErrorCode::InvalidMarker);
    (request.marker, request.limit) = (None, Some(51));
    refused(world.call(request).await, ErrorCode::Validation);
}

#[tokio::test]
async fn a_key_that_is_pending_deletion_keeps_its_tags_and_description() {
    let world = World::new().await;
    let key = world.create(KeySpec::SymmetricDefault, OriginType::AwsKms).await;
    set(&world, &key, vec![tag("a", "1")]).await.unwrap();
    world.call(UpdateKeyDescription::request(&key, "mine")).await.unwrap();
    world.call(ScheduleKeyDeletion::request(&key)).await.unwrap();
    refused(set(&world, &key, vec![tag("a", "2")]).await, ErrorCode::KmsInvalidState);
    refused(unset(&world, &key, &["a"]).await, ErrorCode::KmsInvalidState);
    refused(world.call(UpdateKeyDescription::request(&key, "")).await, ErrorCode::KmsInvalidState);
    assert_eq!(tags_of(&world, &key).await, pairs(&[("a", "1")]));
    assert_eq!(world.describe(&key).await.description, "mine");
}

#[tokio::test]
async fn a_description_is_changed_and_emptied() {
    let mut world = World::new().await;
    let key = world.create(KeySpec::SymmetricDefault, OriginType::AwsKms).await;
    world.call(UpdateKeyDescription::request(&key, "für später")).await.unwrap();
    world.restart().await;
    assert_eq!(world.describe(&key).await.description, "für später");
    world.call(UpdateKeyDescription::request(&key, "")).await.unwrap();
    assert_eq!(world.describe(&key).await.description, "");
}
