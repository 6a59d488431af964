//! Multi-Region keys: one key, a client in each Region.

use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::{KeyState, MultiRegionKeyType};

use super::serve;

const ABROAD: &str = "ap-southeast-2";

#[tokio::test]
async fn a_replica_opens_what_the_primary_sealed_and_takes_its_place() {
    let (_folder, server, kms) = serve("sdk-regions");
    let abroad = server.client_in(ABROAD);
    let primary = kms.create_key().multi_region(true).send().await.unwrap().key_metadata.unwrap();
    let key_id = primary.key_id();
    let made = kms.replicate_key().key_id(key_id).replica_region(ABROAD).send().await.unwrap();
    let replica = made.replica_key_metadata.unwrap();
    assert_eq!(replica.key_id(), key_id);
    let shape = replica.multi_region_configuration().unwrap();
    assert_eq!(shape.multi_region_key_type(), Some(&MultiRegionKeyType::Replica));
    assert_eq!(shape.primary_key().unwrap().arn(), primary.arn());
    let again = kms.replicate_key().key_id(key_id).replica_region(ABROAD).send().await;
    let error = again.unwrap_err().into_service_error();
    assert!(error.is_already_exists_exception(), "{error:?}");

    let sealed = kms.encrypt().key_id(key_id).plaintext(Blob::new("a message")).send().await.unwrap();
    let blob = sealed.ciphertext_blob().unwrap().clone();
    let opened = abroad.decrypt().key_id(key_id).ciphertext_blob(blob).send().await.unwrap();
    assert_eq!(opened.plaintext().unwrap().as_ref(), b"a message");
    assert_eq!(opened.key_id(), replica.arn());

    kms.update_primary_region().key_id(key_id).primary_region(ABROAD).send().await.unwrap();
    let further = kms.replicate_key().key_id(key_id).replica_region("eu-west-1").send().await;
    let error = further.unwrap_err().into_service_error();
    assert!(error.is_unsupported_operation_exception(), "{error:?}");
    let scheduled = abroad.schedule_key_deletion().key_id(key_id).send().await.unwrap();
    assert_eq!(scheduled.key_state(), Some(&KeyState::PendingReplicaDeletion));
    assert_eq!(scheduled.deletion_date(), None);
}
