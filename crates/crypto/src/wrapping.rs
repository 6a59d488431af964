//! Wrapping of key material for import: the server's side ([`WrappingKey`]) and the client's ([`wrap`]).

pub(crate) mod aes_kwp;
mod client;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::{OaepPrivateDecryptingKey, Pkcs1PrivateDecryptingKey, PrivateDecryptingKey};
use thiserror::Error;
use zeroize::Zeroizing;

pub use self::client::{WrapError, wrap};
use crate::fatal::or_abort;
use crate::material::KeyError;
use crate::oaep::{self, OaepHash};
use crate::pkcs8::PrivateKey;
use crate::random;
use crate::rsa::key_size;
use crate::secret::SecretBytes;
use crate::spec::RsaBits;

/// What PKCS#1 v1.5 padding adds at least (RFC 8017 7.2.1).
const PKCS1_OVERHEAD: usize = 11;
/// Longest wrapped material in bytes. `ImportKeyMaterial` takes 6144; more is never decrypted.
const MAX_WRAPPED_LEN: usize = 16 * 1024;

/// How material is wrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WrappingAlgorithm {
    /// `RSAES_PKCS1_V1_5`. Retired by AWS, kept for older clients. Whoever unwraps with it must answer unfit material
    /// as it answers [`UnwrapError`], or the difference tells an attacker which paddings are right.
    RsaesPkcs1V15,
    /// `RSAES_OAEP_SHA_1` and `RSAES_OAEP_SHA_256`.
    RsaesOaep(OaepHash),
    /// `RSA_AES_KEY_WRAP_SHA_1` and `RSA_AES_KEY_WRAP_SHA_256`: OAEP around an AES-256 key, followed by the material
    /// under AES key wrap with padding (RFC 5649).
    RsaAesKeyWrap(OaepHash),
}

impl WrappingAlgorithm {
    /// The longest material in bytes that a wrapping key of `bits` takes; `None` if the algorithm has no such limit.
    pub fn capacity(self, bits: RsaBits) -> Option<usize> {
        self.capacity_under(bits.bytes())
    }

    fn capacity_under(self, modulus_len: usize) -> Option<usize> {
        match self {
            Self::RsaesPkcs1V15 => Some(modulus_len.saturating_sub(PKCS1_OVERHEAD)),
            Self::RsaesOaep(hash) => Some(hash.capacity(modulus_len)),
            Self::RsaAesKeyWrap(_) => None,
        }
    }
}

/// The wrapped material does not unwrap with this key and algorithm. Which step failed is not said, on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the wrapped key material does not unwrap with this wrapping key and algorithm")]
pub struct UnwrapError;

/// Why material that was wrapped in two steps does not unwrap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum HybridError {
    /// There is an RSA block and nothing behind it.
    #[error("nothing follows the wrapped temporary key")]
    MaterialMissing,
    /// The RSA block with the temporary key does not open, or there is none.
    #[error("the temporary key does not unwrap with this wrapping key and algorithm")]
    Block,
    /// The temporary key is of a length that is not offered.
    #[error("the temporary key has a length that is not offered")]
    KeyLength,
    /// The material does not open under the temporary key.
    #[error("the wrapped key material does not unwrap with the temporary key")]
    Material,
}

/// The RSA key pair of one set of import parameters.
pub struct WrappingKey {
    bits: RsaBits,
    key: PrivateDecryptingKey,
    oaep: OaepPrivateDecryptingKey,
    pkcs1: Pkcs1PrivateDecryptingKey,
    public: Vec<u8>,
}

impl WrappingKey {
    /// A new key pair: from a tenth of a second (2048) to seconds (4096).
    pub fn generate(bits: RsaBits) -> Result<Self, KeyError> {
        let key = PrivateDecryptingKey::generate(key_size(bits)).map_err(|_| KeyError::Generation)?;
        Self::new(key).ok_or(KeyError::Generation)
    }

    /// Reads what [`Self::to_pkcs8`] gave, from sealed storage.
    pub fn from_pkcs8(der: &SecretBytes) -> Result<Self, KeyError> {
        // The library does not look behind the end of the document.
        PrivateKey::parse(der.expose()).map_err(|_| KeyError::Stored)?;
        let key = PrivateDecryptingKey::from_pkcs8(der.expose()).map_err(|_| KeyError::Stored)?;
        Self::new(key).ok_or(KeyError::Stored)
    }

    fn new(key: PrivateDecryptingKey) -> Option<Self> {
        let bits = RsaBits::of_modulus_bytes(key.key_size_bytes())?;
        let der: PublicKeyX509Der<'_> = key.public_key().as_der().ok()?;
        let public = der.as_ref().to_vec();
        let oaep = OaepPrivateDecryptingKey::new(key.clone()).ok()?;
        let pkcs1 = Pkcs1PrivateDecryptingKey::new(key.clone()).ok()?;
        Some(Self { bits, key, oaep, pkcs1, public })
    }

    /// The private key for sealed storage.
    pub fn to_pkcs8(&self) -> SecretBytes {
        let der: Pkcs8V1Der<'_> = or_abort(self.key.as_der(), "encoding a wrapping key");
        SecretBytes::copy_of(der.as_ref())
    }

    /// `SubjectPublicKeyInfo` DER, what the client wraps with.
    pub fn public_key(&self) -> &[u8] {
        &self.public
    }

    /// The size of the key.
    pub fn bits(&self) -> RsaBits {
        self.bits
    }

    /// Checks that both halves belong together: what is wrapped with one unwraps with the other. What the library prepares at
    /// the first use of a key, its blinding above all, takes as long as two unwraps, and has been done after this.
    pub fn check_pair(&self) -> Result<(), KeyError> {
        let algorithm = WrappingAlgorithm::RsaesOaep(OaepHash::Sha256);
        let probe = random::secret(aes_kwp::KEY_LEN);
        let wrapped = wrap(algorithm, &self.public, probe.expose()).map_err(|_| KeyError::Stored)?;
        let unwrapped = self.unwrap(algorithm, &wrapped).map_err(|_| KeyError::Stored)?;
        if unwrapped.same_as(probe.expose()) { Ok(()) } else { Err(KeyError::Stored) }
    }

    /// Unwraps `wrapped`. What comes out is only bytes: nothing is known about them but that someone with the public
    /// key wrapped them.
    pub fn unwrap(&self, algorithm: WrappingAlgorithm, wrapped: &[u8]) -> Result<SecretBytes, UnwrapError> {
        if wrapped.len() > MAX_WRAPPED_LEN {
            return Err(UnwrapError);
        }
        match algorithm {
            WrappingAlgorithm::RsaesPkcs1V15 => self.unwrap_pkcs1(wrapped),
            WrappingAlgorithm::RsaesOaep(hash) => {
                oaep::decrypt(&self.oaep, hash, wrapped).map_err(|_| UnwrapError)
            }
            WrappingAlgorithm::RsaAesKeyWrap(hash) => {
                self.unwrap_hybrid(hash, &[aes_kwp::KEY_LEN], wrapped).map_err(|_| UnwrapError)
            }
        }
    }

    fn unwrap_pkcs1(&self, wrapped: &[u8]) -> Result<SecretBytes, UnwrapError> {
        let mut out = Zeroizing::new(vec![0; self.pkcs1.min_output_size()]);
        let len = self.pkcs1.decrypt(wrapped, &mut out).map_err(|_| UnwrapError)?.len();
        out.truncate(len);
        Ok(SecretBytes::from(out))
    }

    /// Unwraps what has been wrapped in two steps, under a temporary AES key of one of these lengths in bytes (16 and
    /// 32 are offered), and tells which step failed. Of OAEP's own it tells nothing more: neither its padding nor the
    /// length of what it held, but that it is none of those.
    ///
    /// A failed first step goes on with a random key, so that both failures cost the same.
    pub fn unwrap_hybrid(
        &self,
        hash: OaepHash,
        key_lengths: &[usize],
        wrapped: &[u8],
    ) -> Result<SecretBytes, HybridError> {
        if wrapped.len() > MAX_WRAPPED_LEN {
            return Err(HybridError::Block);
        }
        let (block, wrapped_material) =
            wrapped.split_at_checked(self.bits.bytes()).ok_or(HybridError::Block)?;
        if wrapped_material.is_empty() {
            return Err(HybridError::MaterialMissing);
        }
        let substitute = random::secret(aes_kwp::KEY_LEN);
        let key = match oaep::decrypt(&self.oaep, hash, block) {
            Err(_) => Err(HybridError::Block),
            Ok(key) if !key_lengths.contains(&key.len()) => Err(HybridError::KeyLength),
            Ok(key) => Ok(key),
        };
        let material = aes_kwp::unwrap(key.as_ref().unwrap_or(&substitute), wrapped_material);
        key.and_then(|_| material.map_err(|_| HybridError::Material))
    }
}
