//! Key material of any kind, checked and ready for use.

use thiserror::Error;

use crate::agreement::AgreementError;
use crate::ecc::EccKey;
use crate::ed25519::Ed25519Key;
use crate::hmac_key::HmacKey;
use crate::ml_dsa::MlDsaKey;
use crate::ml_kem::{KemError, MlKemKey};
pub use crate::refusal::MaterialError;
use crate::rsa::{OaepHash, RsaError, RsaKey};
use crate::secret::SecretBytes;
use crate::signing::{Message, SignError, SigningAlgorithm};
use crate::spec::KeySpec;
use crate::symmetric::SymmetricKey;

/// Key material, parsed once. Every operation uses the parsed object, so keep the value rather than its bytes.
pub enum Material {
    /// AES-256 for envelopes.
    Symmetric(SymmetricKey),
    /// HMAC.
    Hmac(HmacKey),
    /// RSA, for signatures or OAEP.
    Rsa(RsaKey),
    /// ECDSA or ECDH.
    Ecc(EccKey),
    /// Ed25519.
    Ed25519(Ed25519Key),
    /// ML-DSA.
    MlDsa(MlDsaKey),
    /// ML-KEM.
    MlKem(MlKemKey),
}

/// A key pair written out, for a caller who keeps it himself.
pub struct KeyPair {
    /// The private key, PKCS#8 DER: the forms of RFC 5915 with the public key, RFC 8410, and RFC 9935 with the seed.
    pub private: SecretBytes,
    /// The public key, `SubjectPublicKeyInfo` DER.
    pub public: Vec<u8>,
}

/// A key could not be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The library could not generate a key.
    #[error("a new key could not be generated")]
    Generation,
    /// Stored bytes are not a key of the spec they are said to be.
    #[error("the stored key cannot be read as a key of its spec")]
    Stored,
}

impl Material {
    /// New random material. RSA takes from a tenth of a second (2048) to seconds (4096).
    pub fn generate(spec: KeySpec) -> Result<Self, KeyError> {
        Ok(match spec {
            KeySpec::Symmetric => Self::Symmetric(SymmetricKey::generate()),
            KeySpec::Hmac(hash) => Self::Hmac(HmacKey::generate(hash)),
            KeySpec::Rsa(bits) => Self::Rsa(RsaKey::generate(bits)?),
            KeySpec::Ecc(curve) => Self::Ecc(EccKey::generate(curve)?),
            KeySpec::Ed25519 => Self::Ed25519(Ed25519Key::generate()?),
            KeySpec::MlDsa(set) => Self::MlDsa(MlDsaKey::generate(set)?),
            KeySpec::MlKem(set) => Self::MlKem(MlKemKey::generate(set)?),
        })
    }

    /// Material brought from outside: raw bytes for symmetric (32) and HMAC (digest length to 128), PKCS#8 in DER or
    /// BER for pairs. An RSA import tests two primes: from a tenth of a second (2048) to about one second (4096).
    pub fn import(spec: KeySpec, plaintext: &SecretBytes) -> Result<Self, MaterialError> {
        Ok(match spec {
            KeySpec::Symmetric => Self::Symmetric(SymmetricKey::import(plaintext)?),
            KeySpec::Hmac(hash) => Self::Hmac(HmacKey::import(hash, plaintext)?),
            KeySpec::Rsa(bits) => Self::Rsa(RsaKey::import(bits, plaintext)?),
            KeySpec::Ecc(curve) => Self::Ecc(EccKey::import(curve, plaintext)?),
            KeySpec::Ed25519 => Self::Ed25519(Ed25519Key::import(plaintext)?),
            KeySpec::MlDsa(set) => Self::MlDsa(MlDsaKey::import(set, plaintext)?),
            KeySpec::MlKem(_) => return Err(MaterialError::NotImportable),
        })
    }

    /// The form to store: raw bytes for symmetric and HMAC keys, PKCS#8 DER for pairs. However a key was encoded when
    /// it came, it is stored in one way.
    pub fn to_bytes(&self) -> SecretBytes {
        match self {
            Self::Symmetric(key) => SecretBytes::copy_of(key.secret().expose()),
            Self::Hmac(key) => SecretBytes::copy_of(key.secret().expose()),
            Self::Rsa(key) => key.to_pkcs8(),
            Self::Ecc(key) => key.to_pkcs8(),
            Self::Ed25519(key) => key.to_pkcs8(),
            Self::MlDsa(key) => key.to_pkcs8(),
            Self::MlKem(key) => key.to_pkcs8(),
        }
    }

    /// Reads what [`Self::to_bytes`] gave. The bytes must come from sealed storage: costly checks made at import are
    /// not repeated.
    pub fn from_bytes(spec: KeySpec, bytes: &SecretBytes) -> Result<Self, KeyError> {
        match spec {
            KeySpec::Rsa(bits) => RsaKey::from_pkcs8(bits, bytes).map(Self::Rsa),
            KeySpec::MlKem(set) => MlKemKey::from_pkcs8(set, bytes).map(Self::MlKem),
            _ => Self::import(spec, bytes).map_err(|_| KeyError::Stored),
        }
    }

    /// The spec of this key.
    pub fn spec(&self) -> KeySpec {
        match self {
            Self::Symmetric(_) => KeySpec::Symmetric,
            Self::Hmac(key) => KeySpec::Hmac(key.hash()),
            Self::Rsa(key) => KeySpec::Rsa(key.bits()),
            Self::Ecc(key) => KeySpec::Ecc(key.curve()),
            Self::Ed25519(_) => KeySpec::Ed25519,
            Self::MlDsa(key) => KeySpec::MlDsa(key.set()),
            Self::MlKem(key) => KeySpec::MlKem(key.set()),
        }
    }

    /// The public key as `SubjectPublicKeyInfo` DER; `None` for keys that have none.
    pub fn public_key(&self) -> Option<&[u8]> {
        match self {
            Self::Symmetric(_) | Self::Hmac(_) => None,
            Self::Rsa(key) => Some(key.public_key()),
            Self::Ecc(key) => Some(key.public_key()),
            Self::Ed25519(key) => Some(key.public_key()),
            Self::MlDsa(key) => Some(key.public_key()),
            Self::MlKem(key) => Some(key.public_key()),
        }
    }

    /// Both halves of a pair; `None` for keys that are no pairs.
    pub fn key_pair(&self) -> Option<KeyPair> {
        self.public_key().map(|public| KeyPair { private: self.to_bytes(), public: public.to_vec() })
    }

    /// What tells two materials of one spec apart: the public key of a pair, otherwise the key itself, **which is
    /// secret**: use it as input of a keyed hash only.
    pub fn identity(&self) -> &[u8] {
        match self {
            Self::Symmetric(key) => key.secret().expose(),
            Self::Hmac(key) => key.secret().expose(),
            pair => pair.public_key().unwrap_or_default(),
        }
    }

    /// Signs. ECDSA signatures are ASN.1 DER; all others are as long as the key prescribes.
    pub fn sign(&self, algorithm: SigningAlgorithm, message: Message<'_>) -> Result<Vec<u8>, SignError> {
        match self {
            Self::Rsa(key) => key.sign(algorithm, message),
            Self::Ecc(key) => key.sign(algorithm, message),
            Self::Ed25519(key) => key.sign(algorithm, message),
            Self::MlDsa(key) => key.sign(algorithm, message),
            Self::Symmetric(_) | Self::Hmac(_) | Self::MlKem(_) => Err(SignError::WrongAlgorithm),
        }
    }

    /// Checks a signature; [`SignError::Invalid`] if it is not one.
    pub fn verify(
        &self,
        algorithm: SigningAlgorithm,
        message: Message<'_>,
        signature: &[u8],
    ) -> Result<(), SignError> {
        match self {
            Self::Rsa(key) => key.verify(algorithm, message, signature),
            Self::Ecc(key) => key.verify(algorithm, message, signature),
            Self::Ed25519(key) => key.verify(algorithm, message, signature),
            Self::MlDsa(key) => key.verify(algorithm, message, signature),
            Self::Symmetric(_) | Self::Hmac(_) | Self::MlKem(_) => Err(SignError::WrongAlgorithm),
        }
    }

    /// Encrypts with RSA-OAEP.
    pub fn encrypt(&self, hash: OaepHash, plaintext: &[u8]) -> Result<Vec<u8>, RsaError> {
        self.as_rsa()?.encrypt(hash, plaintext)
    }

    /// Decrypts with RSA-OAEP.
    pub fn decrypt(&self, hash: OaepHash, ciphertext: &[u8]) -> Result<SecretBytes, RsaError> {
        self.as_rsa()?.decrypt(hash, ciphertext)
    }

    /// The raw shared secret with the holder of `peer`, a public key in `SubjectPublicKeyInfo` DER on the same curve:
    /// the x coordinate in 32, 48 or 66 bytes. P-256, P-384 and P-521 only.
    pub fn agree(&self, peer: &[u8]) -> Result<SecretBytes, AgreementError> {
        match self {
            Self::Ecc(key) => key.agree(peer),
            _ => Err(AgreementError::WrongKey),
        }
    }

    /// Makes a fresh shared secret of 32 bytes and the ML-KEM ciphertext that carries it.
    pub fn encapsulate(&self) -> Result<(Vec<u8>, SecretBytes), KemError> {
        self.as_ml_kem()?.encapsulate()
    }

    /// The shared secret of 32 bytes that an ML-KEM ciphertext carries.
    pub fn decapsulate(&self, ciphertext: &[u8]) -> Result<SecretBytes, KemError> {
        self.as_ml_kem()?.decapsulate(ciphertext)
    }

    /// The MAC of `message`; `None` if this is no HMAC key.
    pub fn mac(&self, message: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Hmac(key) => Some(key.mac(message)),
            _ => None,
        }
    }

    /// Compares `mac` with the MAC of `message` in constant time; false if this is no HMAC key.
    pub fn verify_mac(&self, message: &[u8], mac: &[u8]) -> bool {
        matches!(self, Self::Hmac(key) if key.verify(message, mac))
    }

    /// The symmetric key, if this is one.
    pub fn as_symmetric(&self) -> Option<&SymmetricKey> {
        match self {
            Self::Symmetric(key) => Some(key),
            _ => None,
        }
    }

    fn as_rsa(&self) -> Result<&RsaKey, RsaError> {
        match self {
            Self::Rsa(key) => Ok(key),
            _ => Err(RsaError::WrongKey),
        }
    }

    fn as_ml_kem(&self) -> Result<&MlKemKey, KemError> {
        match self {
            Self::MlKem(key) => Ok(key),
            _ => Err(KemError::WrongKey),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Curve, Hash, HmacHash};

    #[test]
    fn a_key_does_only_what_its_kind_does() {
        let symmetric = Material::generate(KeySpec::Symmetric).unwrap();
        let hmac = Material::generate(KeySpec::Hmac(HmacHash::Sha256)).unwrap();
        let pair = Material::generate(KeySpec::Ecc(Curve::P256)).unwrap();
        let algorithm = SigningAlgorithm::Ecdsa(Hash::Sha256);
        let mac = hmac.mac(b"message").unwrap();
        assert!(hmac.verify_mac(b"message", &mac));
        assert!(!hmac.verify_mac(b"another", &mac));
        assert!(!hmac.verify_mac(b"message", &mac[..16]));
        assert!(symmetric.as_symmetric().is_some());
        for other in [&symmetric, &pair] {
            assert_eq!(other.mac(b"message"), None);
            assert!(!other.verify_mac(b"message", &mac));
        }
        for other in [&symmetric, &hmac] {
            assert_eq!(other.sign(algorithm, Message::Raw(b"")), Err(SignError::WrongAlgorithm));
            assert_eq!(other.verify(algorithm, Message::Raw(b""), b""), Err(SignError::WrongAlgorithm));
            assert_eq!(other.public_key(), None);
            assert!(other.key_pair().is_none());
            assert_eq!(other.agree(pair.public_key().unwrap()).err(), Some(AgreementError::WrongKey));
        }
        for other in [&hmac, &pair] {
            assert!(other.as_symmetric().is_none());
            assert_eq!(other.encrypt(OaepHash::Sha256, b""), Err(RsaError::WrongKey));
            assert_eq!(other.encapsulate().err(), Some(KemError::WrongKey));
            assert_eq!(other.decapsulate(&[0; 1088]).err(), Some(KemError::WrongKey));
        }
    }
}
