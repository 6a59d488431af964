//! Elliptic curve Diffie-Hellman with static keys (NIST SP 800-56A, 5.7.1.2): the shared secret is the x coordinate,
//! as long as the field, and needs a key derivation before it is a key.
//!
//! The peer's key comes from anyone. It is taken apart here and must be exactly one DER `SubjectPublicKeyInfo` that
//! names the same curve as the private key; the library then checks that the point lies on that curve. The private
//! key is not touched before.

use aws_lc_rs::agreement::{
    self, Algorithm, ECDH_P256, ECDH_P384, ECDH_P521, ParsedPublicKey, PrivateKey, UnparsedPublicKey,
};
use const_oid::db::rfc5912::ID_EC_PUBLIC_KEY;
use der::Decode as _;
use spki::SubjectPublicKeyInfoRef;
use thiserror::Error;

use crate::secret::SecretBytes;
use crate::spec::Curve;

/// Why no shared secret was derived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AgreementError {
    /// The own key is not one for key agreement.
    #[error("the key is not an elliptic curve key on P-256, P-384 or P-521")]
    WrongKey,
    /// The peer's key is no `SubjectPublicKeyInfo` in DER, or has extra bytes.
    #[error("the peer's public key is not a DER-encoded SubjectPublicKeyInfo")]
    PeerEncoding,
    /// The peer's key is one of another algorithm.
    #[error("the peer's public key is not an elliptic curve key")]
    PeerAlgorithm,
    /// The peer's key names another curve than the own key's, or spells out its curve.
    #[error("the peer's public key is not on the named curve of the private key")]
    PeerCurve,
    /// The peer's point is not on the curve, is the point at infinity, or is written in a form that RFC 5480 forbids.
    #[error("the peer's public key is not a point on its curve")]
    PeerPoint,
    /// The library failed although all was in order.
    #[error("the shared secret could not be derived")]
    Failed,
}

/// The private half of one agreement key.
pub(crate) struct Agreement {
    curve: Curve,
    algorithm: &'static Algorithm,
    private: PrivateKey,
}

impl Agreement {
    /// Takes the scalar in as many bytes as the curve's field.
    pub(crate) fn new(curve: Curve, scalar: &[u8]) -> Result<Self, AgreementError> {
        let algorithm = algorithm(curve).ok_or(AgreementError::WrongKey)?;
        let private = PrivateKey::from_private_key(algorithm, scalar).map_err(|_| AgreementError::Failed)?;
        Ok(Self { curve, algorithm, private })
    }

    pub(crate) fn with(&self, peer: &[u8]) -> Result<SecretBytes, AgreementError> {
        let point = UnparsedPublicKey::new(self.algorithm, point(self.curve, peer)?);
        let peer = ParsedPublicKey::try_from(point).map_err(|_| AgreementError::PeerPoint)?;
        agreement::agree(&self.private, peer, AgreementError::Failed, |secret| {
            Ok(SecretBytes::copy_of(secret))
        })
    }
}

/// AWS KMS agrees on the NIST curves only.
fn algorithm(curve: Curve) -> Option<&'static Algorithm> {
    match curve {
        Curve::P256 => Some(&ECDH_P256),
        Curve::P384 => Some(&ECDH_P384),
        Curve::P521 => Some(&ECDH_P521),
        Curve::K256 => None,
    }
}

/// The point inside a public key on this curve, compressed or not.
fn point(curve: Curve, public_key: &[u8]) -> Result<&[u8], AgreementError> {
    let document = SubjectPublicKeyInfoRef::from_der(public_key).map_err(|_| AgreementError::PeerEncoding)?;
    if document.algorithm.oid != ID_EC_PUBLIC_KEY {
        return Err(AgreementError::PeerAlgorithm);
    }
    if document.algorithm.parameters_oid() != Ok(curve.oid()) {
        return Err(AgreementError::PeerCurve);
    }
    let point = document.subject_public_key.as_bytes().ok_or(AgreementError::PeerEncoding)?;
    // SEC 1 2.3.3: 2 and 3 are compressed, 4 is not; 0 is infinity, and 6 and 7 are forbidden by RFC 5480 2.2.
    match point.first() {
        Some(2..=4) => Ok(point),
        _ => Err(AgreementError::PeerPoint),
    }
}
