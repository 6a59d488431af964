//! AWS managed keys and their predefined aliases.

use api::{
    AliasListEntry, Blob, CreateAlias, CreateGrant, DeleteAlias, DescribeKey, DisableKey, DisableKeyRotation,
    Encrypt, Error, ErrorCode, GenerateDataKeyWithoutPlaintext, GetKeyRotationStatus, GetParametersForImport,
    GetPublicKey, GrantOperation, KeyManagerType, KeySpec, KeyState, ListAliases, ListGrants,
    ListKeyRotations, ListKeys, OriginType, RotateKeyOnDemand, ScheduleKeyDeletion, UpdateAlias,
};
use kms::Operation;

use crate::authorization::people::{allow, by, user};
use crate::world::{ACCOUNT, DAY, START, World, refused};

const EBS: &str = "alias/aws/ebs";

async fn aliases(world: &World, page: i64) -> Vec<AliasListEntry> {
    let mut request = ListAliases::request();
    request.limit = Some(page);
    let mut found = Vec::new();
    loop {
        let answer = world.call(request.clone()).await.unwrap();
        assert!(answer.aliases.len() <= usize::try_from(page).unwrap());
        assert_eq!(answer.truncated, answer.next_marker.is_some());
        found.extend(answer.aliases);
        let Some(marker) = answer.next_marker else { return found };
        request.marker = Some(marker);
    }
}

#[tokio::test]
async fn predefined_aliases_are_listed_without_keys() {
    let world = World::new().await;
    let found = aliases(&world, 100).await;
    let ebs = found.iter().find(|alias| alias.alias_name == EBS).unwrap();
    assert_eq!(ebs.alias_arn, format!("arn:aws:kms:eu-west-1:{ACCOUNT}:alias/aws/ebs"));
    assert!(found.iter().all(|alias| alias.target_key_id.is_none() && alias.creation_date.is_none()));
    assert!(world.call(ListKeys::request()).await.unwrap().keys.is_empty());
}

#[tokio::test]
async fn pages_run_through_both_kinds_in_the_order_of_names() {
    let world = World::new().await;
    let key = world.create(KeySpec::SymmetricDefault, OriginType::AwsKms).await;
    let predefined = aliases(&world, 100).await.len();
    for name in ["alias/a", "alias/aw", "alias/aws", "alias/aws-b", "alias/b", "alias/z"] {
        world.call(CreateAlias::request(name, &key)).await.unwrap();
    }
    world.describe(EBS).await;
    let whole = aliases(&world, 100).await;
    assert_eq!(whole.len(), predefined + 6);
    assert!(whole.is_sorted_by(|a, b| a.alias_name < b.alias_name));
    for page in [1, 2, 3, 7, 27, 28, 29] {
        assert_eq!(aliases(&world, page).await, whole, "pages of {page}");
    }
}

#[tokio::test]
async fn describing_an_alias_makes_its_key_once() {
    let world = World::new().await;
    let made = world.describe(EBS).await;
    assert_eq!(made.key_manager, KeyManagerType::Aws);
    assert_eq!((made.key_spec, made.origin), (KeySpec::SymmetricDefault, OriginType::AwsKms));
    assert_eq!((made.key_state, made.multi_region), (KeyState::Enabled, false));
    assert_eq!(made.description, "Default key that protects my EBS data when no other key is defined");
    assert_eq!(world.describe(EBS).await, made);
    assert_eq!(world.describe(&format!("arn:aws:kms:eu-west-1:{ACCOUNT}:{EBS}")).await, made);
    assert_ne!(world.describe("alias/aws/s3").await.key_id, made.key_id);
    assert_eq!(world.call(ListKeys::request()).await.unwrap().keys.len(), 2);

    let found = aliases(&world, 100).await;
    let ebs = found.into_iter().find(|alias| alias.alias_name == EBS).unwrap();
    assert_eq!(ebs.target_key_id.as_ref(), Some(&made.key_id));
    assert_eq!(ebs.creation_date, Some(START));
    let mut of_key = ListAliases::request();
    of_key.key_id = Some(made.key_id.clone());
    assert_eq!(world.call(of_key).await.unwrap().aliases, [ebs]);

    let elsewhere = world.call_in("us-east-1", DescribeKey::request(EBS)).await.unwrap();
    assert_ne!(elsewhere.key_metadata.key_id, made.key_id);
}

#[tokio::test]
async fn many_who_describe_at_once_find_one_key() {
    let world = World::new().await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let (kms, caller) = (std::sync::Arc::clone(&world.kms), world.caller.clone());
        tasks.spawn(async move { kms.call(&caller, DescribeKey::request(EBS)).await.unwrap().key_metadata });
    }
    let found = tasks.join_all().await;
    assert!(found.iter().all(|key| *key == found[0]));
    assert_eq!(world.call(ListKeys::request()).await.unwrap().keys.len(), 1);
}

#[tokio::test]
async fn whoever_may_describe_keys_makes_it() {
    let world = World::new().await;
    let mut keys = allow(&["DescribeKey"]);
    keys["Resource"] = serde_json::json!(format!("arn:aws:kms:*:{ACCOUNT}:key/*"));
    let reader = by(user(ACCOUNT, "a", &[keys]));
    let made = world.kms.call(&reader, DescribeKey::request(EBS)).await.unwrap().key_metadata;
    assert_eq!(world.describe(EBS).await.key_id, made.key_id);
}

#[tokio::test]
async fn nothing_else_makes_a_key() {
    let world = World::new().await;
    refused(world.call(Encrypt::request(EBS, Blob::new(*b"m"))).await, ErrorCode::NotFound);
    refused(world.call(GetPublicKey::request(EBS)).await, ErrorCode::NotFound);
    refused(world.call(DescribeKey::request("alias/aws/nothing")).await, ErrorCode::NotFound);
    let foreign = format!("arn:aws:kms:eu-west-1:111122223333:{EBS}");
    refused(world.call(DescribeKey::request(foreign)).await, ErrorCode::AccessDenied);
    let stranger = by(user(ACCOUNT, "a", &[]));
    refused(world.kms.call(&stranger, DescribeKey::request(EBS)).await, ErrorCode::AccessDenied);
    assert!(world.call(ListKeys::request()).await.unwrap().keys.is_empty());
}

#[track_caller]
fn denied<T>(answer: Result<T, Error>, operation: &str) {
    let error = refused(answer, ErrorCode::AccessDenied);
    let end = format!("because no resource-based policy allows the kms:{operation} action");
    assert!(error.message().unwrap().ends_with(&end), "{error}");
}

async fn is_denied<O: Operation>(world: &World, request: O) {
    denied(world.call(request).await, O::SPEC.name);
}

#[tokio::test]
async fn the_account_may_look_at_the_key_and_no_more() {
    let world = World::new().await;
    let key = world.describe(EBS).await.key_id;
    let key = key.as_str();
    assert!(world.call(ListGrants::request(key)).await.unwrap().grants.is_empty());
    assert!(world.call(ListKeyRotations::request(key)).await.unwrap().rotations.is_empty());
    refused(world.call(GetPublicKey::request(key)).await, ErrorCode::UnsupportedOperation);
    let import = GetParametersForImport::request(
        key,
        api::AlgorithmSpec::RsaAesKeyWrapSha256,
        api::WrappingKeySpec::Rsa2048,
    );
    refused(world.call(import).await, ErrorCode::UnsupportedOperation);

    is_denied(&world, Encrypt::request(EBS, Blob::new(*b"m"))).await;
    let mut data_key = GenerateDataKeyWithoutPlaintext::request(key);
    data_key.number_of_bytes = Some(32);
    is_denied(&world, data_key).await;
    is_denied(&world, DisableKey::request(key)).await;
    is_denied(&world, DisableKeyRotation::request(key)).await;
    is_denied(&world, RotateKeyOnDemand::request(key)).await;
    is_denied(&world, ScheduleKeyDeletion::request(key)).await;
    let mut grant = CreateGrant::request(key, vec![GrantOperation::Encrypt]);
    grant.grantee_principal = Some(format!("arn:aws:iam::{ACCOUNT}:user/a"));
    is_denied(&world, grant).await;
    is_denied(&world, CreateAlias::request("alias/mine", key)).await;
    is_denied(&world, DeleteAlias::request(EBS)).await;
    let mine = world.create(KeySpec::SymmetricDefault, OriginType::AwsKms).await;
    is_denied(&world, UpdateAlias::request(EBS, &mine)).await;
    world.call(CreateAlias::request("alias/mine", &mine)).await.unwrap();
    is_denied(&world, UpdateAlias::request("alias/mine", key)).await;
    assert_eq!(world.describe(EBS).await.key_id, key);
}

#[tokio::test]
async fn the_key_is_rotated_every_year() {
    let world = World::new().await;
    let key = world.describe(EBS).await.key_id;
    let status = world.call(GetKeyRotationStatus::request(&key)).await.unwrap();
    assert!(status.key_rotation_enabled);
    assert_eq!(status.next_rotation_date, Some(START.plus_seconds(365 * DAY)));
    let before = world.describe(EBS).await.current_key_material_id;
    world.clock.advance(365 * DAY);
    world.kms.sweep().await.unwrap();
    assert_ne!(world.describe(EBS).await.current_key_material_id, before);
    assert_eq!(world.call(ListKeyRotations::request(&key)).await.unwrap().rotations.len(), 1);
}
