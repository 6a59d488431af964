//! Cryptography as types. This is the only crate that names a cryptographic library (AWS-LC); every other crate
//! sees secrets, keys, envelopes and errors.
//!
//! What must hold here:
//! - a secret lives in [`SecretBytes`] (or in a key object of the library), is wiped when dropped, and appears in
//!   no error, no `Debug` and no log;
//! - a key is parsed and checked once, when it becomes [`Material`] or a [`WrappingKey`]; operations cannot meet an
//!   unchecked key;
//! - errors of decryption say nothing of the reason;
//! - `unsafe` is confined to one module of foreign calls, each call with its reason and a vector test.

mod aead;
mod agreement;
mod ber;
pub mod cms;
pub mod digest;
mod ecc;
mod ed25519;
pub mod envelope;
mod fatal;
#[expect(unsafe_code, reason = "four primitives of AWS-LC have no safe wrapper in aws-lc-rs")]
mod ffi;
mod fields;
mod hmac_key;
pub mod mac;
pub mod material;
mod ml_dsa;
mod ml_kem;
mod oaep;
pub mod password;
pub mod pem;
pub mod pkcs8;
mod prepared;
pub mod random;
mod refusal;
mod rsa;
pub mod sealing;
pub mod secret;
pub mod signing;
pub mod spec;
mod symmetric;
#[cfg(test)]
mod tests;
pub mod wrapping;

pub use aead::OpenError;
pub use agreement::AgreementError;
pub use cms::{CmsError, enveloped_data};
pub use digest::sha256;
pub use ecc::EccKey;
pub use ed25519::Ed25519Key;
pub use envelope::{Content, Envelope, EnvelopeError, EnvelopeHeader, encode_context};
pub use hmac_key::HmacKey;
pub use mac::hmac_sha256;
pub use material::{KeyError, KeyPair, Material, MaterialError};
pub use ml_dsa::MlDsaKey;
pub use ml_kem::{KemError, MlKemKey};
pub use pem::{PemError, pem_to_der};
pub use pkcs8::to_pkcs8;
pub use rsa::{OaepHash, RsaError, RsaKey};
pub use sealing::SealingKey;
pub use secret::{SecretBytes, constant_time_eq};
pub use signing::{Hash, Message, SignError, SigningAlgorithm};
pub use spec::{Curve, HmacHash, KeySpec, MlDsaSet, MlKemSet, RsaBits};
pub use symmetric::SymmetricKey;
pub use wrapping::{HybridError, UnwrapError, WrapError, WrappingAlgorithm, WrappingKey, wrap};
