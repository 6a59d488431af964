//! What each key spec means: its cryptography, the usages it allows, and the algorithms it offers.

use api::{
    EncryptionAlgorithmSpec, Error, ErrorCode, KeySpec, KeyUsage, MacAlgorithmSpec, Reason,
    SigningAlgorithmSpec,
};
use crypto::{Curve, Hash, HmacHash, MlDsaSet, MlKemSet, OaepHash, RsaBits, SigningAlgorithm};

/// The cryptography of a spec; `None` for SM2, which is not offered.
pub(crate) fn crypto_spec(spec: KeySpec) -> Option<crypto::KeySpec> {
    Some(match spec {
        KeySpec::SymmetricDefault => crypto::KeySpec::Symmetric,
        KeySpec::Hmac224 => crypto::KeySpec::Hmac(HmacHash::Sha224),
        KeySpec::Hmac256 => crypto::KeySpec::Hmac(HmacHash::Sha256),
        KeySpec::Hmac384 => crypto::KeySpec::Hmac(HmacHash::Sha384),
        KeySpec::Hmac512 => crypto::KeySpec::Hmac(HmacHash::Sha512),
        KeySpec::Rsa2048 => crypto::KeySpec::Rsa(RsaBits::B2048),
        KeySpec::Rsa3072 => crypto::KeySpec::Rsa(RsaBits::B3072),
        KeySpec::Rsa4096 => crypto::KeySpec::Rsa(RsaBits::B4096),
        KeySpec::EccNistP256 => crypto::KeySpec::Ecc(Curve::P256),
        KeySpec::EccNistP384 => crypto::KeySpec::Ecc(Curve::P384),
        KeySpec::EccNistP521 => crypto::KeySpec::Ecc(Curve::P521),
        KeySpec::EccSecgP256k1 => crypto::KeySpec::Ecc(Curve::K256),
        KeySpec::EccNistEdwards25519 => crypto::KeySpec::Ed25519,
        KeySpec::MlDsa44 => crypto::KeySpec::MlDsa(MlDsaSet::D44),
        KeySpec::MlDsa65 => crypto::KeySpec::MlDsa(MlDsaSet::D65),
        KeySpec::MlDsa87 => crypto::KeySpec::MlDsa(MlDsaSet::D87),
        KeySpec::MlKem512 => crypto::KeySpec::MlKem(MlKemSet::K512),
        KeySpec::MlKem768 => crypto::KeySpec::MlKem(MlKemSet::K768),
        KeySpec::MlKem1024 => crypto::KeySpec::MlKem(MlKemSet::K1024),
        KeySpec::Sm2 => return None,
    })
}

/// What keys of a spec may be used for (developer guide, "Key spec reference").
fn usages(spec: KeySpec) -> &'static [KeyUsage] {
    use KeyUsage::{EncapsulateDecapsulate, EncryptDecrypt, GenerateVerifyMac, KeyAgreement, SignVerify};
    match spec {
        KeySpec::SymmetricDefault => &[EncryptDecrypt],
        KeySpec::Hmac224 | KeySpec::Hmac256 | KeySpec::Hmac384 | KeySpec::Hmac512 => &[GenerateVerifyMac],
        KeySpec::Rsa2048 | KeySpec::Rsa3072 | KeySpec::Rsa4096 => &[EncryptDecrypt, SignVerify],
        KeySpec::EccNistP256 | KeySpec::EccNistP384 | KeySpec::EccNistP521 => &[SignVerify, KeyAgreement],
        KeySpec::EccSecgP256k1
        | KeySpec::EccNistEdwards25519
        | KeySpec::MlDsa44
        | KeySpec::MlDsa65
        | KeySpec::MlDsa87 => &[SignVerify],
        KeySpec::MlKem512 | KeySpec::MlKem768 | KeySpec::MlKem1024 => &[EncapsulateDecapsulate],
        KeySpec::Sm2 => &[EncryptDecrypt, SignVerify, KeyAgreement],
    }
}

/// How keys of a spec sign, in the model's order; empty for those that do not.
pub(crate) fn signing_algorithms(spec: KeySpec) -> &'static [SigningAlgorithmSpec] {
    use SigningAlgorithmSpec as A;
    match spec {
        KeySpec::Rsa2048 | KeySpec::Rsa3072 | KeySpec::Rsa4096 => &[
            A::RsassaPkcs1V1_5Sha256,
            A::RsassaPkcs1V1_5Sha384,
            A::RsassaPkcs1V1_5Sha512,
            A::RsassaPssSha256,
            A::RsassaPssSha384,
            A::RsassaPssSha512,
        ],
        KeySpec::EccNistP256 | KeySpec::EccSecgP256k1 => &[A::EcdsaSha256],
        KeySpec::EccNistP384 => &[A::EcdsaSha384],
        KeySpec::EccNistP521 => &[A::EcdsaSha512],
        KeySpec::EccNistEdwards25519 => &[A::Ed25519Sha512, A::Ed25519PhSha512],
        KeySpec::MlDsa44 | KeySpec::MlDsa65 | KeySpec::MlDsa87 => &[A::MlDsaShake256],
        _ => &[],
    }
}

/// How keys of a spec encrypt; empty for those that do not.
pub(crate) fn encryption_algorithms(spec: KeySpec) -> &'static [EncryptionAlgorithmSpec] {
    use EncryptionAlgorithmSpec as A;
    match spec {
        KeySpec::SymmetricDefault => &[A::SymmetricDefault],
        KeySpec::Rsa2048 | KeySpec::Rsa3072 | KeySpec::Rsa4096 => &[A::RsaesOaepSha1, A::RsaesOaepSha256],
        _ => &[],
    }
}

/// How keys of a spec authenticate: each HMAC spec in one way.
pub(crate) fn mac_algorithm(spec: KeySpec) -> Option<MacAlgorithmSpec> {
    match spec {
        KeySpec::Hmac224 => Some(MacAlgorithmSpec::HmacSha224),
        KeySpec::Hmac256 => Some(MacAlgorithmSpec::HmacSha256),
        KeySpec::Hmac384 => Some(MacAlgorithmSpec::HmacSha384),
        KeySpec::Hmac512 => Some(MacAlgorithmSpec::HmacSha512),
        _ => None,
    }
}

/// A signing algorithm as cryptography knows it; `None` for SM2DSA.
pub(crate) fn signing_algorithm(algorithm: SigningAlgorithmSpec) -> Option<SigningAlgorithm> {
    use SigningAlgorithmSpec as A;
    Some(match algorithm {
        A::RsassaPssSha256 => SigningAlgorithm::Pss(Hash::Sha256),
        A::RsassaPssSha384 => SigningAlgorithm::Pss(Hash::Sha384),
        A::RsassaPssSha512 => SigningAlgorithm::Pss(Hash::Sha512),
        A::RsassaPkcs1V1_5Sha256 => SigningAlgorithm::Pkcs1V15(Hash::Sha256),
        A::RsassaPkcs1V1_5Sha384 => SigningAlgorithm::Pkcs1V15(Hash::Sha384),
        A::RsassaPkcs1V1_5Sha512 => SigningAlgorithm::Pkcs1V15(Hash::Sha512),
        A::EcdsaSha256 => SigningAlgorithm::Ecdsa(Hash::Sha256),
        A::EcdsaSha384 => SigningAlgorithm::Ecdsa(Hash::Sha384),
        A::EcdsaSha512 => SigningAlgorithm::Ecdsa(Hash::Sha512),
        A::Ed25519Sha512 => SigningAlgorithm::Ed25519,
        A::Ed25519PhSha512 => SigningAlgorithm::Ed25519Ph,
        A::MlDsaShake256 => SigningAlgorithm::MlDsa,
        A::Sm2Dsa => return None,
    })
}

/// The OAEP hash of an encryption algorithm; `None` for those that are not OAEP.
pub(crate) fn oaep_hash(algorithm: EncryptionAlgorithmSpec) -> Option<OaepHash> {
    match algorithm {
        EncryptionAlgorithmSpec::RsaesOaepSha1 => Some(OaepHash::Sha1),
        EncryptionAlgorithmSpec::RsaesOaepSha256 => Some(OaepHash::Sha256),
        EncryptionAlgorithmSpec::SymmetricDefault | EncryptionAlgorithmSpec::Sm2Pke => None,
    }
}

/// The usage of a new key: the one asked for, if its spec allows it.
///
/// # Errors
/// `ValidationException`, also where it was not asked for and the spec needs it said.
pub(crate) fn check_usage(spec: KeySpec, asked: Option<KeyUsage>) -> Result<KeyUsage, Error> {
    let usage = match asked {
        Some(usage) => usage,
        None if spec == KeySpec::SymmetricDefault => KeyUsage::EncryptDecrypt,
        None => {
            let text =
                "You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.";
            return Err(Error::new(ErrorCode::Validation, text));
        }
    };
    if usages(spec).contains(&usage) {
        Ok(usage)
    } else {
        let text = format!("KeyUsage {usage} is not compatible with KeySpec {spec}");
        Err(Error::new(ErrorCode::Validation, text).because(Reason::Spec))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_algorithm_a_spec_offers_is_known_to_the_cryptography() {
        for &spec in KeySpec::ALL {
            for &algorithm in signing_algorithms(spec) {
                assert!(signing_algorithm(algorithm).is_some(), "{spec} {algorithm}");
            }
        }
    }

    #[test]
    fn only_symmetric_encryption_keys_have_a_default_usage() {
        for &spec in KeySpec::ALL {
            assert_eq!(check_usage(spec, None).is_ok(), spec == KeySpec::SymmetricDefault, "{spec}");
        }
    }
}
