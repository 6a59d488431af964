//! The life of imported material: tokens, expiry, deletion, return, several materials, rotation.

use crate::world::{DAY, START, World, refused};
use api::{
    Blob, CancelKeyDeletion, CreateAlias, Decrypt, DeleteImportedKeyMaterial, DescribeKey, DisableKey,
    EnableKey, Encrypt, ErrorCode, ExpirationModelType, GenerateMac, GetParametersForImport, ImportState,
    ImportType, IncludeKeyMaterial, KeyMaterialState, KeySpec, KeyState, ListKeyRotations, MacAlgorithmSpec,
    OriginType, RotateKeyOnDemand, RotationsListEntry, ScheduleKeyDeletion, Timestamp,
};
use kms::Settings;

const A: [u8; 32] = [0xA; 32];
const B: [u8; 32] = [0xB; 32];
const C: [u8; 32] = [0xC; 32];

async fn encrypt(world: &World, key: &str) -> Result<Blob, api::Error> {
    world
        .call(Encrypt::request(key, Blob::new(*b"attack at dawn")))
        .await
        .map(|answer| answer.ciphertext_blob)
}

async fn decrypt(world: &World, blob: &Blob) -> Result<Blob, api::Error> {
    let mut request = Decrypt::request();
    request.ciphertext_blob = Some(blob.clone());
    world.call(request).await.map(|answer| answer.plaintext.unwrap())
}

async fn state(world: &World, key: &str) -> KeyState {
    world.describe(key).await.key_state
}

/// Imports `material` as new, waiting for rotation; its id.
async fn import_new(world: &World, key: &str, material: &[u8]) -> Result<String, api::Error> {
    let mut request = world.import_request(key, material).await;
    request.import_type = Some(ImportType::NewKeyMaterial);
    world.call(request).await.map(|answer| answer.key_material_id.unwrap())
}

async fn import_until(
    world: &World,
    key: &str,
    material: &[u8],
    valid_to: Timestamp,
) -> Result<(), api::Error> {
    let mut request = world.import_request(key, material).await;
    request.expiration_model = Some(ExpirationModelType::KeyMaterialExpires);
    request.valid_to = Some(valid_to);
    world.call(request).await.map(|_| ())
}

async fn rotate(world: &World, key: &str) -> Result<(), api::Error> {
    world.call(RotateKeyOnDemand::request(key)).await.map(|_| ())
}

async fn delete(world: &World, key: &str, id: Option<&str>) -> Result<(), api::Error> {
    let mut request = DeleteImportedKeyMaterial::request(key);
    request.key_material_id = id.map(str::to_owned);
    world.call(request).await.map(|_| ())
}

async fn rotations(world: &World, key: &str) -> Vec<RotationsListEntry> {
    let mut request = ListKeyRotations::request(key);
    request.include_key_material = Some(IncludeKeyMaterial::AllKeyMaterial);
    world.call(request).await.unwrap().rotations
}

#[tokio::test]
async fn a_key_waits_for_its_material_and_is_enabled_by_it() {
    let world = World::new().await;
    let key = world.external(KeySpec::SymmetricDefault).await;
    let before = world.describe(&key).await;
    assert_eq!((before.key_state, before.enabled), (KeyState::PendingImport, false));
    assert_eq!(
        (before.valid_to, before.expiration_model, before.current_key_material_id),
        (None, None, None)
    );
    refused(encrypt(&world, &key).await, ErrorCode::KmsInvalidState);

    let imported = world.import(&key, &A).await.unwrap();
    let after = world.describe(&key).await;
    assert_eq!((after.key_state, after.enabled), (KeyState::Enabled, true));
    assert_eq!(after.expiration_model, Some(ExpirationModelType::KeyMaterialDoesNotExpire));
    assert_eq!(after.current_key_material_id, imported.key_material_id);
    assert_eq!(imported.key_id, after.arn);
    let blob = encrypt(&world, &key).await.unwrap();
    assert_eq!(decrypt(&world, &blob).await.unwrap().as_bytes(), b"attack at dawn");
}

#[tokio::test]
async fn equal_bytes_have_other_ids_and_ciphertexts_under_other_keys() {
    let world = World::new().await;
    let (one, other) =
        (world.external(KeySpec::SymmetricDefault).await, world.external(KeySpec::SymmetricDefault).await);
    let first = world.import(&one, &A).await.unwrap().key_material_id;
    let second = world.import(&other, &A).await.unwrap().key_material_id;
    assert_ne!(first, second);
    let mut request = Decrypt::request();
    request.ciphertext_blob = Some(encrypt(&world, &one).await.unwrap());
    request.key_id = Some(other);
    refused(world.call(request).await, ErrorCode::IncorrectKey);
}

#[tokio::test]
async fn a_token_is_good_for_24_hours_and_not_an_instant_more() {
    let world = World::new().await;
    let key = world.external(KeySpec::SymmetricDefault).await;
    let in_time = world.import_request(&key, &A).await;
    world.clock.set(Timestamp::from_millis(START.plus_seconds(DAY).millis() - 1));
    world.call(in_time.clone()).await.unwrap();
    world.clock.set(START.plus_seconds(DAY));
    refused(world.call(in_time).await, ErrorCode::ExpiredImportToken);
}

#[tokio::test]
async fn a_token_survives_a_restart() {
    let mut world = World::new().await;
    let key = world.external(KeySpec::SymmetricDefault).await;
    let request = world.import_request(&key, &A).await;
    world.restart().await;
    world.call(request).await.unwrap();
    assert_eq!(state(&world, &key).await, KeyState::Enabled);
}

#[tokio::test]
async fn a_token_is_for_one_key_in_one_region_of_one_account() {
    let mut world = World::new().await;
    let (key, other) =
        (world.external(KeySpec::SymmetricDefault).await, world.external(KeySpec::SymmetricDefault).await);
    let request = world.import_request(&key, &A).await;
    let mut moved = request.clone();
    moved.key_id = other;
    refused(world.call(moved).await, ErrorCode::InvalidImportToken);
    "us-east-1".clone_into(&mut world.caller.region);
    let mut elsewhere = request;
    elsewhere.key_id = world.external(KeySpec::SymmetricDefault).await;
    refused(world.call(elsewhere).await, ErrorCode::InvalidImportToken);
}

#[tokio::test]
async fn any_changed_byte_of_a_token_is_noticed() {
    let world = World::new().await;
    let key = world.external(KeySpec::SymmetricDefault).await;
    let request = world.import_request(&key, &A).await;
    let token = request.import_token.as_bytes().to_vec();
    assert!(token.len() <= 4608, "{}", token.len());
    for position in (0..token.len()).step_by(7).chain([token.len() - 1]) {
        let mut changed = token.clone();
        changed[position] ^= 1;
        let mut request = request.clone();
        request.import_token = Blob::new(changed);
        refused(world.call(request).await, ErrorCode::InvalidImportToken);
    }
    for length in [1, token.len() / 2, token.len() - 1] {
        let mut request = request.clone();
        request.import_token = Blob::new(&token[..length]);
        refused(world.call(request).await, ErrorCode::InvalidImportToken);
    }
    assert_eq!(state(&world, &key).await, KeyState::PendingImport);
}

#[tokio::test]
async fn the_largest_token_fits_both_apis() {
    let world = World::new().await;
    let key = world.external(KeySpec::SymmetricDefault).await;
    let asked = GetParametersForImport::request(
        &key,
        api::AlgorithmSpec::RsaAesKeyWrapSha256,
        api::WrappingKeySpec::Rsa4096,
    );
    let given = world.call(asked).await.unwrap();
    assert!(given.import_token.len() <= 4608, "{}", given.import_token.len());
    assert_eq!(given.public_key.len(), 550);
    assert_eq!(given.parameters_valid_to, START.plus_seconds(DAY));
}

#[tokio::test]
async fn two_ceremonies_never_share_a_wrapping_key() {
    let world = World::new().await;
    let key = world.external(KeySpec::SymmetricDefault).await;
    let (token, _) = world.wrap(&key, &A).await;
    let (_, wrapped) = world.wrap(&key, &A).await;
    let mut mixed = world.import_request(&key, &A).await;
    (mixed.import_token, mixed.encrypted_key_material) = (token, wrapped);
    refused(world.call(mixed).await, ErrorCode::InvalidCiphertext);
}

#[tokio::test]
async fn what_the_expiration_model_and_date_must_be() {
    let world = World::new().await;
    let key = world.external(KeySpec::SymmetricDefault).await;
    let base = world.import_request(&key, &A).await;
    let expires = Some(ExpirationModelType::KeyMaterialExpires);
    let lasts = Some(ExpirationModelType::KeyMaterialDoesNotExpire);
    let soon = START.plus_seconds(60);
    for (model, valid_to) in [
        (None, None),
        (expires, None),
        (lasts, Some(soon)),
        (expires, Some(START)),
        (expires, Some(START.plus_seconds(-1))),
        (None, Some(START.plus_seconds(365 * DAY + 1))),
    ] {
        let mut request = base.clone();
        (request.expiration_model, request.valid_to) = (model, valid_to);
        refused(world.call(request).await, ErrorCode::Validation);
    }
    for (model, valid_to) in
        [(None, Some(soon)), (expires, Some(START.plus_seconds(365 * DAY))), (lasts, None)]
    {
        let mut request = base.clone();
        (request.expiration_model, request.valid_to) = (model, valid_to);
        world.call(request).await.unwrap();
        assert_eq!(world.describe(&key).await.valid_to, valid_to);
    }
}

#[tokio::test]
async fn material_expires_at_the_instant_whether_or_not_anyone_sweeps() {
    let world = World::new().await;
    let key = world.external(KeySpec::SymmetricDefault).await;
    let end = START.plus_seconds(3600);
    import_until(&world, &key, &A, end).await.unwrap();
    let blob = encrypt(&world, &key).await.unwrap();
    world.clock.set(Timestamp::from_millis(end.millis() - 1));
    assert!(decrypt(&world, &blob).await.is_ok());
    world.clock.set(end);
    assert_eq!(state(&world, &key).await, KeyState::PendingImport);
    let described = world.describe(&key).await;
    assert_eq!((described.valid_to, described.expiration_model), (None, None));
    refused(encrypt(&world, &key).await, ErrorCode::KmsInvalidState);
    refused(decrypt(&world, &blob).await, ErrorCode::KmsInvalidState);
}

#[tokio::test]
async fn the_sweeper_erases_the_bytes_of_what_has_expired() {
    let world = World::new().await;
    let key = world.external(KeySpec::SymmetricDefault).await;
    import_until(&world, &key, &A, START.plus_seconds(60)).await.unwrap();
    let stored = async || world.store.scan(b"material/", None, 10).await.unwrap().len();
    assert_eq!(stored().await, 1);
    assert_eq!(world.kms.sweep().await.unwrap().materials, 0);
    world.clock.advance(60);
    assert_eq!(world.kms.sweep().await.unwrap().materials, 1);
    assert_eq!(stored().await, 0);
    assert_eq!(world.store.scan(b"due/", None, 10).await.unwrap().len(), 0);
    assert_eq!(world.kms.sweep().await.unwrap(), kms::Swept::default());
    assert_eq!(state(&world, &key).await, KeyState::PendingImport);
}

#[tokio::test]
async fn after_deletion_and_after_expiry_only_the_same_material_comes_back() {
    let world = World::new().await;
    let key = world.external(KeySpec::SymmetricDefault).await;
    import_until(&world, &key, &A, START.plus_seconds(60)).await.unwrap();
    let blob = encrypt(&world, &key).await.unwrap();
    world.clock.advance(60);
    for sweep in [false, true] {
        if sweep {
            world.kms.sweep().await.unwrap();
        }
        refused(world.import(&key, &B).await, ErrorCode::IncorrectKeyMaterial);
    }
    world.import(&key, &A).await.unwrap();
    assert_eq!(decrypt(&world, &blob).await.unwrap().as_bytes(), b"attack at dawn");

    delete(&world, &key, None).await.unwrap();
    assert_eq!(state(&world, &key).await, KeyState::PendingImport);
    refused(decrypt(&world, &blob).await, ErrorCode::KmsInvalidState);
    delete(&world, &key, None).await.unwrap();
    refused(world.import(&key, &B).await, ErrorCode::IncorrectKeyMaterial);
    world.import(&key, &A).await.unwrap();
    assert_eq!(decrypt(&world, &blob).await.unwrap().as_bytes(), b"attack at dawn");
}

#[tokio::test]
async fn deletion_erases_the_bytes_at_once() {
    let world = World::new().await;
    let key = world.external(KeySpec::SymmetricDefault).await;
    world.import(&key, &A).await.unwrap();
    encrypt(&world, &key).await.unwrap();
    delete(&world, &key, None).await.unwrap();
    assert!(world.store.scan(b"material/", None, 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn reimport_of_the_same_material_changes_its_expiry() {
    let world = World::new().await;
    let key = world.external(KeySpec::SymmetricDefault).await;
    import_until(&world, &key, &A, START.plus_seconds(60)).await.unwrap();
    import_until(&world, &key, &A, START.plus_seconds(600)).await.unwrap();
    world.clock.advance(60);
    assert_eq!(world.kms.sweep().await.unwrap().materials, 0);
    assert_eq!(state(&world, &key).await, KeyState::Enabled);
    world.import(&key, &A).await.unwrap();
    world.clock.advance(6000);
    assert_eq!(state(&world, &key).await, KeyState::Enabled);
    assert!(world.store.scan(b"due/", None, 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn new_material_waits_for_rotation_and_old_ciphertext_keeps_opening() {
    let world = World::new().await;
    let key = world.external(KeySpec::SymmetricDefault).await;
    let first = world.import(&key, &A).await.unwrap().key_material_id.unwrap();
    let old = encrypt(&world, &key).await.unwrap();
    let second = import_new(&world, &key, &B).await.unwrap();
    assert_eq!(world.describe(&key).await.current_key_material_id.as_deref(), Some(first.as_str()));

    rotate(&world, &key).await.unwrap();
    assert_eq!(world.describe(&key).await.current_key_material_id.as_deref(), Some(second.as_str()));
    let new = encrypt(&world, &key).await.unwrap();
    for (blob, id) in [(&old, &first), (&new, &second)] {
        let mut request = Decrypt::request();
        request.ciphertext_blob = Some(blob.clone());
        assert_eq!(world.call(request).await.unwrap().key_material_id.as_ref(), Some(id));
    }
    let listed = rotations(&world, &key).await;
    let states: Vec<_> =
        listed.iter().map(|entry| (entry.key_material_id.as_str(), entry.key_material_state)).collect();
    assert_eq!(
        states,
        [(first.as_str(), KeyMaterialState::NonCurrent), (second.as_str(), KeyMaterialState::Current)]
    );
    assert_eq!((listed[0].rotation_date, listed[0].rotation_type), (None, None));
    assert_eq!(
        (listed[1].rotation_date, listed[1].rotation_type),
        (Some(START), Some(api::RotationType::OnDemand))
    );
    // Without ALL_KEY_MATERIAL the first one is not shown.
    let only = world.call(ListKeyRotations::request(&key)).await.unwrap().rotations;
    assert_eq!(only.len(), 1);
}

#[tokio::test]
async fn one_material_waits_at_a_time() {
    let world = World::new().await;
    let key = world.external(KeySpec::SymmetricDefault).await;
    world.import(&key, &A).await.unwrap();
    let pending = import_new(&world, &key, &B).await.unwrap();
    let error = refused(import_new(&world, &key, &C).await, ErrorCode::KmsInvalidState);
    assert!(
        error
            .message()
            .unwrap()
            .contains(&format!("another key material (id: {pending}) is pending rotation"))
    );
    // The identical pending material is a reimport, whatever it is called.
    assert_eq!(import_new(&world, &key, &B).await.unwrap(), pending);
    world.import(&key, &B).await.unwrap();
    assert_eq!(rotations(&world, &key).await.len(), 2);
    // The current one is not new.
    refused(import_new(&world, &key, &A).await, ErrorCode::IncorrectKeyMaterial);
}

#[tokio::test]
async fn a_pending_material_that_is_gone_stops_neither_use_nor_successors() {
    let world = World::new().await;
    let key = world.external(KeySpec::SymmetricDefault).await;
    world.import(&key, &A).await.unwrap();
    let pending = import_new(&world, &key, &B).await.unwrap();
    delete(&world, &key, Some(&pending)).await.unwrap();
    assert_eq!(state(&world, &key).await, KeyState::Enabled);
    assert_eq!(rotations(&world, &key).await[1].import_state, Some(ImportState::PendingImport));
    let error = refused(rotate(&world, &key).await, ErrorCode::KmsInvalidState);
    assert!(
        error
            .message()
            .unwrap()
            .starts_with("No available key material pending rotation for the key: arn:aws:kms:")
    );
    import_new(&world, &key, &C).await.unwrap();
    assert_eq!(rotations(&world, &key).await.len(), 2);
    rotate(&world, &key).await.unwrap();
}

#[tokio::test]
async fn a_key_needs_all_its_permanent_materials() {
    let world = World::new().await;
    let key = world.external(KeySpec::SymmetricDefault).await;
    let first = world.import(&key, &A).await.unwrap().key_material_id.unwrap();
    let old = encrypt(&world, &key).await.unwrap();
    import_new(&world, &key, &B).await.unwrap();
    rotate(&world, &key).await.unwrap();
    delete(&world, &key, Some(&first)).await.unwrap();
    assert_eq!(state(&world, &key).await, KeyState::PendingImport);
    refused(encrypt(&world, &key).await, ErrorCode::KmsInvalidState);
    delete(&world, &key, None).await.unwrap();
    world.import(&key, &B).await.unwrap();
    assert_eq!(state(&world, &key).await, KeyState::PendingImport, "one of two is back");
    world.import(&key, &A).await.unwrap();
    assert_eq!(state(&world, &key).await, KeyState::Enabled);
    assert!(decrypt(&world, &old).await.is_ok());
}

#[tokio::test]
async fn of_several_materials_each_has_its_expiry_and_the_key_shows_the_earliest() {
    let world = World::new().await;
    let key = world.external(KeySpec::SymmetricDefault).await;
    let (near, far) = (START.plus_seconds(100), START.plus_seconds(200));
    import_until(&world, &key, &A, far).await.unwrap();
    let mut request = world.import_request(&key, &B).await;
    request.import_type = Some(ImportType::NewKeyMaterial);
    request.expiration_model = None;
    request.valid_to = Some(near);
    world.call(request).await.unwrap();
    rotate(&world, &key).await.unwrap();
    assert_eq!(world.describe(&key).await.valid_to, Some(near));
    world.clock.set(near);
    assert_eq!(world.kms.sweep().await.unwrap().materials, 1);
    assert_eq!(state(&world, &key).await, KeyState::PendingImport);
    world.clock.set(far);
    assert_eq!(world.kms.sweep().await.unwrap().materials, 1);
}

#[tokio::test]
async fn a_key_rotates_on_demand_25_times() {
    let world = World::new().await;
    for origin in [OriginType::AwsKms, OriginType::External] {
        let key = world.create(KeySpec::SymmetricDefault, origin).await;
        if origin == OriginType::External {
            world.import(&key, &A).await.unwrap();
        }
        let first = encrypt(&world, &key).await.unwrap();
        for round in 0..25 {
            if origin == OriginType::External {
                import_new(&world, &key, &[0x40 + round; 32]).await.unwrap();
            }
            rotate(&world, &key).await.unwrap();
        }
        if origin == OriginType::External {
            import_new(&world, &key, &B).await.unwrap();
        }
        refused(rotate(&world, &key).await, ErrorCode::LimitExceeded);
        assert!(decrypt(&world, &first).await.is_ok(), "ciphertext of the first material still opens");
        let mut request = ListKeyRotations::request(&key);
        request.limit = Some(10);
        let mut seen = 0;
        loop {
            let page = world.call(request.clone()).await.unwrap();
            seen += page.rotations.len();
            request.marker = page.next_marker;
            if !page.truncated {
                break;
            }
        }
        assert_eq!(seen, 25);
    }
}

#[tokio::test]
async fn the_id_a_reimport_names_must_be_the_materials() {
    let world = World::new().await;
    let key = world.external(KeySpec::SymmetricDefault).await;
    let id = world.import(&key, &A).await.unwrap().key_material_id;
    let mut request = world.import_request(&key, &A).await;
    request.key_material_id.clone_from(&id);
    world.call(request.clone()).await.unwrap();
    request.import_type = Some(ImportType::NewKeyMaterial);
    refused(world.call(request.clone()).await, ErrorCode::Validation);
    request.import_type = None;
    request.key_material_id = Some("0".repeat(64));
    refused(world.call(request).await, ErrorCode::IncorrectKeyMaterial);
    // The right id of material the key never had.
    let other = world.external(KeySpec::SymmetricDefault).await;
    let mut request = world.import_request(&other, &A).await;
    request.import_type = Some(ImportType::ExistingKeyMaterial);
    refused(world.call(request).await, ErrorCode::IncorrectKeyMaterial);
}

#[tokio::test]
async fn a_description_stays_until_another_is_given() {
    let world = World::new().await;
    let key = world.external(KeySpec::SymmetricDefault).await;
    for (given, kept) in
        [(Some("from the safe"), "from the safe"), (None, "from the safe"), (Some("again"), "again")]
    {
        let mut request = world.import_request(&key, &A).await;
        request.key_material_description = given.map(str::to_owned);
        world.call(request).await.unwrap();
        assert_eq!(rotations(&world, &key).await[0].key_material_description.as_deref(), Some(kept));
    }
}

#[tokio::test]
async fn other_specs_hold_one_material_for_life() {
    let world = World::new().await;
    let key = world.external(KeySpec::Hmac256).await;
    for change in [
        |request: &mut api::ImportKeyMaterial| request.import_type = Some(ImportType::NewKeyMaterial),
        |request: &mut api::ImportKeyMaterial| request.key_material_description = Some("x".to_owned()),
        |request: &mut api::ImportKeyMaterial| request.key_material_id = Some("0".repeat(64)),
    ] {
        let mut request = world.import_request(&key, &A).await;
        change(&mut request);
        refused(world.call(request).await, ErrorCode::Validation);
    }
    let imported = world.import(&key, &A).await.unwrap();
    assert_eq!(imported.key_material_id, None);
    let mac = async |message: &[u8]| {
        let request = GenerateMac::request(Blob::new(message), &key, MacAlgorithmSpec::HmacSha256);
        world.call(request).await.map(|answer| answer.mac)
    };
    assert_eq!(mac(b"m").await.unwrap().as_bytes(), crypto::hmac_sha256(&A, &[b"m"]));
    refused(world.import(&key, &B).await, ErrorCode::IncorrectKeyMaterial);
    delete(&world, &key, None).await.unwrap();
    refused(mac(b"m").await, ErrorCode::KmsInvalidState);
    refused(world.import(&key, &B).await, ErrorCode::IncorrectKeyMaterial);
    world.import(&key, &A).await.unwrap();
    assert_eq!(mac(b"m").await.unwrap().as_bytes(), crypto::hmac_sha256(&A, &[b"m"]));
    refused(rotate(&world, &key).await, ErrorCode::UnsupportedOperation);
    refused(world.call(ListKeyRotations::request(&key)).await, ErrorCode::UnsupportedOperation);
}

#[tokio::test]
async fn generated_keys_take_no_import() {
    let world = World::new().await;
    let key = world.create(KeySpec::SymmetricDefault, OriginType::AwsKms).await;
    let external = world.external(KeySpec::SymmetricDefault).await;
    let mut request = world.import_request(&external, &A).await;
    let asked = GetParametersForImport::request(
        &key,
        api::AlgorithmSpec::RsaesOaepSha256,
        api::WrappingKeySpec::Rsa2048,
    );
    let error = refused(world.call(asked).await, ErrorCode::UnsupportedOperation);
    assert!(error.message().unwrap().ends_with("origin is AWS_KMS which is not valid for this operation."));
    request.key_id.clone_from(&key);
    refused(world.call(request).await, ErrorCode::UnsupportedOperation);
    refused(delete(&world, &key, None).await, ErrorCode::UnsupportedOperation);
}

#[tokio::test]
async fn what_the_waiting_period_before_deletion_does_to_imported_material() {
    let world = World::new().await;
    let key = world.external(KeySpec::SymmetricDefault).await;
    world.import(&key, &A).await.unwrap();
    let request = world.import_request(&key, &A).await;
    world.call(ScheduleKeyDeletion::request(&key)).await.unwrap();
    refused(world.call(request).await, ErrorCode::KmsInvalidState);
    delete(&world, &key, None).await.unwrap();
    assert_eq!(state(&world, &key).await, KeyState::PendingDeletion);
    world.call(CancelKeyDeletion::request(&key)).await.unwrap();
    assert_eq!(state(&world, &key).await, KeyState::PendingImport);
    world.import(&key, &A).await.unwrap();
    assert_eq!(state(&world, &key).await, KeyState::Enabled);
}

#[tokio::test]
async fn a_key_is_gone_when_its_waiting_period_is_over() {
    let world = World::new().await;
    let key = world.external(KeySpec::SymmetricDefault).await;
    world.import(&key, &A).await.unwrap();
    world.call(CreateAlias::request("alias/gone", &key)).await.unwrap();
    let blob = encrypt(&world, &key).await.unwrap();
    let mut request = ScheduleKeyDeletion::request(&key);
    request.pending_window_in_days = Some(7);
    assert_eq!(world.call(request).await.unwrap().deletion_date, Some(START.plus_seconds(7 * DAY)));
    world.clock.advance(7 * DAY);
    for swept in [0, 1] {
        assert_eq!(if swept == 1 { world.kms.sweep().await.unwrap().keys } else { 0 }, swept);
        refused(world.call(DescribeKey::request(&key)).await, ErrorCode::NotFound);
        refused(world.call(DescribeKey::request("alias/gone")).await, ErrorCode::NotFound);
        refused(decrypt(&world, &blob).await, ErrorCode::AccessDenied);
        assert!(world.call(api::ListKeys::request()).await.unwrap().keys.is_empty());
        let aliases = world.call(api::ListAliases::request()).await.unwrap().aliases;
        assert!(aliases.iter().all(|alias| alias.target_key_id.is_none()));
    }
    for prefix in ["key/", "material/", "alias/", "alias-of/", "due/"] {
        assert!(world.store.scan(prefix.as_bytes(), None, 10).await.unwrap().is_empty(), "{prefix}");
    }
}

#[tokio::test]
async fn a_disabled_key_stays_disabled_through_a_reimport() {
    let world = World::new().await;
    let key = world.external(KeySpec::SymmetricDefault).await;
    world.import(&key, &A).await.unwrap();
    world.call(DisableKey::request(&key)).await.unwrap();
    world.import(&key, &A).await.unwrap();
    assert_eq!(state(&world, &key).await, KeyState::Disabled);
    refused(encrypt(&world, &key).await, ErrorCode::Disabled);
    world.call(EnableKey::request(&key)).await.unwrap();
    assert!(encrypt(&world, &key).await.is_ok());
}

#[tokio::test]
async fn pkcs1_wrapping_is_a_setting() {
    let mut world = World::new().await;
    let key = world.external(KeySpec::SymmetricDefault).await;
    let asked = GetParametersForImport::request(
        &key,
        api::AlgorithmSpec::RsaesPkcs1V1_5,
        api::WrappingKeySpec::Rsa2048,
    );
    let given = world.call(asked.clone()).await.unwrap();
    let wrapped =
        crypto::wrap(crypto::WrappingAlgorithm::RsaesPkcs1V15, given.public_key.as_bytes(), &A).unwrap();
    let mut import = api::ImportKeyMaterial::request(&key, given.import_token, Blob::new(wrapped));
    import.expiration_model = Some(ExpirationModelType::KeyMaterialDoesNotExpire);
    world.restart_with(Settings::default()).await;
    refused(world.call(asked).await, ErrorCode::UnsupportedOperation);
    refused(world.call(import.clone()).await, ErrorCode::UnsupportedOperation);
    world.restart_with(Settings { pkcs1_wrapping: true, ..Settings::default() }).await;
    world.call(import).await.unwrap();
}

/// Wraps with PKCS#1 v1.5 for `key`; an import request that does not expire.
async fn pkcs1_request(world: &World, key: &str, material: &[u8]) -> api::ImportKeyMaterial {
    let asked = GetParametersForImport::request(
        key,
        api::AlgorithmSpec::RsaesPkcs1V1_5,
        api::WrappingKeySpec::Rsa2048,
    );
    let given = world.call(asked).await.unwrap();
    let wrapped =
        crypto::wrap(crypto::WrappingAlgorithm::RsaesPkcs1V15, given.public_key.as_bytes(), material)
            .unwrap();
    let mut import = api::ImportKeyMaterial::request(key, given.import_token, Blob::new(wrapped));
    import.expiration_model = Some(ExpirationModelType::KeyMaterialDoesNotExpire);
    import
}

#[tokio::test]
async fn in_pkcs1_padding_length_and_material_fail_alike() {
    let world = World::new().await;
    let key = world.external(KeySpec::Hmac224).await;
    let material = [7; 60];
    world.call(pkcs1_request(&world, &key, &material).await).await.unwrap();
    let mut errors = Vec::new();
    // Too short, fitting but not the key's, no block at all, and a block of another length.
    for (material, change) in [(&[1; 20][..], 0), (&[2; 60][..], 0), (&material[..], 1), (&material[..], 2)] {
        let mut request = pkcs1_request(&world, &key, material).await;
        let mut block = request.encrypted_key_material.as_bytes().to_vec();
        match change {
            1 => block[9] ^= 1,
            2 => block.truncate(255),
            _ => {}
        }
        request.encrypted_key_material = Blob::new(block);
        errors.push(world.call(request).await.unwrap_err());
    }
    assert!(errors.iter().all(|error| *error == errors[0]), "{errors:?}");
    assert_eq!((errors[0].code(), errors[0].message()), (ErrorCode::InvalidCiphertext, None));
}

#[tokio::test]
async fn in_pkcs1_even_a_pending_material_is_not_told_of() {
    let world = World::new().await;
    let key = world.external(KeySpec::SymmetricDefault).await;
    world.import(&key, &A).await.unwrap();
    import_new(&world, &key, &B).await.unwrap();
    let mut request = pkcs1_request(&world, &key, &C).await;
    request.import_type = Some(ImportType::NewKeyMaterial);
    let error = refused(world.call(request).await, ErrorCode::InvalidCiphertext);
    assert_eq!(error.message(), None);
}

#[tokio::test]
async fn a_pkcs1_token_serves_one_block() {
    let world = World::new().await;
    let key = world.external(KeySpec::SymmetricDefault).await;
    let request = pkcs1_request(&world, &key, &A).await;
    let mut probe = request.clone();
    probe.encrypted_key_material = Blob::new(vec![1; 256]);
    refused(world.call(probe.clone()).await, ErrorCode::InvalidCiphertext);
    refused(world.call(probe).await, ErrorCode::InvalidCiphertext);
    refused(world.call(request).await, ErrorCode::InvalidImportToken);
    let request = pkcs1_request(&world, &key, &A).await;
    world.call(request.clone()).await.unwrap();
    world.call(request).await.unwrap();
    let kept = async || world.store.scan(b"spent/", None, 10).await.unwrap().len();
    assert_eq!(kept().await, 2);
    world.clock.advance(DAY + 3600);
    world.kms.sweep().await.unwrap();
    assert_eq!(kept().await, 2);
    world.clock.advance(1);
    world.kms.sweep().await.unwrap();
    assert_eq!(kept().await, 0);
}

#[tokio::test]
async fn a_pending_material_that_expired_unswept_leaves_no_bytes_behind() {
    let world = World::new().await;
    let key = world.external(KeySpec::SymmetricDefault).await;
    world.import(&key, &A).await.unwrap();
    for (material, seconds) in [(B, 10), (C, 20)] {
        let mut request = world.import_request(&key, &material).await;
        request.import_type = Some(ImportType::NewKeyMaterial);
        request.expiration_model = None;
        request.valid_to = Some(START.plus_seconds(seconds));
        world.call(request).await.unwrap();
        world.clock.set(START.plus_seconds(seconds));
    }
    world.kms.sweep().await.unwrap();
    assert_eq!(world.store.scan(b"material/", None, 10).await.unwrap().len(), 1);
    assert!(world.store.scan(b"due/", None, 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn one_damaged_record_does_not_keep_others_alive() {
    let world = World::new().await;
    let mut keys = Vec::new();
    for seconds in [60, 61] {
        let key = world.external(KeySpec::SymmetricDefault).await;
        import_until(&world, &key, &A, START.plus_seconds(seconds)).await.unwrap();
        keys.push(key);
    }
    world.call(pkcs1_request(&world, &keys[1], &A).await).await.unwrap();
    import_until(&world, &keys[1], &A, START.plus_seconds(61)).await.unwrap();
    // A key, every due entry, and the token that has been used.
    let mut batch = store::Batch::default();
    for prefix in [format!("key/000000000000/eu-west-1/{}", keys[0]), "due/".to_owned(), "spent/".to_owned()]
    {
        for (path, found) in world.store.scan(prefix.as_bytes(), None, 10).await.unwrap() {
            let mut damaged = found.value.to_vec();
            damaged[20] ^= 1;
            batch.put(path, damaged);
        }
    }
    assert!(matches!(world.store.commit(batch).await.unwrap(), store::Commit::Done(_)));
    world.clock.advance(61);
    let swept = world.kms.sweep().await.unwrap();
    assert_eq!((swept.materials, swept.failed), (1, 1));
}

#[tokio::test]
async fn concurrent_changes_of_one_key_lose_nothing() {
    let world = World::new().await;
    let key = world.create(KeySpec::SymmetricDefault, OriginType::AwsKms).await;
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..20 {
        let (kms, caller, key) = (std::sync::Arc::clone(&world.kms), world.caller.clone(), key.clone());
        tasks.spawn(async move {
            kms.call(&caller, CreateAlias::request(format!("alias/{n}"), key.clone())).await.unwrap();
            kms.call(&caller, RotateKeyOnDemand::request(key)).await.unwrap();
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    assert_eq!(rotations(&world, &key).await.len(), 21);
    let mut of_key = api::ListAliases::request();
    of_key.key_id = Some(key);
    assert_eq!(world.call(of_key).await.unwrap().aliases.len(), 20);
}
