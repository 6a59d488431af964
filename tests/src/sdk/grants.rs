//! Grants, seen from both sides: the account of the key, and the account that is granted.

use aws_sdk_kms::error::ProvideErrorMetadata as _;
use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::{GrantConstraints, GrantOperation, KeyState};

use super::{new_key, serve};

const FRIEND: &str = "200000000051";

#[tokio::test]
async fn a_grant_allows_what_it_names_and_no_more() {
    let (_folder, server, kms) = serve("sdk-grants");
    let friend = server.client_as(FRIEND, "test");
    let grantee = format!("arn:aws:iam::{FRIEND}:root");
    let key = new_key(&kms).await;
    let arn = key.arn().unwrap();

    let seal = || {
        friend.encrypt().key_id(arn).plaintext(Blob::new("a message")).encryption_context("tenant", "blue")
    };
    let error = seal().send().await.unwrap_err();
    assert_eq!(error.code(), Some("AccessDeniedException"));
    let grant = kms
        .create_grant()
        .key_id(key.key_id())
        .grantee_principal(&grantee)
        .operations(GrantOperation::Encrypt)
        .operations(GrantOperation::RetireGrant)
        .constraints(GrantConstraints::builder().encryption_context_equals("tenant", "blue").build())
        .send()
        .await
        .unwrap();
    let sealed = seal().grant_tokens(grant.grant_token().unwrap()).send().await.unwrap();
    assert_eq!(sealed.key_id(), Some(arn));
    let error = seal().encryption_context("more", "x").send().await.unwrap_err();
    assert_eq!(error.code(), Some("AccessDeniedException"));
    let error = friend.decrypt().ciphertext_blob(sealed.ciphertext_blob().unwrap().clone()).send().await;
    assert_eq!(error.unwrap_err().code(), Some("AccessDeniedException"));
    let error = seal().grant_tokens("no token").send().await.unwrap_err().into_service_error();
    assert!(error.is_invalid_grant_token_exception(), "{error:?}");

    let listed = kms.list_grants().key_id(key.key_id()).send().await.unwrap();
    let [entry] = listed.grants() else { panic!("{listed:?}") };
    assert_eq!(entry.grant_id(), grant.grant_id());
    assert_eq!(entry.grantee_principal(), Some(grantee.as_str()));
    assert_eq!(entry.operations(), [GrantOperation::Encrypt, GrantOperation::RetireGrant]);
    let equals = entry.constraints().unwrap().encryption_context_equals().unwrap();
    assert_eq!(equals.get("tenant").map(String::as_str), Some("blue"));

    friend.retire_grant().grant_token(grant.grant_token().unwrap()).send().await.unwrap();
    let error = seal().send().await.unwrap_err();
    assert_eq!(error.code(), Some("AccessDeniedException"));
}

#[tokio::test]
async fn grants_are_listed_by_pages_and_revoked() {
    let (_folder, _server, kms) = serve("sdk-grants-pages");
    let key = new_key(&kms).await;
    let mut made = Vec::new();
    for _ in 0..5 {
        let grant = kms
            .create_grant()
            .key_id(key.key_id())
            .grantee_principal(format!("arn:aws:iam::{FRIEND}:root"))
            .operations(GrantOperation::Decrypt)
            .send();
        made.push(grant.await.unwrap().grant_id.unwrap());
    }
    let mut pages = kms.list_grants().key_id(key.key_id()).into_paginator().page_size(2).send();
    let mut found = Vec::new();
    while let Some(page) = pages.next().await {
        found.extend(page.unwrap().grants.unwrap().into_iter().map(|entry| entry.grant_id.unwrap()));
    }
    found.sort();
    made.sort();
    assert_eq!(found, made);

    let revoke = |id: &str| kms.revoke_grant().key_id(key.key_id()).grant_id(id);
    for id in &made {
        revoke(id).send().await.unwrap();
    }
    assert!(kms.list_grants().key_id(key.key_id()).send().await.unwrap().grants().is_empty());
    let error = revoke(&made[0]).send().await.unwrap_err().into_service_error();
    assert!(error.is_not_found_exception(), "{error:?}");
}

#[tokio::test]
async fn a_key_that_is_disabled_takes_no_grants() {
    let (_folder, _server, kms) = serve("sdk-grants-states");
    let key = new_key(&kms).await;
    kms.disable_key().key_id(key.key_id()).send().await.unwrap();
    let grant = kms
        .create_grant()
        .key_id(key.key_id())
        .grantee_principal(format!("arn:aws:iam::{FRIEND}:root"))
        .operations(GrantOperation::Decrypt);
    let error = grant.send().await.unwrap_err().into_service_error();
    assert!(error.is_disabled_exception(), "{error:?}");
    let described = kms.describe_key().key_id(key.key_id()).send().await.unwrap().key_metadata.unwrap();
    assert_eq!(described.key_state(), Some(&KeyState::Disabled));
}
