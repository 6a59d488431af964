//! Signatures, and the calls of the crate `crypto` that make them.

use api::{KeySpec, SigningAlgorithmSpec};
use crypto::{Curve, Hash, Material, Message, MlDsaSet, RsaBits, SigningAlgorithm};

use crate::Outcome;
use crate::keys::base64;
use crate::wire::Call;

/// What is signed: as long as a small token.
const MESSAGE: [u8; 256] = [7; 256];

/// An algorithm with a kind of key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signing {
    P256,
    Ed25519,
    Rsa2048,
    Rsa4096,
    MlDsa65,
}

impl Signing {
    pub(crate) const ALL: [Self; 5] =
        [Self::P256, Self::Ed25519, Self::Rsa2048, Self::Rsa4096, Self::MlDsa65];

    pub(crate) fn key_spec(self) -> KeySpec {
        match self {
            Self::P256 => KeySpec::EccNistP256,
            Self::Ed25519 => KeySpec::EccNistEdwards25519,
            Self::Rsa2048 => KeySpec::Rsa2048,
            Self::Rsa4096 => KeySpec::Rsa4096,
            Self::MlDsa65 => KeySpec::MlDsa65,
        }
    }

    fn wire_algorithm(self) -> SigningAlgorithmSpec {
        match self {
            Self::P256 => SigningAlgorithmSpec::EcdsaSha256,
            Self::Ed25519 => SigningAlgorithmSpec::Ed25519Sha512,
            Self::Rsa2048 | Self::Rsa4096 => SigningAlgorithmSpec::RsassaPssSha256,
            Self::MlDsa65 => SigningAlgorithmSpec::MlDsaShake256,
        }
    }

    fn algorithm(self) -> SigningAlgorithm {
        match self {
            Self::P256 => SigningAlgorithm::Ecdsa(Hash::Sha256),
            Self::Ed25519 => SigningAlgorithm::Ed25519,
            Self::Rsa2048 | Self::Rsa4096 => SigningAlgorithm::Pss(Hash::Sha256),
            Self::MlDsa65 => SigningAlgorithm::MlDsa,
        }
    }

    fn spec(self) -> crypto::KeySpec {
        match self {
            Self::P256 => crypto::KeySpec::Ecc(Curve::P256),
            Self::Ed25519 => crypto::KeySpec::Ed25519,
            Self::Rsa2048 => crypto::KeySpec::Rsa(RsaBits::B2048),
            Self::Rsa4096 => crypto::KeySpec::Rsa(RsaBits::B4096),
            Self::MlDsa65 => crypto::KeySpec::MlDsa(MlDsaSet::D65),
        }
    }

    /// The request.
    pub(crate) fn call(self, key_id: &str) -> Call {
        let (message, algorithm) = (base64(&MESSAGE), self.wire_algorithm());
        let body =
            format!(r#"{{"KeyId":"{key_id}","Message":"{message}","SigningAlgorithm":"{algorithm}"}}"#);
        Call::new("Sign", body)
    }

    /// The signature alone, with a key of its own; whether it was made.
    pub(crate) fn bare(self) -> Outcome<impl FnMut() -> bool> {
        let material = Material::generate(self.spec())?;
        Ok(move || std::hint::black_box(material.sign(self.algorithm(), Message::Raw(&MESSAGE))).is_ok())
    }
}
