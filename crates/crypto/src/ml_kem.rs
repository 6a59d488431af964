//! ML-KEM keys of the API (FIPS 203). They are generated here and never imported.
//!
//! A key is its seed: that is how it is made, stored and given away, in PKCS#8 as RFC 9935 writes it. Documents with
//! the expanded key alone are read too, and written as they came.

use aws_lc_rs::kem::{
    Algorithm, AlgorithmId, DecapsulationKey, EncapsulationKey, ML_KEM_512, ML_KEM_768, ML_KEM_1024,
};
use const_oid::ObjectIdentifier;
use const_oid::db::fips203::{ID_ALG_ML_KEM_512, ID_ALG_ML_KEM_768, ID_ALG_ML_KEM_1024};
use der::Encode as _;
use der::asn1::OctetStringRef;
use thiserror::Error;
use zeroize::Zeroizing;

use crate::ber;
use crate::digest::sha3_256;
use crate::fatal::or_abort;
use crate::ffi;
use crate::fields::{Fields, OCTET_STRING};
use crate::material::KeyError;
use crate::pkcs8::{self, Parameters, PrivateKey};
use crate::random;
use crate::secret::{SecretBytes, constant_time_eq};
use crate::spec::MlKemSet;

/// FIPS 203, algorithm 16: all sets grow from two times 32 bytes, d and z.
const SEED_LEN: usize = 64;
/// `[0] IMPLICIT OCTET STRING`, the seed form of RFC 9935.
const SEED: u8 = 0x80;

/// Why an encapsulation was not made or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum KemError {
    /// Not an ML-KEM key.
    #[error("the key is not an ML-KEM key")]
    WrongKey,
    /// The ciphertext is not as long as the parameter set prescribes. A wrong ciphertext of the right length gives no
    /// error but another secret (FIPS 203, implicit rejection).
    #[error("the ciphertext does not have the length of this key's parameter set")]
    CiphertextLength,
    /// The library failed although all was in order.
    #[error("the shared secret could not be computed")]
    Failed,
}

/// An ML-KEM key pair.
pub struct MlKemKey {
    set: MlKemSet,
    /// `None` if the key was stored without it.
    seed: Option<Zeroizing<[u8; SEED_LEN]>>,
    private: DecapsulationKey,
    encapsulator: EncapsulationKey,
    public: Vec<u8>,
}

impl MlKemKey {
    pub(crate) fn generate(set: MlKemSet) -> Result<Self, KeyError> {
        Self::from_seed(set, random::secret(SEED_LEN).expose()).ok_or(KeyError::Generation)
    }

    pub(crate) fn from_pkcs8(set: MlKemSet, document: &SecretBytes) -> Result<Self, KeyError> {
        let parse = || {
            let outer = PrivateKey::parse(document.expose()).ok()?;
            if outer.algorithm != suite(set).oid {
                return None;
            }
            let inner = ber::to_der(outer.key).ok()?;
            match Fields::of(inner.expose()).any().ok()? {
                (SEED, seed) => Self::from_seed(set, seed),
                (OCTET_STRING, expanded) => Self::from_expanded(set, expanded),
                _ => None,
            }
        };
        parse().ok_or(KeyError::Stored)
    }

    /// `None` if the seed is not 64 bytes long.
    pub(crate) fn from_seed(set: MlKemSet, seed: &[u8]) -> Option<Self> {
        let seed = Zeroizing::new(<[u8; SEED_LEN]>::try_from(seed).ok()?);
        let mut expanded = Zeroizing::new(vec![0; 768 * suite(set).k + 96]);
        ffi::expand_ml_kem(seed_document(set, &seed).expose(), &mut expanded).ok()?;
        Some(Self { seed: Some(seed), ..Self::from_expanded(set, &expanded)? })
    }

    /// Takes the expanded key of FIPS 203, algorithm 16: `dk_pke | ek | H(ek) | z`. `None` unless length and hash are
    /// right.
    pub(crate) fn from_expanded(set: MlKemSet, expanded: &[u8]) -> Option<Self> {
        let Suite { oid, algorithm, k } = suite(set);
        let private = DecapsulationKey::new(algorithm, expanded).ok()?;
        let (_, rest) = expanded.split_at_checked(384 * k)?;
        let (public_raw, rest) = rest.split_at_checked(384 * k + 32)?;
        let hash = rest.first_chunk::<32>()?;
        let encapsulator = EncapsulationKey::new(algorithm, public_raw).ok()?;
        let public = pkcs8::encode_public(oid, public_raw);
        constant_time_eq(hash, &sha3_256(public_raw)).then_some(Self {
            set,
            seed: None,
            private,
            encapsulator,
            public,
        })
    }

    #[cfg(test)]
    pub(crate) fn expanded(&self) -> Vec<u8> {
        self.private.key_bytes().unwrap().as_ref().to_vec()
    }

    pub(crate) fn set(&self) -> MlKemSet {
        self.set
    }

    pub(crate) fn public_key(&self) -> &[u8] {
        &self.public
    }

    pub(crate) fn to_pkcs8(&self) -> SecretBytes {
        if let Some(seed) = &self.seed {
            return seed_document(self.set, seed);
        }
        let expanded = or_abort(self.private.key_bytes(), "encoding an ML-KEM key");
        let inner = OctetStringRef::new(expanded.as_ref()).and_then(|inner| inner.to_der());
        let inner = Zeroizing::new(or_abort(inner, "encoding an ML-KEM key"));
        pkcs8::encode(suite(self.set).oid, Parameters::Absent, &inner)
    }

    /// Makes a fresh shared secret of 32 bytes and the ciphertext that carries it.
    pub fn encapsulate(&self) -> Result<(Vec<u8>, SecretBytes), KemError> {
        let (ciphertext, secret) = self.encapsulator.encapsulate().map_err(|_| KemError::Failed)?;
        Ok((ciphertext.as_ref().to_vec(), SecretBytes::copy_of(secret.as_ref())))
    }

    /// The shared secret that `ciphertext` carries.
    pub fn decapsulate(&self, ciphertext: &[u8]) -> Result<SecretBytes, KemError> {
        // FIPS 203, table 3.
        let expected = match self.set {
            MlKemSet::K512 => 768,
            MlKemSet::K768 => 1088,
            MlKemSet::K1024 => 1568,
        };
        if ciphertext.len() != expected {
            return Err(KemError::CiphertextLength);
        }
        let secret = self.private.decapsulate(ciphertext.into()).map_err(|_| KemError::Failed)?;
        Ok(SecretBytes::copy_of(secret.as_ref()))
    }
}

fn seed_document(set: MlKemSet, seed: &[u8; SEED_LEN]) -> SecretBytes {
    let mut inner = Zeroizing::new(Vec::with_capacity(2 + SEED_LEN));
    inner.extend_from_slice(&[SEED, 64]);
    inner.extend_from_slice(seed);
    pkcs8::encode(suite(set).oid, Parameters::Absent, &inner)
}

/// What goes with a parameter set; `k` is the module rank of FIPS 203, table 2.
struct Suite {
    oid: ObjectIdentifier,
    algorithm: &'static Algorithm<AlgorithmId>,
    k: usize,
}

fn suite(set: MlKemSet) -> Suite {
    let (oid, algorithm, k) = match set {
        MlKemSet::K512 => (ID_ALG_ML_KEM_512, &ML_KEM_512, 2),
        MlKemSet::K768 => (ID_ALG_ML_KEM_768, &ML_KEM_768, 3),
        MlKemSet::K1024 => (ID_ALG_ML_KEM_1024, &ML_KEM_1024, 4),
    };
    Suite { oid, algorithm, k }
}
