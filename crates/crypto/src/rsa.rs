//! RSA keys of the API: PSS and PKCS#1 v1.5 signatures, OAEP encryption.
//!
//! The private operation is blinded by AWS-LC. Objects for verifying, encrypting and decrypting are made at first
//! use and kept, because a key does one of these all its life.

mod import;

use std::sync::OnceLock;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::{
    KeyPair, KeySize, OaepPrivateDecryptingKey, OaepPublicEncryptingKey, PrivateDecryptingKey,
    PublicEncryptingKey,
};
use aws_lc_rs::signature::{self, KeyPair as _, ParsedPublicKey, RsaParameters, RsaSignatureEncoding};
use thiserror::Error;

use crate::fatal::or_abort;
use crate::material::KeyError;
use crate::oaep;
pub use crate::oaep::OaepHash;
use crate::pkcs8::PrivateKey;
use crate::prepared::prepared;
use crate::secret::SecretBytes;
use crate::signing::{Hash, Message, SignError, SigningAlgorithm};
use crate::spec::RsaBits;

/// Why RSA encryption or decryption was not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RsaError {
    /// The plaintext does not fit under the modulus.
    #[error("the plaintext is too long: this key and algorithm encrypt at most {max} bytes")]
    TooLong {
        /// Longest plaintext in bytes.
        max: usize,
    },
    /// Not an RSA key.
    #[error("the key is not an RSA key")]
    WrongKey,
    /// The ciphertext was not made with this key and algorithm. Why is not said, on purpose.
    #[error("the ciphertext does not decrypt with this key and algorithm")]
    Decryption,
    /// The library failed although all was in order.
    #[error("the plaintext could not be encrypted")]
    Failed,
}

/// An RSA key pair with public exponent 65537 and two primes.
pub struct RsaKey {
    bits: RsaBits,
    pair: KeyPair,
    public: Vec<u8>,
    ready: Box<Ready>,
}

#[derive(Default)]
struct Ready {
    pss: PerHash,
    pkcs1: PerHash,
    encryptor: OnceLock<OaepPublicEncryptingKey>,
    decryptor: OnceLock<OaepPrivateDecryptingKey>,
}

/// The library ties a parsed public key to one algorithm.
#[derive(Default)]
struct PerHash {
    sha256: OnceLock<ParsedPublicKey>,
    sha384: OnceLock<ParsedPublicKey>,
    sha512: OnceLock<ParsedPublicKey>,
}

impl PerHash {
    fn get(&self, hash: Hash) -> &OnceLock<ParsedPublicKey> {
        match hash {
            Hash::Sha256 => &self.sha256,
            Hash::Sha384 => &self.sha384,
            Hash::Sha512 => &self.sha512,
        }
    }
}

impl RsaKey {
    pub(crate) fn generate(bits: RsaBits) -> Result<Self, KeyError> {
        let pair = KeyPair::generate(key_size(bits)).map_err(|_| KeyError::Generation)?;
        Self::new(bits, pair).ok_or(KeyError::Generation)
    }

    pub(crate) fn from_pkcs8(bits: RsaBits, pkcs8: &SecretBytes) -> Result<Self, KeyError> {
        // The library does not look behind the end of the document.
        PrivateKey::parse(pkcs8.expose()).map_err(|_| KeyError::Stored)?;
        let pair = KeyPair::from_pkcs8(pkcs8.expose()).map_err(|_| KeyError::Stored)?;
        Self::new(bits, pair).ok_or(KeyError::Stored)
    }

    /// `None` if the modulus is not of this size.
    fn new(bits: RsaBits, pair: KeyPair) -> Option<Self> {
        let der: PublicKeyX509Der<'_> = pair.public_key().as_der().ok()?;
        let public = der.as_ref().to_vec();
        (pair.public_modulus_len() == bits.bytes()).then(|| Self {
            bits,
            pair,
            public,
            ready: Box::default(),
        })
    }

    pub(crate) fn bits(&self) -> RsaBits {
        self.bits
    }

    pub(crate) fn public_key(&self) -> &[u8] {
        &self.public
    }

    pub(crate) fn to_pkcs8(&self) -> SecretBytes {
        let der: Pkcs8V1Der<'_> = or_abort(self.pair.as_der(), "encoding an RSA key");
        SecretBytes::copy_of(der.as_ref())
    }

    pub(crate) fn sign(
        &self,
        algorithm: SigningAlgorithm,
        message: Message<'_>,
    ) -> Result<Vec<u8>, SignError> {
        let (hash, encoding) = signing_encoding(algorithm)?;
        let digest = message.digest(hash)?;
        let mut signature = vec![0; self.bits.bytes()];
        self.pair.sign_digest(encoding, &digest, &mut signature).map_err(|_| SignError::Failed)?;
        Ok(signature)
    }

    pub(crate) fn verify(
        &self,
        algorithm: SigningAlgorithm,
        message: Message<'_>,
        signature: &[u8],
    ) -> Result<(), SignError> {
        let (hash, parameters) = verifying_parameters(algorithm)?;
        let digest = message.digest(hash)?;
        let family =
            if matches!(algorithm, SigningAlgorithm::Pss(_)) { &self.ready.pss } else { &self.ready.pkcs1 };
        prepared(family.get(hash), || ParsedPublicKey::new(parameters, &self.public))
            .map_err(|_| SignError::Failed)?
            .verify_digest_sig(&digest, signature)
            .map_err(|_| SignError::Invalid)
    }

    pub(crate) fn encrypt(&self, hash: OaepHash, plaintext: &[u8]) -> Result<Vec<u8>, RsaError> {
        let max = hash.capacity(self.bits.bytes());
        if plaintext.len() > max {
            return Err(RsaError::TooLong { max });
        }
        let key = prepared(&self.ready.encryptor, || {
            let public = PublicEncryptingKey::from_der(&self.public).map_err(|_| RsaError::Failed)?;
            OaepPublicEncryptingKey::new(public).map_err(|_| RsaError::Failed)
        })?;
        oaep::encrypt(key, hash, plaintext).map_err(|_| RsaError::Failed)
    }

    pub(crate) fn decrypt(&self, hash: OaepHash, ciphertext: &[u8]) -> Result<SecretBytes, RsaError> {
        let key = prepared(&self.ready.decryptor, || {
            let private =
                PrivateDecryptingKey::from_pkcs8(self.to_pkcs8().expose()).map_err(|_| RsaError::Failed)?;
            OaepPrivateDecryptingKey::new(private).map_err(|_| RsaError::Failed)
        })?;
        oaep::decrypt(key, hash, ciphertext).map_err(|_| RsaError::Decryption)
    }
}

pub(crate) fn key_size(bits: RsaBits) -> KeySize {
    match bits {
        RsaBits::B2048 => KeySize::Rsa2048,
        RsaBits::B3072 => KeySize::Rsa3072,
        RsaBits::B4096 => KeySize::Rsa4096,
    }
}

fn signing_encoding(algorithm: SigningAlgorithm) -> Result<(Hash, &'static RsaSignatureEncoding), SignError> {
    use SigningAlgorithm::{Pkcs1V15, Pss};
    Ok(match algorithm {
        Pss(hash @ Hash::Sha256) => (hash, &signature::RSA_PSS_SHA256),
        Pss(hash @ Hash::Sha384) => (hash, &signature::RSA_PSS_SHA384),
        Pss(hash @ Hash::Sha512) => (hash, &signature::RSA_PSS_SHA512),
        Pkcs1V15(hash @ Hash::Sha256) => (hash, &signature::RSA_PKCS1_SHA256),
        Pkcs1V15(hash @ Hash::Sha384) => (hash, &signature::RSA_PKCS1_SHA384),
        Pkcs1V15(hash @ Hash::Sha512) => (hash, &signature::RSA_PKCS1_SHA512),
        _ => return Err(SignError::WrongAlgorithm),
    })
}

pub(crate) fn verifying_parameters(
    algorithm: SigningAlgorithm,
) -> Result<(Hash, &'static RsaParameters), SignError> {
    use SigningAlgorithm::{Pkcs1V15, Pss};
    Ok(match algorithm {
        Pss(hash @ Hash::Sha256) => (hash, &signature::RSA_PSS_2048_8192_SHA256),
        Pss(hash @ Hash::Sha384) => (hash, &signature::RSA_PSS_2048_8192_SHA384),
        Pss(hash @ Hash::Sha512) => (hash, &signature::RSA_PSS_2048_8192_SHA512),
        Pkcs1V15(hash @ Hash::Sha256) => (hash, &signature::RSA_PKCS1_2048_8192_SHA256),
        Pkcs1V15(hash @ Hash::Sha384) => (hash, &signature::RSA_PKCS1_2048_8192_SHA384),
        Pkcs1V15(hash @ Hash::Sha512) => (hash, &signature::RSA_PKCS1_2048_8192_SHA512),
        _ => return Err(SignError::WrongAlgorithm),
    })
}
