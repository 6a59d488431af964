//! ML-DSA keys of the API (FIPS 204). A key is its seed: that is how it is made, stored and imported (RFC 9881).

use std::sync::OnceLock;

use aws_lc_rs::encoding::{AsDer, AsRawBytes, PublicKeyX509Der};
use aws_lc_rs::signature::{
    KeyPair as _, ML_DSA_44, ML_DSA_44_SIGNING, ML_DSA_65, ML_DSA_65_SIGNING, ML_DSA_87, ML_DSA_87_SIGNING,
    ParsedPublicKey, PqdsaKeyPair, PqdsaSigningAlgorithm, PqdsaVerificationAlgorithm,
};
use const_oid::ObjectIdentifier;
use const_oid::db::fips204::{ID_ML_DSA_44, ID_ML_DSA_65, ID_ML_DSA_87};
use zeroize::Zeroizing;

use crate::ber;
use crate::ffi::{MU_LEN, MuKey};
use crate::fields::{Fields, OCTET_STRING, SEQUENCE};
use crate::material::KeyError;
use crate::pkcs8::{self, Parameters, PrivateKey};
use crate::prepared::prepared;
use crate::random;
use crate::refusal::MaterialError;
use crate::secret::{SecretBytes, constant_time_eq};
use crate::signing::{Message, SignError, SigningAlgorithm};
use crate::spec::MlDsaSet;

/// FIPS 204, algorithm 1: all sets grow from 32 bytes.
const SEED_LEN: usize = 32;
/// `[0] IMPLICIT OCTET STRING`, the seed form of RFC 9881.
const SEED: u8 = 0x80;

/// An ML-DSA key pair.
pub struct MlDsaKey {
    set: MlDsaSet,
    seed: Zeroizing<[u8; SEED_LEN]>,
    pair: PqdsaKeyPair,
    public: Vec<u8>,
    verifier: OnceLock<ParsedPublicKey>,
    mu: OnceLock<MuKey>,
}

impl MlDsaKey {
    pub(crate) fn generate(set: MlDsaSet) -> Result<Self, KeyError> {
        Self::from_seed(set, random::secret(SEED_LEN).expose()).ok_or(KeyError::Generation)
    }

    /// Takes a PKCS#8 key of RFC 9881 that holds the seed; an expanded key beside it must be the seed's.
    pub(crate) fn import(set: MlDsaSet, document: &SecretBytes) -> Result<Self, MaterialError> {
        let der = ber::to_der(document.expose())?;
        let outer = PrivateKey::parse(der.expose())?;
        if outer.algorithm != suite(set).oid {
            return Err(MaterialError::WrongAlgorithm);
        }
        if outer.parameters != Parameters::Absent {
            return Err(MaterialError::Encoding);
        }
        let inner = ber::to_der(outer.key)?;
        let (seed, expanded) = match Fields::of(inner.expose()).any()? {
            (SEED, seed) => (seed, None),
            (OCTET_STRING, _) => return Err(MaterialError::SeedMissing),
            (SEQUENCE, both) => {
                let mut fields = Fields::of(both);
                let seed = fields.next(OCTET_STRING)?;
                let expanded = fields.next(OCTET_STRING)?;
                fields.finish()?;
                (seed, Some(expanded))
            }
            _ => return Err(MaterialError::Encoding),
        };
        let key = Self::from_seed(set, seed).ok_or(MaterialError::Encoding)?;
        if expanded.is_some_and(|expanded| !key.expands_to(expanded)) {
            return Err(MaterialError::Inconsistent);
        }
        outer.public_must_be(key.pair.public_key().as_ref())?;
        Ok(key)
    }

    /// `None` if the seed is not 32 bytes long.
    fn from_seed(set: MlDsaSet, seed: &[u8]) -> Option<Self> {
        let seed = Zeroizing::new(<[u8; SEED_LEN]>::try_from(seed).ok()?);
        let pair = PqdsaKeyPair::from_seed(suite(set).signing, seed.as_slice()).ok()?;
        let der: PublicKeyX509Der<'_> = pair.public_key().as_der().ok()?;
        let public = der.as_ref().to_vec();
        Some(Self { set, seed, pair, public, verifier: OnceLock::new(), mu: OnceLock::new() })
    }

    fn expands_to(&self, expanded: &[u8]) -> bool {
        self.pair.private_key().as_raw_bytes().is_ok_and(|own| constant_time_eq(own.as_ref(), expanded))
    }

    #[cfg(test)]
    pub(crate) fn expanded(&self) -> Vec<u8> {
        self.pair.private_key().as_raw_bytes().unwrap().as_ref().to_vec()
    }

    pub(crate) fn set(&self) -> MlDsaSet {
        self.set
    }

    pub(crate) fn public_key(&self) -> &[u8] {
        &self.public
    }

    pub(crate) fn to_pkcs8(&self) -> SecretBytes {
        let mut inner = Zeroizing::new(Vec::with_capacity(2 + SEED_LEN));
        inner.extend_from_slice(&[SEED, 32]);
        inner.extend_from_slice(self.seed.as_slice());
        pkcs8::encode(suite(self.set).oid, Parameters::Absent, &inner)
    }

    pub(crate) fn sign(
        &self,
        algorithm: SigningAlgorithm,
        message: Message<'_>,
    ) -> Result<Vec<u8>, SignError> {
        match input(algorithm, message)? {
            Input::Message(message) => {
                let mut signature = vec![0; suite(self.set).signing.signature_len()];
                self.pair.sign(message, &mut signature).map_err(|_| SignError::Failed)?;
                Ok(signature)
            }
            Input::Mu(mu) => self.mu_key()?.sign(mu).map_err(|_| SignError::Failed),
        }
    }

    pub(crate) fn verify(
        &self,
        algorithm: SigningAlgorithm,
        message: Message<'_>,
        signature: &[u8],
    ) -> Result<(), SignError> {
        let valid = match input(algorithm, message)? {
            Input::Message(message) => {
                prepared(&self.verifier, || ParsedPublicKey::new(suite(self.set).verifying, &self.public))
                    .map_err(|_| SignError::Failed)?
                    .verify_sig(message, signature)
                    .is_ok()
            }
            Input::Mu(mu) => self.mu_key()?.verify(mu, signature).map_err(|_| SignError::Failed)?,
        };
        if valid { Ok(()) } else { Err(SignError::Invalid) }
    }

    fn mu_key(&self) -> Result<&MuKey, SignError> {
        prepared(&self.mu, || MuKey::from_seed(self.set, &self.seed)).map_err(|_| SignError::Failed)
    }
}

enum Input<'a> {
    Message(&'a [u8]),
    Mu(&'a [u8; MU_LEN]),
}

fn input(algorithm: SigningAlgorithm, message: Message<'_>) -> Result<Input<'_>, SignError> {
    match (algorithm, message) {
        (SigningAlgorithm::MlDsa, Message::Raw(message)) => Ok(Input::Message(message)),
        (SigningAlgorithm::MlDsa, Message::ExternalMu(mu)) => {
            mu.try_into().map(Input::Mu).map_err(|_| SignError::DigestLength { expected: MU_LEN })
        }
        (SigningAlgorithm::MlDsa, Message::Digest(_)) => Err(SignError::MessageType),
        _ => Err(SignError::WrongAlgorithm),
    }
}

/// What goes with a parameter set.
pub(crate) struct Suite {
    oid: ObjectIdentifier,
    signing: &'static PqdsaSigningAlgorithm,
    pub(crate) verifying: &'static PqdsaVerificationAlgorithm,
}

pub(crate) fn suite(set: MlDsaSet) -> Suite {
    let (oid, signing, verifying) = match set {
        MlDsaSet::D44 => (ID_ML_DSA_44, &ML_DSA_44_SIGNING, &ML_DSA_44),
        MlDsaSet::D65 => (ID_ML_DSA_65, &ML_DSA_65_SIGNING, &ML_DSA_65),
        MlDsaSet::D87 => (ID_ML_DSA_87, &ML_DSA_87_SIGNING, &ML_DSA_87),
    };
    Suite { oid, signing, verifying }
}
