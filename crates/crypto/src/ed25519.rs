//! Ed25519 keys of the API: pure Ed25519, and Ed25519ph as AWS KMS does it.

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, ParsedPublicKey};
use const_oid::db::rfc8410::ID_ED_25519;
use zeroize::Zeroizing;

use crate::ber;
use crate::digest::sha512;
use crate::ffi::{self, PREHASH_LEN};
use crate::fields::{Fields, OCTET_STRING};
use crate::material::KeyError;
use crate::pkcs8::{self, Parameters, PrivateKey};
use crate::random;
use crate::refusal::MaterialError;
use crate::secret::SecretBytes;
use crate::signing::{Message, SignError, SigningAlgorithm};

/// Length of seed and public key.
const KEY_LEN: usize = 32;
const SIGNATURE_LEN: usize = 64;

/// An Ed25519 key pair.
pub struct Ed25519Key {
    pair: Ed25519KeyPair,
    /// The seed followed by the public key, as the foreign call takes it.
    seed_and_public: Zeroizing<[u8; 2 * KEY_LEN]>,
    public_raw: [u8; KEY_LEN],
    public: Vec<u8>,
    verifier: ParsedPublicKey,
}

impl Ed25519Key {
    pub(crate) fn generate() -> Result<Self, KeyError> {
        Self::from_seed(random::secret(KEY_LEN).expose()).ok_or(KeyError::Generation)
    }

    /// Takes a PKCS#8 key of RFC 8410, version 1 or 2; a public key that is present must belong to the seed.
    pub(crate) fn import(document: &SecretBytes) -> Result<Self, MaterialError> {
        let der = ber::to_der(document.expose())?;
        let outer = PrivateKey::parse(der.expose())?;
        if outer.algorithm != ID_ED_25519 {
            return Err(MaterialError::WrongAlgorithm);
        }
        if outer.parameters != Parameters::Absent {
            return Err(MaterialError::Encoding);
        }
        let inner = ber::to_der(outer.key)?;
        let seed = Fields::of(inner.expose()).next(OCTET_STRING)?;
        if seed.len() != KEY_LEN {
            return Err(MaterialError::Encoding);
        }
        let key = Self::from_seed(seed).ok_or(MaterialError::Inconsistent)?;
        outer.public_must_be(&key.public_raw)?;
        Ok(key)
    }

    fn from_seed(seed: &[u8]) -> Option<Self> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).ok()?;
        let public_raw: [u8; KEY_LEN] = pair.public_key().as_ref().try_into().ok()?;
        let mut seed_and_public = Zeroizing::new([0; 2 * KEY_LEN]);
        for (slot, byte) in seed_and_public.iter_mut().zip(seed.iter().chain(&public_raw)) {
            *slot = *byte;
        }
        let public = pkcs8::encode_public(ID_ED_25519, &public_raw);
        let verifier = ParsedPublicKey::new(&ED25519, public_raw).ok()?;
        Some(Self { pair, seed_and_public, public_raw, public, verifier })
    }

    pub(crate) fn public_key(&self) -> &[u8] {
        &self.public
    }

    pub(crate) fn to_pkcs8(&self) -> SecretBytes {
        // CurvePrivateKey of RFC 8410 is an OCTET STRING inside the OCTET STRING of PKCS#8.
        let mut inner = Zeroizing::new(Vec::with_capacity(2 + KEY_LEN));
        inner.extend_from_slice(&[OCTET_STRING, 32]);
        inner.extend(self.seed_and_public.iter().take(KEY_LEN));
        pkcs8::encode(ID_ED_25519, Parameters::Absent, &inner)
    }

    pub(crate) fn sign(
        &self,
        algorithm: SigningAlgorithm,
        message: Message<'_>,
    ) -> Result<Vec<u8>, SignError> {
        match input(algorithm, message)? {
            Input::Message(message) => {
                let signature = self.pair.try_sign(message).map_err(|_| SignError::Failed)?;
                Ok(signature.as_ref().to_vec())
            }
            Input::Prehash(digest) => ffi::ed25519ph_sign(&self.seed_and_public, &digest)
                .map(|signature| signature.to_vec())
                .map_err(|_| SignError::Failed),
        }
    }

    pub(crate) fn verify(
        &self,
        algorithm: SigningAlgorithm,
        message: Message<'_>,
        signature: &[u8],
    ) -> Result<(), SignError> {
        let valid = match input(algorithm, message)? {
            Input::Message(message) => self.verifier.verify_sig(message, signature).is_ok(),
            Input::Prehash(digest) => <&[u8; SIGNATURE_LEN]>::try_from(signature)
                .is_ok_and(|signature| ffi::ed25519ph_verify(&self.public_raw, &digest, signature)),
        };
        if valid { Ok(()) } else { Err(SignError::Invalid) }
    }
}

enum Input<'a> {
    Message(&'a [u8]),
    Prehash([u8; PREHASH_LEN]),
}

fn input(algorithm: SigningAlgorithm, message: Message<'_>) -> Result<Input<'_>, SignError> {
    match (algorithm, message) {
        (SigningAlgorithm::Ed25519, Message::Raw(message)) => Ok(Input::Message(message)),
        (SigningAlgorithm::Ed25519Ph, Message::Digest(digest)) if digest.len() == PREHASH_LEN => {
            // AWS KMS hashes the digest it is given once more; see `SigningAlgorithm::Ed25519Ph`.
            Ok(Input::Prehash(sha512(digest)))
        }
        (SigningAlgorithm::Ed25519Ph, Message::Digest(_)) => {
            Err(SignError::DigestLength { expected: PREHASH_LEN })
        }
        (SigningAlgorithm::Ed25519 | SigningAlgorithm::Ed25519Ph, _) => Err(SignError::MessageType),
        _ => Err(SignError::WrongAlgorithm),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ed25519ph_hashes_the_digest_once_more() {
        let key = Ed25519Key::generate().unwrap();
        let digest = sha512(b"a message");
        let algorithm = SigningAlgorithm::Ed25519Ph;
        let signature = key.sign(algorithm, Message::Digest(&digest)).unwrap();
        let fixed: [u8; SIGNATURE_LEN] = signature.as_slice().try_into().unwrap();
        assert!(ffi::ed25519ph_verify(&key.public_raw, &sha512(&digest), &fixed));
        assert!(!ffi::ed25519ph_verify(&key.public_raw, &digest, &fixed));

        let other_digest = sha512(b"another");
        let verify = |message, signature: &[u8]| key.verify(algorithm, message, signature);
        assert_eq!(verify(Message::Digest(&digest), &signature), Ok(()));
        assert_eq!(verify(Message::Digest(&other_digest), &signature), Err(SignError::Invalid));
        assert_eq!(verify(Message::Digest(&digest), &signature[1..]), Err(SignError::Invalid));
        assert_eq!(verify(Message::Raw(&digest), &signature), Err(SignError::MessageType));
        assert_eq!(verify(Message::ExternalMu(&digest), &signature), Err(SignError::MessageType));
        let short = Err(SignError::DigestLength { expected: 64 });
        assert_eq!(verify(Message::Digest(&digest[1..]), &signature), short);
        // The two algorithms are kept apart by the prefix of RFC 8032.
        let pure = key.verify(SigningAlgorithm::Ed25519, Message::Raw(&digest), &signature);
        assert_eq!(pure, Err(SignError::Invalid));
        let other = key.sign(SigningAlgorithm::MlDsa, Message::Raw(&digest));
        assert_eq!(other, Err(SignError::WrongAlgorithm));
    }
}
