//! What is kept beside a key: tags, description, policy, schedule of rotation, last use.

use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::{IncludeKeyMaterial, KeyLastUsageTrackingOperation, RotationType, Tag};

use super::{new_key, serve};

const DAY: i64 = 86_400;

#[tokio::test]
async fn tags_and_descriptions_change() {
    let (_folder, _server, kms) = serve("sdk-tags");
    let key = new_key(&kms).await;
    let tag = |key: &str, value: &str| Tag::builder().tag_key(key).tag_value(value).build().unwrap();
    kms.tag_resource()
        .key_id(key.key_id())
        .tags(tag("stage", "test"))
        .tags(tag("owner", "me"))
        .send()
        .await
        .unwrap();
    kms.untag_resource().key_id(key.key_id()).tag_keys("owner").send().await.unwrap();
    let listed = kms.list_resource_tags().key_id(key.key_id()).send().await.unwrap();
    assert_eq!(listed.tags(), [tag("stage", "test")]);
    assert!(!listed.truncated());
    let reserved = kms.tag_resource().key_id(key.key_id()).tags(tag("aws:mine", ""));
    let error = reserved.send().await.unwrap_err().into_service_error();
    assert!(error.is_tag_exception(), "{error:?}");

    kms.update_key_description().key_id(key.key_id()).description("mine").send().await.unwrap();
    let described = kms.describe_key().key_id(key.key_id()).send().await.unwrap().key_metadata.unwrap();
    assert_eq!(described.description(), Some("mine"));
}

#[tokio::test]
async fn a_policy_is_kept_word_for_word_unless_it_locks_out() {
    let (_folder, _server, kms) = serve("sdk-policies");
    let key = new_key(&kms).await;
    let names = kms.list_key_policies().key_id(key.key_id()).send().await.unwrap();
    assert_eq!(names.policy_names(), ["default"]);
    let read = || kms.get_key_policy().key_id(key.key_id()).policy_name("default").send();
    let first = read().await.unwrap();
    assert_eq!(first.policy_name(), Some("default"));

    let mut policy: serde_json::Value = serde_json::from_str(first.policy().unwrap()).unwrap();
    policy["Id"] = "mine".into();
    let write = |policy: &serde_json::Value| {
        kms.put_key_policy().key_id(key.key_id()).policy(policy.to_string()).send()
    };
    write(&policy).await.unwrap();
    let found: serde_json::Value = serde_json::from_str(read().await.unwrap().policy().unwrap()).unwrap();
    assert_eq!(found, policy);

    policy["Statement"][0]["Action"] = "kms:Encrypt".into();
    let error = write(&policy).await.unwrap_err().into_service_error();
    assert!(error.is_malformed_policy_document_exception(), "{error:?}");
}

#[tokio::test]
async fn rotation_is_scheduled_and_done_on_demand() {
    let (_folder, _server, kms) = serve("sdk-rotation");
    let key = new_key(&kms).await;
    kms.enable_key_rotation().key_id(key.key_id()).rotation_period_in_days(90).send().await.unwrap();
    let status = kms.get_key_rotation_status().key_id(key.key_id()).send().await.unwrap();
    assert!(status.key_rotation_enabled());
    assert_eq!(status.rotation_period_in_days(), Some(90));
    let next = status.next_rotation_date().unwrap().secs() - jiff::Timestamp::now().as_second();
    assert!((89 * DAY..=90 * DAY).contains(&next), "{next}");
    kms.disable_key_rotation().key_id(key.key_id()).send().await.unwrap();
    assert!(!kms.get_key_rotation_status().key_id(key.key_id()).send().await.unwrap().key_rotation_enabled());

    kms.rotate_key_on_demand().key_id(key.key_id()).send().await.unwrap();
    let listed = kms
        .list_key_rotations()
        .key_id(key.key_id())
        .include_key_material(IncludeKeyMaterial::RotationsOnly)
        .send()
        .await
        .unwrap();
    let [rotation] = listed.rotations() else { panic!("{listed:?}") };
    assert_eq!(rotation.rotation_type(), Some(&RotationType::OnDemand));
}

#[tokio::test]
async fn the_last_use_is_told() {
    let (_folder, _server, kms) = serve("sdk-last-usage");
    let key = new_key(&kms).await;
    let read = || kms.get_key_last_usage().key_id(key.key_id()).send();
    let unused = read().await.unwrap();
    assert_eq!(unused.key_id(), key.arn());
    assert!(unused.key_last_usage().is_none_or(|usage| usage.operation().is_none()), "{unused:?}");
    kms.encrypt().key_id(key.key_id()).plaintext(Blob::new("x")).send().await.unwrap();
    let used = read().await.unwrap();
    let usage = used.key_last_usage().unwrap();
    assert_eq!(usage.operation(), Some(&KeyLastUsageTrackingOperation::Encrypt));
    assert!(usage.timestamp().unwrap() >= used.tracking_start_date().unwrap());
}
