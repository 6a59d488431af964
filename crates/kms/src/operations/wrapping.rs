//! Which ways of wrapping key material are offered.

use api::{AlgorithmSpec, Error, ErrorCode};
use crypto::{OaepHash, WrappingAlgorithm};

use crate::Settings;

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
