//! Custom key stores: the operations are known, and there are none.

use api::{
    ConnectCustomKeyStore, CreateCustomKeyStore, DeleteCustomKeyStore, DescribeCustomKeyStores,
    DisconnectCustomKeyStore, ErrorCode, UpdateCustomKeyStore,
};

use crate::authorization::people::{by, user};
use crate::world::{ACCOUNT, World, refused};

const STORE: &str = "cks-1234567890abcdef0";

#[tokio::test]
async fn there_are_none() {
    let world = World::new().await;
    let answer = world.call(DescribeCustomKeyStores::request()).await.unwrap();
    assert_eq!(answer.custom_key_stores, []);
    assert_eq!((answer.truncated, answer.next_marker), (false, None));
}

#[tokio::test]
async fn one_that_is_asked_for_is_not_found() {
    let world = World::new().await;
    let mut request = DescribeCustomKeyStores::request();
    request.custom_key_store_id = Some(STORE.to_owned());
    refused(world.call(request.clone()).await, ErrorCode::CustomKeyStoreNotFound);
    request.custom_key_store_name = Some("a store".to_owned());
    refused(world.call(request.clone()).await, ErrorCode::Validation);
    request.custom_key_store_id = None;
    let error = refused(world.call(request).await, ErrorCode::CustomKeyStoreNotFound);
    assert_eq!(error.message(), Some("Custom key store 'a store' does not exist."));
}

#[tokio::test]
async fn no_marker_is_ours() {
    let world = World::new().await;
    let mut request = DescribeCustomKeyStores::request();
    request.marker = Some("m".to_owned());
    refused(world.call(request).await, ErrorCode::InvalidMarker);
}

#[tokio::test]
async fn none_can_be_made_or_changed() {
    let world = World::new().await;
    let not_offered = ErrorCode::UnsupportedOperation;
    refused(world.call(CreateCustomKeyStore::request("a store")).await, not_offered);
    refused(world.call(ConnectCustomKeyStore::request(STORE)).await, not_offered);
    refused(world.call(DisconnectCustomKeyStore::request(STORE)).await, not_offered);
    refused(world.call(UpdateCustomKeyStore::request(STORE)).await, not_offered);
    let error = refused(world.call(DeleteCustomKeyStore::request(STORE)).await, not_offered);
    assert!(error.message().unwrap().contains("not offered by this server"), "{error}");
}

#[tokio::test]
async fn whoever_may_nothing_learns_nothing() {
    let mut world = World::new().await;
    world.caller = by(user(ACCOUNT, "a", &[]));
    refused(world.call(DescribeCustomKeyStores::request()).await, ErrorCode::AccessDenied);
    refused(world.call(CreateCustomKeyStore::request("a store")).await, ErrorCode::AccessDenied);
    refused(world.call(DeleteCustomKeyStore::request(STORE)).await, ErrorCode::AccessDenied);
}
