//! Which ways of wrapping key material are offered, and when.

use api::{AlgorithmSpec, Error, ErrorCode, KeyState, Reason};
use crypto::{OaepHash, WrappingAlgorithm};

use crate::authorize::Permit;
use crate::key::KeyRecord;
use crate::pipeline::Context;
use crate::{Rules, Settings};

/// The cryptography of a wrapping algorithm, if it is offered.
pub(super) fn wrapping_algorithm(
    rules: &Rules,
    settings: &Settings,
    algorithm: AlgorithmSpec,
) -> Result<WrappingAlgorithm, Error> {
    let unsupported =
        |text: &str| Err(Error::new(ErrorCode::UnsupportedOperation, text).because(Reason::Algorithm));
    match algorithm {
        AlgorithmSpec::RsaesPkcs1V1_5 if !(settings.pkcs1_wrapping || rules.pkcs1_wrapping) => unsupported(
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

/// Which algorithm a client means that asks for one: where private keys come as two, the way of the RSA block alone stands
/// for both steps.
pub(super) fn meant(rules: &Rules, record: &KeyRecord, asked: AlgorithmSpec) -> Result<AlgorithmSpec, Error> {
    if !rules.private_keys_in_two || !record.is_asymmetric() {
        return Ok(asked);
    }
    match asked {
        AlgorithmSpec::RsaesOaepSha1 => Ok(AlgorithmSpec::RsaAesKeyWrapSha1),
        AlgorithmSpec::RsaesOaepSha256 => Ok(AlgorithmSpec::RsaAesKeyWrapSha256),
        AlgorithmSpec::RsaesPkcs1V1_5 => {
            let text = format!("A private key of KeySpec {} is not wrapped by {asked}.", record.spec);
            Err(Error::new(ErrorCode::UnsupportedOperation, text).because(Reason::Algorithm))
        }
        asked => Ok(asked),
    }
}

/// Refuses to import into a key that does not wait for it, where only such keys take material.
pub(super) fn check_pending(cx: &Context<'_>, key: &Permit<'_>) -> Result<(), Error> {
    if !cx.rules().import_only_when_pending || key.state() == KeyState::PendingImport {
        return Ok(());
    }
    let text = format!("{} is not pending import.", key.arn());
    Err(Error::new(ErrorCode::KmsInvalidState, text).because(Reason::KeyNotPendingImport))
}
