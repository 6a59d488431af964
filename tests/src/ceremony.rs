//! The import ceremony through the SDK.

use aws_sdk_kms::Client;
use aws_sdk_kms::error::SdkError;
use aws_sdk_kms::operation::get_parameters_for_import::{
    GetParametersForImportError, GetParametersForImportOutput,
};
use aws_sdk_kms::operation::import_key_material::{ImportKeyMaterialError, ImportKeyMaterialOutput};
use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::{AlgorithmSpec, ExpirationModelType, ImportType, WrappingKeySpec};
use crypto::{OaepHash, WrappingAlgorithm};

pub(crate) type Parameters = GetParametersForImportOutput;

/// Parameters for RSAES_OAEP_SHA_256 under an RSA_2048 key: the cheapest pair, for tests of other things.
pub(crate) async fn parameters(
    kms: &Client,
    key_id: &str,
) -> Result<Parameters, SdkError<GetParametersForImportError>> {
    kms.get_parameters_for_import()
        .key_id(key_id)
        .wrapping_algorithm(AlgorithmSpec::RsaesOaepSha256)
        .wrapping_key_spec(WrappingKeySpec::Rsa2048)
        .send()
        .await
}

/// Wraps `material` as [`parameters`] asks.
pub(crate) fn wrapped(given: &Parameters, material: &[u8]) -> Vec<u8> {
    let public_key = given.public_key().unwrap().as_ref();
    crypto::wrap(WrappingAlgorithm::RsaesOaep(OaepHash::Sha256), public_key, material).unwrap()
}

/// Sends wrapped material that does not expire.
pub(crate) async fn import(
    kms: &Client,
    key_id: &str,
    given: &Parameters,
    wrapped: Vec<u8>,
    import_type: Option<ImportType>,
) -> Result<ImportKeyMaterialOutput, SdkError<ImportKeyMaterialError>> {
    kms.import_key_material()
        .key_id(key_id)
        .import_token(given.import_token().unwrap().clone())
        .encrypted_key_material(Blob::new(wrapped))
        .expiration_model(ExpirationModelType::KeyMaterialDoesNotExpire)
        .set_import_type(import_type)
        .send()
        .await
}
