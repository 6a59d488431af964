//! Imports of the wrong material into replica keys: what their owner is told to do.

use api::{CreateKey, Error, ErrorCode, ImportType, OriginType, ReplicateKey};

use crate::world::{World, refused};

const AWAY: &str = "us-east-1";
const A: [u8; 32] = [0xA; 32];
const B: [u8; 32] = [0xB; 32];

/// An EXTERNAL primary key with material `A`, and its replica without any.
async fn with_replica(world: &World) -> String {
    let mut request = CreateKey::request();
    (request.multi_region, request.origin) = (Some(true), Some(OriginType::External));
    let key = world.call(request).await.unwrap().key_metadata.key_id;
    world.import(&key, &A).await.unwrap();
    world.call(ReplicateKey::request(&*key, AWAY)).await.unwrap();
    key
}

async fn import_away(
    world: &World,
    key: &str,
    material: &[u8],
    kind: Option<ImportType>,
) -> Result<(), Error> {
    let mut request = world.import_request_in(AWAY, key, material).await;
    request.import_type = kind;
    world.call_in(AWAY, request).await.map(drop)
}

#[tokio::test]
async fn a_replica_names_the_region_whose_material_it_takes() {
    let world = World::new().await;
    let key = with_replica(&world).await;
    for kind in [None, Some(ImportType::ExistingKeyMaterial)] {
        let error = refused(import_away(&world, &key, &B, kind).await, ErrorCode::IncorrectKeyMaterial);
        let text = error.message().unwrap();
        assert!(text.contains("key material of its primary key in eu-west-1"), "{text}");
        assert!(text.contains("into the primary key first"), "{text}");
        assert!(!text.contains("NEW_KEY_MATERIAL"), "what a replica key refuses: {text}");
    }
    let new = import_away(&world, &key, &B, Some(ImportType::NewKeyMaterial)).await;
    refused(new, ErrorCode::UnsupportedOperation);
    import_away(&world, &key, &A, None).await.unwrap();
}

#[tokio::test]
async fn new_material_goes_to_the_primary_first_as_the_replica_says() {
    let world = World::new().await;
    let key = with_replica(&world).await;
    import_away(&world, &key, &A, None).await.unwrap();
    refused(import_away(&world, &key, &B, None).await, ErrorCode::IncorrectKeyMaterial);
    let mut request = world.import_request(&key, &B).await;
    request.import_type = Some(ImportType::NewKeyMaterial);
    world.call(request).await.unwrap();
    import_away(&world, &key, &B, None).await.unwrap();
}
