//! Lists in pages: how long a page can be, and where the next one begins.

use api::{
    DeleteImportedKeyMaterial, Error, ErrorCode, ImportType, IncludeKeyMaterial, KeySpec, ListAliases,
    ListGrants, ListKeyRotations, ListKeys, ListResourceTags, ListRetirableGrants,
};

use crate::world::{World, refused};

#[track_caller]
fn too_long<T>(answer: Result<T, Error>, most: i64) {
    let error = refused(answer, ErrorCode::Validation);
    let text = format!(
        "1 validation error detected: Value '{}' at 'limit' failed to satisfy constraint: Member must have value less \
         than or equal to {most}",
        most + 1
    );
    assert_eq!(error.message(), Some(text.as_str()));
}

/// Before everything else: there is no such key, and the markers are nobody's.
#[tokio::test]
async fn a_page_that_is_too_long_is_refused_first() {
    let world = World::new().await;
    let (key, marker) = ("1234abcd-12ab-34cd-56ef-1234567890ab", Some("nobody's".to_owned()));
    let mut aliases = ListAliases::request();
    (aliases.key_id, aliases.limit, aliases.marker) = (Some(key.to_owned()), Some(101), marker.clone());
    too_long(world.call(aliases).await, 100);
    let mut tags = ListResourceTags::request(key);
    (tags.limit, tags.marker) = (Some(51), marker.clone());
    too_long(world.call(tags).await, 50);
    let mut grants = ListGrants::request(key);
    (grants.limit, grants.marker) = (Some(101), marker.clone());
    too_long(world.call(grants).await, 100);
    let mut retirable = ListRetirableGrants::request();
    (retirable.limit, retirable.marker) = (Some(101), marker.clone());
    too_long(world.call(retirable).await, 100);
    let mut keys = ListKeys::request();
    (keys.limit, keys.marker) = (Some(1001), marker.clone());
    too_long(world.call(keys).await, 1000);
    let mut rotations = ListKeyRotations::request(key);
    (rotations.limit, rotations.marker) = (Some(1001), marker);
    too_long(world.call(rotations).await, 1000);
}

#[tokio::test]
async fn a_list_of_rotations_goes_on_though_a_material_made_way_meanwhile() {
    let world = World::new().await;
    let key = world.external(KeySpec::SymmetricDefault).await;
    world.import(&key, &[0xA; 32]).await.unwrap();
    let import_new = async |material: [u8; 32]| {
        let mut request = world.import_request(&key, &material).await;
        request.import_type = Some(ImportType::NewKeyMaterial);
        world.call(request).await.unwrap().key_material_id.unwrap()
    };
    let pending = import_new([0xB; 32]).await;

    let mut request = ListKeyRotations::request(&*key);
    request.include_key_material = Some(IncludeKeyMaterial::AllKeyMaterial);
    request.limit = Some(1);
    let first = world.call(request.clone()).await.unwrap();
    assert_eq!((first.rotations.len(), first.truncated), (1, true));
    request.marker = first.next_marker;

    let mut delete = DeleteImportedKeyMaterial::request(&*key);
    delete.key_material_id = Some(pending);
    world.call(delete).await.unwrap();
    let newer = import_new([0xC; 32]).await;
    let second = world.call(request.clone()).await.unwrap();
    assert_eq!((second.truncated, second.next_marker), (false, None));
    let ids: Vec<_> = second.rotations.iter().map(|entry| entry.key_material_id.as_str()).collect();
    assert_eq!(ids, [newer]);

    // Of another listing of the same key.
    request.include_key_material = Some(IncludeKeyMaterial::RotationsOnly);
    refused(world.call(request).await, ErrorCode::InvalidMarker);
}
