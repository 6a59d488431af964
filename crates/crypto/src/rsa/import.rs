//! The checks an RSA private key passes before it becomes a key here.
//!
//! AWS-LC checks that the numbers fit together. What it does not check, and what would make a key that signs but
//! protects nothing, is checked here: that the factors are prime, of equal length and not next to each other.

use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::KeyPair as _;
use const_oid::db::rfc5912::RSA_ENCRYPTION;

use super::RsaKey;
use crate::fatal::or_abort;
use crate::fields::{Fields, INTEGER, unsigned};
use crate::pkcs8::{Parameters, PrivateKey};
use crate::refusal::MaterialError;
use crate::secret::SecretBytes;
use crate::spec::RsaBits;
use crate::{ber, ffi};

/// The only public exponent taken: 65537, the one AWS KMS generates and FIPS 186-5 starts from.
const PUBLIC_EXPONENT: &[u8] = &[1, 0, 1];
/// The primes must differ by more than 2 to the power of half the modulus length less this (FIPS 186-5 A.1.3).
const DISTANCE_BITS: usize = 100;

impl RsaKey {
    /// Takes a two-prime PKCS#8 key in BER or DER with the modulus size of the spec.
    pub(crate) fn import(bits: RsaBits, document: &SecretBytes) -> Result<Self, MaterialError> {
        let der = ber::to_der(document.expose())?;
        let outer = PrivateKey::parse(der.expose())?;
        if outer.algorithm != RSA_ENCRYPTION {
            return Err(MaterialError::WrongAlgorithm);
        }
        if !matches!(outer.parameters, Parameters::Null | Parameters::Absent) {
            return Err(MaterialError::Encoding);
        }
        let inner = ber::to_der(outer.key)?;
        let numbers = Numbers::parse(inner.expose())?;
        numbers.check_sizes(bits)?;
        let pair = KeyPair::from_der(inner.expose()).map_err(|_| MaterialError::Inconsistent)?;
        outer.public_must_be(pair.public_key().as_ref())?;
        numbers.check_primes()?;
        Self::new(bits, pair).ok_or(MaterialError::Inconsistent)
    }
}

/// The numbers of an `RSAPrivateKey` (RFC 8017 A.1.2) that are looked at here.
struct Numbers<'a> {
    modulus: &'a [u8],
    public_exponent: &'a [u8],
    p: &'a [u8],
    q: &'a [u8],
}

impl<'a> Numbers<'a> {
    fn parse(der: &'a [u8]) -> Result<Self, MaterialError> {
        let mut fields = Fields::of_sequence(der)?;
        let mut number = || unsigned(fields.next(INTEGER)?);
        match number()? {
            [] => {}
            [1] => return Err(MaterialError::MultiPrime),
            _ => return Err(MaterialError::Encoding),
        }
        let (modulus, public_exponent, _d) = (number()?, number()?, number()?);
        let (p, q) = (number()?, number()?);
        let (_d_p, _d_q, _q_inv) = (number()?, number()?, number()?);
        fields.finish()?;
        Ok(Self { modulus, public_exponent, p, q })
    }

    fn check_sizes(&self, bits: RsaBits) -> Result<(), MaterialError> {
        let (actual, expected) = (bit_len(self.modulus), bits.bits());
        if actual != expected {
            return Err(MaterialError::ModulusSize { actual, expected });
        }
        if self.public_exponent != PUBLIC_EXPONENT {
            return Err(MaterialError::PublicExponent);
        }
        if bit_len(self.p) != expected / 2 || bit_len(self.q) != expected / 2 {
            return Err(MaterialError::PrimeSize);
        }
        let distance = distance(self.p, self.q);
        if bit_len(distance.expose()) <= expected / 2 - DISTANCE_BITS {
            return Err(MaterialError::PrimesTooClose);
        }
        Ok(())
    }

    fn check_primes(&self) -> Result<(), MaterialError> {
        let prime = |number| or_abort(ffi::is_prime(number), "a primality test");
        if prime(self.p) && prime(self.q) { Ok(()) } else { Err(MaterialError::NotPrime) }
    }
}

/// The length in bits of a number, leading zeros not counted.
fn bit_len(magnitude: &[u8]) -> usize {
    let significant = magnitude
        .iter()
        .position(|byte| *byte != 0)
        .and_then(|first| magnitude.get(first..))
        .unwrap_or_default();
    let unused = significant.first().map_or(0, |first| first.leading_zeros() as usize);
    significant.len() * 8 - unused
}

/// The difference of two numbers of the same length, whichever is larger.
fn distance(a: &[u8], b: &[u8]) -> SecretBytes {
    let (larger, smaller) = if a >= b { (a, b) } else { (b, a) };
    let mut difference = larger.to_vec();
    let mut borrow = false;
    for (digit, less) in difference.iter_mut().zip(smaller).rev() {
        let (once, under) = digit.overflowing_sub(*less);
        let (twice, under_again) = once.overflowing_sub(u8::from(borrow));
        (*digit, borrow) = (twice, under || under_again);
    }
    SecretBytes::new(difference)
}
