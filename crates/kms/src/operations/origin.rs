//! What the import operations share: which keys take imported material, and which wrapping is offered.

use api::{AlgorithmSpec, Error, ErrorCode, OriginType};
use crypto::{OaepHash, WrappingAlgorithm};

use crate::Settings;
use crate::key::KeyRecord;

/// Refuses keys whose material is not imported.
pub(super) fn check_external(record: &KeyRecord, arn: &str) -> Result<(), Error> {
    if record.origin == OriginType::External {
        return Ok(());
    }
    let text = format!("{arn} origin is {} which is not valid for this operation.", record.origin);
    Err(Error::new(ErrorCode::UnsupportedOperation, text))
}

/// Refuses keys that hold one material for life.
pub(super) fn check_symmetric(record: &KeyRecord, arn: &str) -> Result<(), Error> {
    if record.is_symmetric_encryption() {
        return Ok(());
    }
    let text = format!("{arn} key spec is {} which is not valid for this operation.", record.spec);
    Err(Error::new(ErrorCode::UnsupportedOperation, text))
}

/// The cryptography of a wrapping algorithm, if it is offered.
pub(super) fn wrapping_algorithm(
    settings: &Settings,
    algorithm: AlgorithmSpec,
) -> Result<WrappingAlgorithm, Error> {
    let unsupported = |text: &str| Err(Error::new(ErrorCode::UnsupportedOperation, text));
    match algorithm {
        AlgorithmSpec::RsaesPkcs1V1_5 if !settings.pkcs1_wrapping => unsupported(
            "WrappingAlgorithm RSAES_PKCS1_V1_5 is retired. Use RSAES_OAEP_SHA_256, or switch it on in the server's \
             configuration.",
        ),
        AlgorithmSpec::RsaesPkcs1V1_5 => Ok(WrappingAlgorithm::RsaesPkcs1V15),
        AlgorithmSpec::RsaesOaepSha1 => Ok(WrappingAlgorithm::RsaesOaep(OaepHash::Sha1)),
        AlgorithmSpec::RsaesOaepSha256 => Ok(WrappingAlgorithm::RsaesOaep(OaepHash::Sha256)),
        AlgorithmSpec::RsaAesKeyWrapSha1 => Ok(WrappingAlgorithm::RsaAesKeyWrap(OaepHash::Sha1)),
        AlgorithmSpec::RsaAesKeyWrapSha256 => Ok(WrappingAlgorithm::RsaAesKeyWrap(OaepHash::Sha256)),
        AlgorithmSpec::Sm2Pke => unsupported("WrappingAlgorithm SM2PKE is not supported in this Region."),
    }
}
