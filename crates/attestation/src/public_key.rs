//! The key that answers are encrypted to.

use der::asn1::{AnyRef, BitStringRef, ObjectIdentifier, UintRef};
use der::{Decode, Sequence};
use spki::SubjectPublicKeyInfo;

use crate::Error;
use crate::limits::RSA_BITS;

/// `rsaEncryption` (RFC 8017, appendix C).
const RSA_ENCRYPTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
/// Longest public exponent in bytes: none that is in use is longer than 32 bits.
const MAX_EXPONENT: usize = 4;
/// Smallest public exponent (RFC 8017, 3.1).
const MIN_EXPONENT: u8 = 3;

/// RFC 8017, A.1.1.
#[derive(Sequence)]
struct RsaPublicKey<'a> {
    modulus: UintRef<'a>,
    exponent: UintRef<'a>,
}

/// That `spki` is a DER SubjectPublicKeyInfo with an RSA key of a size that is taken.
pub(crate) fn check(spki: &[u8]) -> Result<(), Error> {
    match is_fit(spki) {
        Ok(true) => Ok(()),
        _ => Err(Error::UnfitPublicKey),
    }
}

fn is_fit(spki: &[u8]) -> der::Result<bool> {
    let info = SubjectPublicKeyInfo::<AnyRef<'_>, BitStringRef<'_>>::from_der(spki).map_err(|_| unfit())?;
    let is_rsa = info.algorithm.oid == RSA_ENCRYPTION && info.algorithm.parameters == Some(AnyRef::NULL);
    let key = RsaPublicKey::from_der(info.subject_public_key.as_bytes().ok_or_else(unfit)?)?;
    let (modulus, exponent) = (key.modulus.as_bytes(), key.exponent.as_bytes());
    let leading_zeros = modulus.first().map_or(0, |byte| byte.leading_zeros() as usize);
    let bits = (modulus.len() * 8).saturating_sub(leading_zeros);
    let exponent_is_fit = match exponent {
        [only] => only % 2 == 1 && *only >= MIN_EXPONENT,
        [first, .., last] => *first != 0 && last % 2 == 1 && exponent.len() <= MAX_EXPONENT,
        [] => false,
    };
    let modulus_is_odd = modulus.last().is_some_and(|byte| byte % 2 == 1);
    Ok(is_rsa && RSA_BITS.contains(&bits) && modulus_is_odd && exponent_is_fit)
}

fn unfit() -> der::Error {
    der::ErrorKind::Failed.into()
}
