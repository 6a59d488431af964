//! Grants for those who are known by ids, and data keys as what they allow.

use std::sync::Arc;

use api::{
    Blob, Encrypt, EncryptionContext, Error, ErrorCode, GrantOperation as Op, ListGrants, OriginType, Reason,
    RevokeGrant,
};
use kms::huawei::{self, Grantee};
use kms::{Caller, Dialect, GrantedOperation, Operation};

use serde_json::json;

use super::because;
use crate::authorization::identities::People;
use crate::authorization::people::{FRIEND, by_in, user};
use crate::world::{ACCOUNT, World, refused};

fn grant(key: &str, grantee: Grantee, operations: &[GrantedOperation]) -> huawei::CreateGrant {
    huawei::CreateGrant {
        key_id: key.to_owned(),
        grantee,
        retiring: None,
        name: None,
        operations: operations.to_vec(),
    }
}

fn friend() -> Grantee {
    Grantee::Account(FRIEND.to_owned())
}

async fn by_friend<O: Operation>(world: &World, request: O) -> Result<O::Response, Error> {
    let caller = Caller::root("aws", FRIEND, &world.caller.region);
    world.kms.call_as(&caller, Dialect::huawei(&["kms:dek:crypto"]), request).await
}

async fn listed(world: &World, key: &str, marker: Option<String>, limit: u32) -> huawei::GrantList {
    let request = huawei::ListGrants { key_id: key.to_owned(), marker, limit };
    world.huawei(request).await.unwrap()
}

#[tokio::test]
async fn a_grant_of_data_keys_is_of_nothing_else() {
    let world = World::new().await;
    let key = world.named("a").await;
    let arn = world.describe(&key).await.arn;
    let operations = [GrantedOperation::EncryptDataKey, GrantedOperation::DecryptDataKey];
    world.huawei(grant(&key, friend(), &operations)).await.unwrap();

    let context = Some(EncryptionContext::from([("a".to_owned(), "b".to_owned())]));
    let plaintext = Blob::new([7; 32]);
    let encrypt = huawei::EncryptDataKey {
        key_id: arn.clone(),
        plaintext: plaintext.clone(),
        encryption_context: context.clone(),
    };
    let ciphertext = by_friend(&world, encrypt).await.unwrap().ciphertext_blob;
    let decrypt = |context: &Option<EncryptionContext>| huawei::DecryptDataKey {
        ciphertext: ciphertext.clone(),
        key_id: None,
        encryption_context: context.clone(),
    };
    let opened = by_friend(&world, decrypt(&context)).await.unwrap();
    assert_eq!(opened.plaintext.unwrap().as_bytes(), plaintext.as_bytes());
    because(by_friend(&world, decrypt(&None)).await, ErrorCode::InvalidCiphertext, Reason::Ciphertext);
    refused(by_friend(&world, Encrypt::request(arn.as_str(), plaintext)).await, ErrorCode::AccessDenied);
}

#[tokio::test]
async fn grants_are_listed_by_ids_and_for_aws_by_arns() {
    let world = World::new().await;
    let key = world.named("a").await;
    let operations = [GrantedOperation::EncryptDataKey, Op::Encrypt.into(), Op::DescribeKey.into()];
    let mut request = grant(&key, friend(), &operations);
    request.name = Some("g".to_owned());
    request.retiring = Some(Grantee::Account(ACCOUNT.to_owned()));
    let id = world.huawei(request.clone()).await.unwrap().grant_id;
    assert_eq!(world.huawei(request).await.unwrap().grant_id, id);

    let list = listed(&world, &key, None, 10).await;
    assert_eq!((list.total, list.next_marker), (1, None));
    let [shown] = list.grants.as_slice() else { panic!("{:?}", list.grants) };
    assert_eq!((shown.key_id.as_str(), shown.grant_id.as_str(), shown.name.as_str()), (&*key, &*id, "g"));
    assert_eq!((&shown.grantee, shown.issuing_account.as_str()), (&friend(), ACCOUNT));
    assert_eq!(shown.retiring, Some(Grantee::Account(ACCOUNT.to_owned())));
    assert_eq!(shown.operations, operations);

    let for_aws = world.call(ListGrants::request(key.as_str())).await.unwrap().grants;
    assert_eq!(for_aws[0].operations, [Op::Encrypt, Op::DescribeKey]);
    assert_eq!(for_aws[0].grantee_principal, Some(format!("arn:aws:iam::{FRIEND}:root")));

    let retirable = || huawei::ListRetirableGrants { marker: None, limit: 10 };
    assert_eq!(world.huawei(retirable()).await.unwrap().grants, list.grants);
    assert_eq!(by_friend(&world, retirable()).await.unwrap().total, 0);
    world.huawei(RevokeGrant::request(key.as_str(), id.as_str())).await.unwrap();
    assert_eq!(world.huawei(retirable()).await.unwrap().total, 0);
    because(
        world.huawei(RevokeGrant::request(key.as_str(), id.as_str())).await,
        ErrorCode::NotFound,
        Reason::GrantNotFound,
    );
}

#[tokio::test]
async fn lists_of_grants_have_pages() {
    let world = World::new().await;
    let (key, other) = (world.named("a").await, world.named("b").await);
    for index in 0..5 {
        let mut request = grant(&key, friend(), &[Op::DescribeKey.into()]);
        request.name = Some(format!("g{index}"));
        request.retiring = Some(Grantee::Account(ACCOUNT.to_owned()));
        world.huawei(request).await.unwrap();
    }
    world.huawei(grant(&other, friend(), &[Op::DescribeKey.into()])).await.unwrap();
    assert_eq!(world.huawei(huawei::CountGrants {}).await.unwrap(), 5);
    let (mut marker, mut seen) = (None, Vec::new());
    let mut pages = 0;
    loop {
        let list = listed(&world, &key, marker, 2).await;
        assert_eq!(list.total, 5);
        seen.extend(list.grants);
        pages += 1;
        marker = list.next_marker;
        if marker.is_none() {
            break;
        }
    }
    assert_eq!((seen.len(), pages), (5, 3));
    let mut retirable = Vec::new();
    loop {
        let list = world.huawei(huawei::ListRetirableGrants { marker, limit: 2 }).await.unwrap();
        assert_eq!(list.total, 5);
        retirable.extend(list.grants);
        marker = list.next_marker;
        if marker.is_none() {
            break;
        }
    }
    assert_eq!(retirable, seen);
}

#[tokio::test]
async fn which_grants_are_refused() {
    let world = World::new().await;
    let key = world.named("a").await;
    let mac = world.named_of("mac", api::KeySpec::Hmac256, OriginType::AwsKms).await;
    let validation = ErrorCode::Validation;
    let only = grant(&key, friend(), &[Op::CreateGrant.into()]);
    because(world.huawei(only).await, validation, Reason::OnlyCreateGrant);
    let unfit = grant(&mac, friend(), &[GrantedOperation::DecryptDataKey]);
    because(world.huawei(unfit).await, validation, Reason::NotSymmetric);
    for nobody in [
        Grantee::Account("12".to_owned()),
        Grantee::Account("11112222333x".to_owned()),
        Grantee::Identity("AIDAAAAAAAAAAAAAAAAAA".to_owned()),
        Grantee::Service("rds.amazonaws.com".to_owned()),
    ] {
        let answer = world.huawei(grant(&key, nobody, &[Op::DescribeKey.into()])).await;
        because(answer, ErrorCode::InvalidArn, Reason::Grantee);
    }
}

#[tokio::test]
async fn a_user_is_granted_by_its_unique_id() {
    let world = World::new().await;
    let people = People::new(Arc::new(world.records().await));
    let ann = people.user(ACCOUNT, "ann", &[]).await;
    let id = ann.principal.names[0].id.clone().unwrap();
    let key = world.named("a").await;
    let describe = || huawei::DescribeKey { key_id: key.clone() };
    let ann = Caller { region: world.caller.region.clone(), ..ann };
    let dialect = Dialect::huawei(&["kms:cmk:get"]);
    refused(world.kms.call_as(&ann, dialect, describe()).await, ErrorCode::AccessDenied);

    let mut request = grant(&key, Grantee::Identity(id.clone()), &[Op::DescribeKey.into()]);
    request.retiring = Some(Grantee::Identity(id.clone()));
    world.huawei(request).await.unwrap();
    assert_eq!(world.kms.call_as(&ann, dialect, describe()).await.unwrap().alias, "a");
    let [shown] = &listed(&world, &key, None, 10).await.grants[..] else { panic!("one grant") };
    assert_eq!(
        (&shown.grantee, &shown.retiring),
        (&Grantee::Identity(id.clone()), &Some(Grantee::Identity(id)))
    );

    // Whoever is made anew under the same name is somebody else.
    people.delete_user(ACCOUNT, "ann").await;
    people.user(ACCOUNT, "ann", &[]).await;
    let answer = world.huawei(grant(&key, shown.grantee.clone(), &[Op::DescribeKey.into()])).await;
    because(answer, ErrorCode::InvalidArn, Reason::Grantee);
}

#[tokio::test]
async fn policies_know_whom_a_grant_is_for() {
    let world = World::new().await;
    let key = world.named("a").await;
    let condition = |account: &str| {
        let grantee = format!("arn:aws:iam::{account}:root");
        json!({"Effect": "Allow", "Action": "kms:CreateGrant", "Resource": "*",
            "Condition": {"StringEquals": {"kms:GranteePrincipal": grantee}}})
    };
    for (account, allowed) in [(FRIEND, true), (ACCOUNT, false)] {
        let caller = by_in(user(ACCOUNT, "ann", &[condition(account)]), &world.caller.region);
        let request = grant(&key, friend(), &[Op::DescribeKey.into()]);
        let answer = world.kms.call_as(&caller, Dialect::huawei(&["kms:grant:create"]), request).await;
        if allowed {
            answer.unwrap();
        } else {
            refused(answer, ErrorCode::AccessDenied);
        }
    }
}
