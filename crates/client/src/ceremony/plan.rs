//! Which wrapping to use.

use api::{AlgorithmSpec, KeySpec, WrappingKeySpec};
use crypto::spec::{Curve, HmacHash, MlDsaSet, MlKemSet, RsaBits};
use crypto::{Material, OaepHash, WrapError, WrappingAlgorithm};

use super::CeremonyError;

/// A wrapping: the algorithm and the kind of key it uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// How the material is wrapped.
    pub algorithm: AlgorithmSpec,
    /// What kind of key wraps it.
    pub wrapping_key: WrappingKeySpec,
}

/// The strongest wrapping for material of a key spec, among those AWS documents for it (developer guide, "Select a
/// wrapping public key spec and a wrapping algorithm"): SHA-256 and a 4096-bit key throughout; OAEP alone for raw bytes,
/// for which AWS lists nothing else; for private keys, which may be longer than OAEP can hold, the hybrid.
pub fn strongest(spec: KeySpec) -> Plan {
    let algorithm = match spec {
        KeySpec::SymmetricDefault
        | KeySpec::Hmac224
        | KeySpec::Hmac256
        | KeySpec::Hmac384
        | KeySpec::Hmac512 => AlgorithmSpec::RsaesOaepSha256,
        _ => AlgorithmSpec::RsaAesKeyWrapSha256,
    };
    Plan { algorithm, wrapping_key: WrappingKeySpec::Rsa4096 }
}

/// The cryptography behind a wrapping algorithm's name; SM2PKE has none here.
pub fn wrapping_algorithm(name: AlgorithmSpec) -> Result<WrappingAlgorithm, CeremonyError> {
    Ok(match name {
        AlgorithmSpec::RsaesPkcs1V1_5 => WrappingAlgorithm::RsaesPkcs1V15,
        AlgorithmSpec::RsaesOaepSha1 => WrappingAlgorithm::RsaesOaep(OaepHash::Sha1),
        AlgorithmSpec::RsaesOaepSha256 => WrappingAlgorithm::RsaesOaep(OaepHash::Sha256),
        AlgorithmSpec::RsaAesKeyWrapSha1 => WrappingAlgorithm::RsaAesKeyWrap(OaepHash::Sha1),
        AlgorithmSpec::RsaAesKeyWrapSha256 => WrappingAlgorithm::RsaAesKeyWrap(OaepHash::Sha256),
        AlgorithmSpec::Sm2Pke => return Err(CeremonyError::Algorithm(name)),
    })
}

/// The cryptography behind a key spec's name; SM2 has none here.
pub fn crypto_spec(name: KeySpec) -> Result<crypto::KeySpec, CeremonyError> {
    use crypto::KeySpec as Spec;
    Ok(match name {
        KeySpec::SymmetricDefault => Spec::Symmetric,
        KeySpec::Hmac224 => Spec::Hmac(HmacHash::Sha224),
        KeySpec::Hmac256 => Spec::Hmac(HmacHash::Sha256),
        KeySpec::Hmac384 => Spec::Hmac(HmacHash::Sha384),
        KeySpec::Hmac512 => Spec::Hmac(HmacHash::Sha512),
        KeySpec::Rsa2048 => Spec::Rsa(RsaBits::B2048),
        KeySpec::Rsa3072 => Spec::Rsa(RsaBits::B3072),
        KeySpec::Rsa4096 => Spec::Rsa(RsaBits::B4096),
        KeySpec::EccNistP256 => Spec::Ecc(Curve::P256),
        KeySpec::EccNistP384 => Spec::Ecc(Curve::P384),
        KeySpec::EccNistP521 => Spec::Ecc(Curve::P521),
        KeySpec::EccSecgP256k1 => Spec::Ecc(Curve::K256),
        KeySpec::EccNistEdwards25519 => Spec::Ed25519,
        KeySpec::MlDsa44 => Spec::MlDsa(MlDsaSet::D44),
        KeySpec::MlDsa65 => Spec::MlDsa(MlDsaSet::D65),
        KeySpec::MlDsa87 => Spec::MlDsa(MlDsaSet::D87),
        KeySpec::MlKem512 => Spec::MlKem(MlKemSet::K512),
        KeySpec::MlKem768 => Spec::MlKem(MlKemSet::K768),
        KeySpec::MlKem1024 => Spec::MlKem(MlKemSet::K1024),
        KeySpec::Sm2 => return Err(CeremonyError::Spec(name)),
    })
}

impl Plan {
    /// Refuses material that this wrapping cannot hold, before anybody is asked for a wrapping key.
    pub fn check(self, material: &Material) -> Result<(), CeremonyError> {
        let modulus = self.modulus().ok_or(CeremonyError::WrappingKeySpec(self.wrapping_key))?;
        let actual = material.to_bytes().len();
        match wrapping_algorithm(self.algorithm)?.capacity(modulus) {
            Some(max) if actual > max => Err(WrapError::TooLong { actual, max }.into()),
            _ => Ok(()),
        }
    }

    fn modulus(self) -> Option<RsaBits> {
        match self.wrapping_key {
            WrappingKeySpec::Rsa2048 => Some(RsaBits::B2048),
            WrappingKeySpec::Rsa3072 => Some(RsaBits::B3072),
            WrappingKeySpec::Rsa4096 => Some(RsaBits::B4096),
            WrappingKeySpec::Sm2 => None,
        }
    }

    /// How long material of `len` bytes is after this wrapping, in bytes; `None` if the wrapping is not offered.
    pub(super) fn wrapped_len(self, len: usize) -> Option<usize> {
        let modulus = self.modulus()?.bytes();
        Some(match wrapping_algorithm(self.algorithm).ok()? {
            WrappingAlgorithm::RsaesPkcs1V15 | WrappingAlgorithm::RsaesOaep(_) => modulus,
            // RFC 5649: padded to whole blocks of 8 bytes, and one block more.
            WrappingAlgorithm::RsaAesKeyWrap(_) => modulus + len.next_multiple_of(8) + 8,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_importable_spec_has_a_plan_that_holds_its_longest_material() {
        // HMAC takes up to 128 bytes; what OAEP with SHA-256 holds in 4096 bits is 446.
        for spec in [KeySpec::SymmetricDefault, KeySpec::Hmac224, KeySpec::Hmac512] {
            let plan = strongest(spec);
            assert_eq!(plan.algorithm, AlgorithmSpec::RsaesOaepSha256, "{spec}");
            let capacity = wrapping_algorithm(plan.algorithm).unwrap().capacity(RsaBits::B4096);
            assert_eq!(capacity, Some(446), "{spec}");
        }
        for spec in [KeySpec::Rsa4096, KeySpec::EccNistP521, KeySpec::EccNistEdwards25519, KeySpec::MlDsa87] {
            let plan = strongest(spec);
            assert_eq!(plan.algorithm, AlgorithmSpec::RsaAesKeyWrapSha256, "{spec}");
            assert_eq!(wrapping_algorithm(plan.algorithm).unwrap().capacity(RsaBits::B4096), None, "{spec}");
        }
    }

    #[test]
    fn material_that_does_not_fit_is_known_beforehand() {
        let p521 = Material::generate(crypto::KeySpec::Ecc(Curve::P521)).unwrap();
        let cases = [
            (AlgorithmSpec::RsaesOaepSha256, WrappingKeySpec::Rsa2048, false),
            (AlgorithmSpec::RsaesOaepSha256, WrappingKeySpec::Rsa3072, true),
            (AlgorithmSpec::RsaAesKeyWrapSha256, WrappingKeySpec::Rsa2048, true),
            (AlgorithmSpec::Sm2Pke, WrappingKeySpec::Rsa4096, false),
            (AlgorithmSpec::RsaesOaepSha256, WrappingKeySpec::Sm2, false),
        ];
        for (algorithm, wrapping_key, fits) in cases {
            let plan = Plan { algorithm, wrapping_key };
            assert_eq!(plan.check(&p521).is_ok(), fits, "{plan:?}");
        }
    }

    #[test]
    fn lengths_after_wrapping() {
        let plan = |algorithm| Plan { algorithm, wrapping_key: WrappingKeySpec::Rsa3072 };
        let hybrid = plan(AlgorithmSpec::RsaAesKeyWrapSha256);
        for (len, wrapped) in [(1, 384 + 16), (8, 384 + 16), (9, 384 + 24), (1218, 384 + 1232)] {
            assert_eq!(hybrid.wrapped_len(len), Some(wrapped), "{len}");
        }
        assert_eq!(plan(AlgorithmSpec::RsaesOaepSha1).wrapped_len(32), Some(384));
        assert_eq!(plan(AlgorithmSpec::Sm2Pke).wrapped_len(32), None);
    }

    #[test]
    fn every_key_spec_but_sm2_is_known() {
        for spec in KeySpec::ALL {
            assert_eq!(crypto_spec(*spec).is_err(), *spec == KeySpec::Sm2, "{spec}");
        }
    }
}
