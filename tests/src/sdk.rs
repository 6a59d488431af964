//! The `aws-sdk-kms` crate, whose typed errors hold the server to the model: a code that the operation does not
//! declare would come back as `Unhandled`.

mod grants;
mod guide;
mod keys;
mod regions;
mod secrets;

use aws_sdk_kms::Client;
use aws_sdk_kms::primitives::{Blob, DateTime};
use aws_sdk_kms::types::{
    AlgorithmSpec, ExpirationModelType, KeyMetadata, KeySpec, KeyState, KeyUsageType, MacAlgorithmSpec,
    MessageType, OriginType, SigningAlgorithmSpec, WrappingKeySpec,
};
use crypto::{Material, OaepHash, WrappingAlgorithm};

use crate::ceremony;
use crate::server::{Folder, Server};

/// A server and a client of it.
fn serve(name: &str) -> (Folder, Server, Client) {
    let folder = Folder::new(name);
    let server = Server::start(&folder);
    let kms = server.client();
    (folder, server, kms)
}

async fn new_key(kms: &Client) -> KeyMetadata {
    kms.create_key().send().await.unwrap().key_metadata.unwrap()
}

async fn new_key_of(kms: &Client, spec: KeySpec, usage: KeyUsageType) -> KeyMetadata {
    kms.create_key().key_spec(spec).key_usage(usage).send().await.unwrap().key_metadata.unwrap()
}

async fn external_key(kms: &Client, spec: KeySpec, usage: KeyUsageType) -> String {
    let made = kms.create_key().origin(OriginType::External).key_spec(spec).key_usage(usage).send().await;
    let metadata = made.unwrap().key_metadata.unwrap();
    assert_eq!(metadata.key_state(), Some(&KeyState::PendingImport));
    metadata.key_id
}

#[tokio::test]
async fn the_whole_ceremony_for_a_symmetric_key() {
    let (_folder, _server, kms) = serve("sdk-symmetric");
    let key_id = external_key(&kms, KeySpec::SymmetricDefault, KeyUsageType::EncryptDecrypt).await;
    let given = ceremony::parameters(&kms, &key_id).await.unwrap();
    let valid_to = DateTime::from_secs(jiff::Timestamp::now().as_second() + 86_400);
    let imported = kms
        .import_key_material()
        .key_id(&key_id)
        .import_token(given.import_token().unwrap().clone())
        .encrypted_key_material(Blob::new(ceremony::wrapped(&given, &[7; 32])))
        .valid_to(valid_to)
        .send()
        .await
        .unwrap();
    assert_eq!(imported.key_material_id().unwrap().len(), 64);

    let metadata = kms.describe_key().key_id(&key_id).send().await.unwrap().key_metadata.unwrap();
    assert_eq!(metadata.key_state(), Some(&KeyState::Enabled));
    assert_eq!(metadata.expiration_model(), Some(&ExpirationModelType::KeyMaterialExpires));
    assert_eq!(metadata.valid_to(), Some(&valid_to));
    assert_eq!(metadata.current_key_material_id(), imported.key_material_id());

    let sealed = kms
        .encrypt()
        .key_id(&key_id)
        .plaintext(Blob::new("a message"))
        .encryption_context("a", "b")
        .send()
        .await
        .unwrap();
    let blob = sealed.ciphertext_blob().unwrap().clone();
    let opened =
        kms.decrypt().ciphertext_blob(blob.clone()).encryption_context("a", "b").send().await.unwrap();
    assert_eq!(opened.plaintext().unwrap().as_ref(), b"a message");
    let error = kms.decrypt().ciphertext_blob(blob).send().await.unwrap_err().into_service_error();
    assert!(error.is_invalid_ciphertext_exception(), "{error:?}");
}

#[tokio::test]
async fn the_whole_ceremony_for_a_signing_key() {
    let (_folder, _server, kms) = serve("sdk-signing");
    let key_id = external_key(&kms, KeySpec::EccNistP256, KeyUsageType::SignVerify).await;
    let given = kms
        .get_parameters_for_import()
        .key_id(&key_id)
        .wrapping_algorithm(AlgorithmSpec::RsaAesKeyWrapSha256)
        .wrapping_key_spec(WrappingKeySpec::Rsa3072)
        .send()
        .await
        .unwrap();
    let local = Material::generate(crypto::KeySpec::Ecc(crypto::Curve::P256)).unwrap();
    let wrapped = crypto::wrap(
        WrappingAlgorithm::RsaAesKeyWrap(OaepHash::Sha256),
        given.public_key().unwrap().as_ref(),
        local.to_bytes().expose(),
    );
    ceremony::import(&kms, &key_id, &given, wrapped.unwrap(), None).await.unwrap();

    let public = kms.get_public_key().key_id(&key_id).send().await.unwrap();
    assert_eq!(public.public_key().unwrap().as_ref(), local.public_key().unwrap());
    let digest = crypto::sha256(b"a message");
    let signed = kms
        .sign()
        .key_id(&key_id)
        .message(Blob::new(digest))
        .message_type(MessageType::Digest)
        .signing_algorithm(SigningAlgorithmSpec::EcdsaSha256)
        .send()
        .await
        .unwrap();
    let algorithm = crypto::SigningAlgorithm::Ecdsa(crypto::Hash::Sha256);
    let signature = signed.signature().unwrap().as_ref();
    local.verify(algorithm, crypto::Message::Raw(b"a message"), signature).unwrap();

    let verify = kms
        .verify()
        .key_id(&key_id)
        .message(Blob::new("another message"))
        .signature(Blob::new(signature))
        .signing_algorithm(SigningAlgorithmSpec::EcdsaSha256);
    let error = verify.send().await.unwrap_err().into_service_error();
    assert!(error.is_kms_invalid_signature_exception(), "{error:?}");
}

#[tokio::test]
async fn the_whole_ceremony_for_an_hmac_key() {
    let (_folder, _server, kms) = serve("sdk-hmac");
    let key_id = external_key(&kms, KeySpec::Hmac256, KeyUsageType::GenerateVerifyMac).await;
    let given = ceremony::parameters(&kms, &key_id).await.unwrap();
    let secret = [9; 32];
    ceremony::import(&kms, &key_id, &given, ceremony::wrapped(&given, &secret), None).await.unwrap();
    let made = kms
        .generate_mac()
        .key_id(&key_id)
        .message(Blob::new("a message"))
        .mac_algorithm(MacAlgorithmSpec::HmacSha256)
        .send()
        .await
        .unwrap();
    assert_eq!(made.mac().unwrap().as_ref(), crypto::hmac_sha256(&secret, &[b"a message"]));
    let error = kms
        .verify_mac()
        .key_id(&key_id)
        .message(Blob::new("a message"))
        .mac_algorithm(MacAlgorithmSpec::HmacSha256)
        .mac(Blob::new([0; 32]))
        .send()
        .await
        .unwrap_err()
        .into_service_error();
    assert!(error.is_kms_invalid_mac_exception(), "{error:?}");
}

#[tokio::test]
async fn refusals_have_the_types_of_the_model() {
    let (_folder, server, kms) = serve("sdk-refusals");
    let key_id = external_key(&kms, KeySpec::SymmetricDefault, KeyUsageType::EncryptDecrypt).await;
    let other = external_key(&kms, KeySpec::SymmetricDefault, KeyUsageType::EncryptDecrypt).await;
    let given = ceremony::parameters(&kms, &key_id).await.unwrap();
    let wrapped = ceremony::wrapped(&given, &[7; 32]);

    let import = |key_id: &str, wrapped: Vec<u8>| {
        let (kms, key_id, given) = (kms.clone(), key_id.to_owned(), &given);
        async move {
            ceremony::import(&kms, &key_id, given, wrapped, None).await.unwrap_err().into_service_error()
        }
    };
    let error = import(&other, wrapped.clone()).await;
    assert!(error.is_invalid_import_token_exception(), "{error:?}");
    let error = import(&key_id, vec![1; 256]).await;
    assert!(error.is_invalid_ciphertext_exception(), "{error:?}");
    let error = import(&key_id, ceremony::wrapped(&given, &[7; 31])).await;
    assert!(error.is_incorrect_key_material_exception(), "{error:?}");
    let error = import("01234567-89ab-cdef-0123-456789abcdef", wrapped.clone()).await;
    assert!(error.is_not_found_exception(), "{error:?}");
    ceremony::import(&kms, &key_id, &given, wrapped, None).await.unwrap();

    let error = ceremony::parameters(&kms, "arn:aws:kms").await.unwrap_err().into_service_error();
    assert!(error.is_invalid_arn_exception(), "{error:?}");
    kms.disable_key().key_id(&key_id).send().await.unwrap();
    let error = kms.encrypt().key_id(&key_id).plaintext(Blob::new("x")).send().await.unwrap_err();
    let error = error.into_service_error();
    assert!(error.is_disabled_exception(), "{error:?}");
    let error = kms.schedule_key_deletion().key_id(&key_id).pending_window_in_days(7).send().await;
    assert!(error.is_ok());
    let error = kms.enable_key().key_id(&key_id).send().await.unwrap_err().into_service_error();
    assert!(error.is_kms_invalid_state_exception(), "{error:?}");

    let error = server.client_as("test", "wrong").list_keys().send().await.unwrap_err();
    let code = aws_sdk_kms::error::ProvideErrorMetadata::code(&error);
    assert_eq!(code, Some("InvalidSignatureException"));
}
