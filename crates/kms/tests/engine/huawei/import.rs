//! Import as these clouds have it: only into keys that wait for it, private keys in two steps, and no end of expiry.

use api::{
    AlgorithmSpec, Blob, DeleteImportedKeyMaterial, DisableKey, Error, ErrorCode, ExpirationModelType,
    GetParametersForImport, GetParametersForImportResponse, ImportKeyMaterial, KeySpec, KeyState, OriginType,
    Reason, Sign, SigningAlgorithmSpec, Timestamp, WrappingKeySpec,
};
use crypto::{Material, OaepHash, WrappingAlgorithm};
use kms::Settings;

use super::because;
use crate::world::{DAY, START, World, refused};

const A: [u8; 32] = [0xA; 32];
const B: [u8; 32] = [0xB; 32];
const SHA256: WrappingAlgorithm = WrappingAlgorithm::RsaesOaep(OaepHash::Sha256);

async fn parameters(
    world: &World,
    key: &str,
    algorithm: AlgorithmSpec,
) -> Result<GetParametersForImportResponse, Error> {
    world.huawei(GetParametersForImport::request(key, algorithm, WrappingKeySpec::Rsa2048)).await
}

/// A request for material that does not expire, wrapped in one step.
async fn request(world: &World, key: &str, material: &[u8]) -> ImportKeyMaterial {
    let given = parameters(world, key, AlgorithmSpec::RsaesOaepSha256).await.unwrap();
    let wrapped = crypto::wrap(SHA256, given.public_key.as_bytes(), material).unwrap();
    bring(key, given, wrapped)
}

fn bring(key: &str, given: GetParametersForImportResponse, wrapped: Vec<u8>) -> ImportKeyMaterial {
    let mut request = ImportKeyMaterial::request(key, given.import_token, Blob::new(wrapped));
    request.expiration_model = Some(ExpirationModelType::KeyMaterialDoesNotExpire);
    request
}

fn until(mut request: ImportKeyMaterial, valid_to: Timestamp) -> ImportKeyMaterial {
    request.expiration_model = Some(ExpirationModelType::KeyMaterialExpires);
    request.valid_to = Some(valid_to);
    request
}

async fn waiting(world: &World, alias: &str, spec: KeySpec) -> String {
    world.named_of(alias, spec, OriginType::External).await
}

async fn state(world: &World, key: &str) -> KeyState {
    world.describe(key).await.key_state
}

/// A private key, as its owner has it.
fn private_key() -> Vec<u8> {
    let pair = Material::generate(crypto::KeySpec::Ecc(crypto::Curve::P256)).unwrap();
    pair.to_bytes().expose().to_vec()
}

#[tokio::test]
async fn material_comes_into_keys_that_wait_for_it_and_into_no_others() {
    let world = World::new().await;
    let key = waiting(&world, "a", KeySpec::SymmetricDefault).await;
    let (first, late) = (request(&world, &key, &A).await, request(&world, &key, &A).await);
    world.huawei(first).await.unwrap();
    assert_eq!(state(&world, &key).await, KeyState::Enabled);
    let invalid = ErrorCode::KmsInvalidState;
    because(world.huawei(late.clone()).await, invalid, Reason::KeyNotPendingImport);
    let asked = parameters(&world, &key, AlgorithmSpec::RsaesOaepSha256).await;
    because(asked, invalid, Reason::KeyNotPendingImport);
    // AWS takes it.
    world.call(late).await.unwrap();

    world.huawei(DisableKey::request(key.as_str())).await.unwrap();
    world.huawei(DeleteImportedKeyMaterial::request(key.as_str())).await.unwrap();
    assert_eq!(state(&world, &key).await, KeyState::PendingImport);
    because(
        world.huawei(DeleteImportedKeyMaterial::request(key.as_str())).await,
        invalid,
        Reason::MaterialState,
    );
    world.call(DeleteImportedKeyMaterial::request(key.as_str())).await.unwrap();
    because(
        world.huawei(request(&world, &key, &B).await).await,
        ErrorCode::IncorrectKeyMaterial,
        Reason::MaterialDiffers,
    );
    world.huawei(request(&world, &key, &A).await).await.unwrap();
    assert_eq!(state(&world, &key).await, KeyState::Enabled);
}

#[tokio::test]
async fn what_is_said_of_bad_tokens_and_material() {
    let world = World::new().await;
    let key = waiting(&world, "a", KeySpec::SymmetricDefault).await;
    let other = waiting(&world, "b", KeySpec::SymmetricDefault).await;
    let good = request(&world, &key, &A).await;

    let mut damaged = good.clone();
    damaged.import_token = Blob::new([good.import_token.as_bytes(), &[0]].concat());
    because(world.huawei(damaged).await, ErrorCode::InvalidImportToken, Reason::TokenDamaged);
    let mut foreign = good.clone();
    foreign.key_id.clone_from(&other);
    because(world.huawei(foreign).await, ErrorCode::InvalidImportToken, Reason::TokenOfAnotherKey);
    let mut torn = good.clone();
    torn.encrypted_key_material = Blob::new(vec![1; 256]);
    because(world.huawei(torn).await, ErrorCode::InvalidCiphertext, Reason::Wrapping);
    because(
        world.huawei(request(&world, &key, &A[1..]).await).await,
        ErrorCode::IncorrectKeyMaterial,
        Reason::MaterialLength,
    );
    world.clock.advance(DAY);
    because(world.huawei(good).await, ErrorCode::ExpiredImportToken, Reason::TokenExpired);
    let own = world.named("c").await;
    let asked = parameters(&world, &own, AlgorithmSpec::RsaesOaepSha256).await;
    because(asked, ErrorCode::UnsupportedOperation, Reason::NotExternal);
}

#[tokio::test]
async fn material_lives_as_long_as_its_owner_says() {
    let world = World::new().await;
    let key = waiting(&world, "a", KeySpec::SymmetricDefault).await;
    let given = request(&world, &key, &A).await;
    because(world.huawei(until(given.clone(), START)).await, ErrorCode::Validation, Reason::ExpiryPast);
    let far = START.plus_days(20 * 365);
    because(world.call(until(given.clone(), far)).await, ErrorCode::Validation, Reason::ExpiryTooFar);
    world.huawei(until(given, far)).await.unwrap();
    assert_eq!(world.describe(&key).await.valid_to, Some(far));
    world.clock.set(far);
    assert_eq!(state(&world, &key).await, KeyState::PendingImport);
}

#[tokio::test]
async fn a_private_key_comes_in_two_steps_by_the_way_of_the_first() {
    let world = World::new().await;
    for (asked, hash) in
        [(AlgorithmSpec::RsaesOaepSha1, OaepHash::Sha1), (AlgorithmSpec::RsaesOaepSha256, OaepHash::Sha256)]
    {
        let key = waiting(&world, asked.as_str(), KeySpec::EccNistP256).await;
        let given = parameters(&world, &key, asked).await.unwrap();
        let two_steps = WrappingAlgorithm::RsaAesKeyWrap(hash);
        let wrapped = crypto::wrap(two_steps, given.public_key.as_bytes(), &private_key()).unwrap();
        let good = bring(&key, given.clone(), wrapped.clone());
        because(
            world.huawei(until(good.clone(), START.plus_days(1))).await,
            ErrorCode::Validation,
            Reason::PrivateKeyStays,
        );
        let refusals = [
            (wrapped[..256].to_vec(), Reason::PrivateKeyMissing),
            ([&[1; 256], &wrapped[256..]].concat(), Reason::Wrapping),
            (wrapped[..wrapped.len() - 8].to_vec(), Reason::PrivateKeyInvalid),
        ];
        for (bytes, reason) in refusals {
            let answer = world.huawei(bring(&key, given.clone(), bytes)).await;
            because(answer, ErrorCode::InvalidCiphertext, reason);
        }
        let nonsense = crypto::wrap(two_steps, given.public_key.as_bytes(), b"no private key").unwrap();
        because(
            world.huawei(bring(&key, given.clone(), nonsense)).await,
            ErrorCode::IncorrectKeyMaterial,
            Reason::PrivateKeyInvalid,
        );
        // An RSA block around a temporary key of 24 bytes, which nobody offers.
        let block = crypto::wrap(WrappingAlgorithm::RsaesOaep(hash), given.public_key.as_bytes(), &[7; 24]);
        let other_length = [block.unwrap().as_slice(), &wrapped[256..]].concat();
        because(
            world.huawei(bring(&key, given, other_length)).await,
            ErrorCode::InvalidCiphertext,
            Reason::TemporaryKeyLength,
        );

        world.huawei(good).await.unwrap();
        let message = Blob::new(*b"attack at dawn");
        let sign = Sign::request(key.as_str(), message, SigningAlgorithmSpec::EcdsaSha256);
        world.huawei(sign).await.unwrap();
        because(
            world.huawei(DeleteImportedKeyMaterial::request(key.as_str())).await,
            ErrorCode::UnsupportedOperation,
            Reason::PrivateKeyStays,
        );
        assert_eq!(state(&world, &key).await, KeyState::Enabled);
    }
}

#[tokio::test]
async fn a_temporary_key_of_16_bytes_is_as_good_but_not_for_aws() {
    let world = World::new().await;
    let key = waiting(&world, "a", KeySpec::EccNistP256).await;
    // NIST's AES-128 key wrap with padding of a private key, made by OpenSSL; the temporary key is 16 bytes of 0x11.
    let material = include_bytes!("../vectors/private-key-under-aes128-kwp.der");
    let given = parameters(&world, &key, AlgorithmSpec::RsaesOaepSha256).await.unwrap();
    let block = crypto::wrap(SHA256, given.public_key.as_bytes(), &[0x11; 16]).unwrap();
    let request = bring(&key, given, [block.as_slice(), material].concat());
    refused(world.call(request.clone()).await, ErrorCode::InvalidCiphertext);
    world.huawei(request).await.unwrap();
    assert_eq!(state(&world, &key).await, KeyState::Enabled);
}

#[tokio::test]
async fn keys_that_are_no_pairs_come_in_one_step() {
    let world = World::new().await;
    for (spec, material) in [(KeySpec::SymmetricDefault, vec![1; 32]), (KeySpec::Hmac512, vec![1; 64])] {
        let key = waiting(&world, spec.as_str(), spec).await;
        world.huawei(request(&world, &key, &material).await).await.unwrap();
        assert_eq!(state(&world, &key).await, KeyState::Enabled);
    }
}

#[tokio::test]
async fn pkcs1_is_offered_always_tells_nothing_and_takes_no_private_keys() {
    let mut world = World::new().await;
    world.restart_with(Settings::default()).await;
    let key = waiting(&world, "a", KeySpec::SymmetricDefault).await;
    let pkcs1 = AlgorithmSpec::RsaesPkcs1V1_5;
    let asked = GetParametersForImport::request(key.as_str(), pkcs1, WrappingKeySpec::Rsa2048);
    because(world.call(asked).await, ErrorCode::UnsupportedOperation, Reason::Algorithm);

    // Bad padding, and good padding around what is no key.
    let given = parameters(&world, &key, pkcs1).await.unwrap();
    let torn = bring(&key, given, vec![1; 256]);
    let given = parameters(&world, &key, pkcs1).await.unwrap();
    let way = WrappingAlgorithm::RsaesPkcs1V15;
    let short = crypto::wrap(way, given.public_key.as_bytes(), &A[1..]).unwrap();
    let short = bring(&key, given, short);
    for bad in [torn, short] {
        let error = refused(world.huawei(bad).await, ErrorCode::InvalidCiphertext);
        assert_eq!((error.reason(), error.message()), (None, None));
    }
    let given = parameters(&world, &key, pkcs1).await.unwrap();
    let wrapped = crypto::wrap(way, given.public_key.as_bytes(), &A).unwrap();
    world.huawei(bring(&key, given, wrapped)).await.unwrap();
    assert_eq!(state(&world, &key).await, KeyState::Enabled);

    let pair = waiting(&world, "b", KeySpec::EccNistP256).await;
    because(parameters(&world, &pair, pkcs1).await, ErrorCode::UnsupportedOperation, Reason::Algorithm);
}
