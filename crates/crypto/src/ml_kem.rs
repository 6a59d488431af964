//! ML-KEM keys of the API (FIPS 203). They are generated here and never imported.
//!
//! The stored form is PKCS#8 with the expanded key (RFC 9935), because the library gives no seed.

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
use crate::fields::{Fields, OCTET_STRING};
use crate::material::KeyError;
use crate::pkcs8::{self, Parameters, PrivateKey};
use crate::secret::{SecretBytes, constant_time_eq};
use crate::spec::MlKemSet;

/// Why an encapsulation was not made or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum KemError {
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
    private: DecapsulationKey,
    encapsulator: EncapsulationKey,
    public: Vec<u8>,
}

impl MlKemKey {
    pub(crate) fn generate(set: MlKemSet) -> Result<Self, KeyError> {
        let private = DecapsulationKey::generate(suite(set).algorithm).map_err(|_| KeyError::Generation)?;
        let bytes = private.key_bytes().map_err(|_| KeyError::Generation)?;
        Self::from_expanded(set, bytes.as_ref()).ok_or(KeyError::Generation)
    }

    pub(crate) fn from_pkcs8(set: MlKemSet, document: &SecretBytes) -> Result<Self, KeyError> {
        let parse = || {
            let outer = PrivateKey::parse(document.expose()).ok()?;
            let inner = ber::to_der(outer.key).ok()?;
            let expanded = Fields::of(inner.expose()).next(OCTET_STRING).ok()?;
            if outer.algorithm == suite(set).oid { Self::from_expanded(set, expanded) } else { None }
        };
        parse().ok_or(KeyError::Stored)
    }

    /// Takes the expanded key of FIPS 203, algorithm 16: `dk_pke | ek | H(ek) | z`. `None` unless length and hash are
    /// right.
    fn from_expanded(set: MlKemSet, expanded: &[u8]) -> Option<Self> {
        let Suite { oid, algorithm, k } = suite(set);
        let private = DecapsulationKey::new(algorithm, expanded).ok()?;
        let (_, rest) = expanded.split_at_checked(384 * k)?;
        let (public_raw, rest) = rest.split_at_checked(384 * k + 32)?;
        let hash = rest.first_chunk::<32>()?;
        let encapsulator = EncapsulationKey::new(algorithm, public_raw).ok()?;
        let public = pkcs8::encode_public(oid, public_raw);
        constant_time_eq(hash, &sha3_256(public_raw)).then_some(Self { set, private, encapsulator, public })
    }

    pub(crate) fn set(&self) -> MlKemSet {
        self.set
    }

    pub(crate) fn public_key(&self) -> &[u8] {
        &self.public
    }

    pub(crate) fn to_pkcs8(&self) -> SecretBytes {
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
