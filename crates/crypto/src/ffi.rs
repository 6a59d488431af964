//! The only foreign calls of the project: four things AWS-LC can do and aws-lc-rs does not offer.
//!
//! - Ed25519ph over a digest (the safe wrapper knows pure Ed25519 only),
//! - ML-DSA over an external mu (the safe wrapper hashes the message itself),
//! - growing an ML-KEM key from its seed (the safe wrapper takes the expanded key only),
//! - a primality test (the safe wrapper checks that an RSA key is consistent, not that its factors are prime).
//!
//! Every function here is safe to call with any arguments: lengths are in the types or checked before the call.

use std::ffi::c_int;
use std::ptr::{self, NonNull};

use aws_lc_sys as sys;

use crate::spec::MlDsaSet;

/// Length of a SHA-512 digest, the input of Ed25519ph (RFC 8032 5.1).
pub(crate) const PREHASH_LEN: usize = 64;
/// Length of mu (FIPS 204, algorithm 7).
pub(crate) const MU_LEN: usize = 64;

/// A foreign call failed for want of memory, or because an object was refused.
#[derive(Debug)]
pub(crate) struct CallFailed;

/// Signs `digest` with Ed25519ph and the empty context. `key` is the seed followed by the public key.
pub(crate) fn ed25519ph_sign(key: &[u8; 64], digest: &[u8; PREHASH_LEN]) -> Result<[u8; 64], CallFailed> {
    let mut signature = [0; 64];
    let context: &[u8] = &[];
    // SAFETY: the callee writes 64 bytes to the first argument and reads 64 from the second and third, which are
    // arrays of that length; of the context it reads zero bytes.
    let done = unsafe {
        sys::ED25519ph_sign_digest(
            signature.as_mut_ptr(),
            digest.as_ptr(),
            key.as_ptr(),
            context.as_ptr(),
            context.len(),
        )
    };
    if done == 1 { Ok(signature) } else { Err(CallFailed) }
}

/// True if `signature` is one of `digest` with Ed25519ph and the empty context.
pub(crate) fn ed25519ph_verify(public: &[u8; 32], digest: &[u8; PREHASH_LEN], signature: &[u8; 64]) -> bool {
    let context: &[u8] = &[];
    // SAFETY: the callee reads 64 bytes of digest, 64 of signature and 32 of public key, which are arrays of these
    // lengths, and zero bytes of the context.
    let valid = unsafe {
        sys::ED25519ph_verify_digest(
            digest.as_ptr(),
            signature.as_ptr(),
            public.as_ptr(),
            context.as_ptr(),
            context.len(),
        )
    };
    valid == 1
}

/// A key object of the library.
struct Key(NonNull<sys::EVP_PKEY>);

// SAFETY: the object is owned by this value alone, and it has no tie to the thread that made it.
unsafe impl Send for Key {}
// SAFETY: after construction the key is only read; the one thing the calls below change is its reference count,
// which AWS-LC counts atomically. aws-lc-rs shares the same objects on the same ground.
unsafe impl Sync for Key {}

impl Drop for Key {
    fn drop(&mut self) {
        // SAFETY: the pointer came from the library, is owned here, and is not used after this. The library wipes
        // what it frees.
        unsafe { sys::EVP_PKEY_free(self.0.as_ptr()) }
    }
}

/// Fills `expanded` with the expanded private key (FIPS 203, algorithm 16) of the ML-KEM key whose PKCS#8 document,
/// in the seed form of RFC 9935, is given. The buffer must be just as long as that key.
pub(crate) fn expand_ml_kem(document: &[u8], expanded: &mut [u8]) -> Result<(), CallFailed> {
    let mut reader = sys::CBS { data: document.as_ptr(), len: document.len() };
    // SAFETY: the callee reads no more than `len` bytes of the document, which outlives the call, and returns an
    // object of its own, or null.
    let key = unsafe { sys::EVP_parse_private_key(&raw mut reader) };
    let key = Key(NonNull::new(key).ok_or(CallFailed)?);
    let mut written = expanded.len();
    // SAFETY: the key is alive; the callee writes no more than `written` bytes, the length of the buffer.
    let done =
        unsafe { sys::EVP_PKEY_get_raw_private_key(key.0.as_ptr(), expanded.as_mut_ptr(), &raw mut written) };
    if done == 1 && written == expanded.len() { Ok(()) } else { Err(CallFailed) }
}

/// An ML-DSA key pair that signs and verifies over mu.
pub(crate) struct MuKey {
    key: Key,
    signature_len: usize,
}

impl MuKey {
    /// The key pair that grows from `seed` (FIPS 204, algorithm 6).
    pub(crate) fn from_seed(set: MlDsaSet, seed: &[u8; 32]) -> Result<Self, CallFailed> {
        // Signature lengths: FIPS 204, table 2.
        let (nid, signature_len) = match set {
            MlDsaSet::D44 => (sys::NID_MLDSA44, 2420),
            MlDsaSet::D65 => (sys::NID_MLDSA65, 3309),
            MlDsaSet::D87 => (sys::NID_MLDSA87, 4627),
        };
        // SAFETY: the callee reads `seed.len()` bytes of the seed and returns an object of its own, or null.
        let key = unsafe { sys::EVP_PKEY_pqdsa_new_raw_private_key(nid, seed.as_ptr(), seed.len()) };
        Ok(Self { key: Key(NonNull::new(key).ok_or(CallFailed)?), signature_len })
    }

    /// Signs `mu`; the randomized variant.
    pub(crate) fn sign(&self, mu: &[u8; MU_LEN]) -> Result<Vec<u8>, CallFailed> {
        let context = Operation::on(self)?;
        // SAFETY: the context is alive and belongs to this call alone.
        if unsafe { sys::EVP_PKEY_sign_init(context.0.as_ptr()) } != 1 {
            return Err(CallFailed);
        }
        let mut signature = vec![0; self.signature_len];
        let mut written = signature.len();
        // SAFETY: the callee writes no more than `written` bytes, the length of the buffer, and reads `mu.len()`
        // bytes of mu.
        let done = unsafe {
            sys::EVP_PKEY_sign(
                context.0.as_ptr(),
                signature.as_mut_ptr(),
                &raw mut written,
                mu.as_ptr(),
                mu.len(),
            )
        };
        if done == 1 && written == self.signature_len { Ok(signature) } else { Err(CallFailed) }
    }

    /// True if `signature` is one of `mu`.
    pub(crate) fn verify(&self, mu: &[u8; MU_LEN], signature: &[u8]) -> Result<bool, CallFailed> {
        let context = Operation::on(self)?;
        // SAFETY: the context is alive and belongs to this call alone.
        if unsafe { sys::EVP_PKEY_verify_init(context.0.as_ptr()) } != 1 {
            return Err(CallFailed);
        }
        // SAFETY: the callee reads the given numbers of bytes of signature and mu, the lengths of the slices.
        let valid = unsafe {
            sys::EVP_PKEY_verify(
                context.0.as_ptr(),
                signature.as_ptr(),
                signature.len(),
                mu.as_ptr(),
                mu.len(),
            )
        };
        Ok(valid == 1)
    }
}

/// The state of one operation with a key.
struct Operation(NonNull<sys::EVP_PKEY_CTX>);

impl Operation {
    fn on(key: &MuKey) -> Result<Self, CallFailed> {
        // SAFETY: the key is alive; the callee takes a reference of its own. A null engine means the default.
        let context = unsafe { sys::EVP_PKEY_CTX_new(key.key.0.as_ptr(), ptr::null_mut()) };
        NonNull::new(context).map(Self).ok_or(CallFailed)
    }
}

impl Drop for Operation {
    fn drop(&mut self) {
        // SAFETY: the pointer came from the library, is owned here, and is not used after this.
        unsafe { sys::EVP_PKEY_CTX_free(self.0.as_ptr()) }
    }
}

/// Whether the big-endian number is prime, by trial division and as many Miller-Rabin rounds with random bases as
/// the library asks for numbers an adversary may have chosen: a composite passes with probability 2^-128 at most.
pub(crate) fn is_prime(candidate: &[u8]) -> Result<bool, CallFailed> {
    let number = SecretNumber::new(candidate)?;
    let scratch = Scratch::new()?;
    let mut prime: c_int = 0;
    // SAFETY: number and scratch are alive, the result is written to a local, and a null callback means none.
    let done = unsafe {
        sys::BN_primality_test(
            &raw mut prime,
            number.0.as_ptr(),
            sys::BN_prime_checks_for_validation,
            scratch.0.as_ptr(),
            1,
            ptr::null_mut(),
        )
    };
    if done == 1 { Ok(prime == 1) } else { Err(CallFailed) }
}

struct SecretNumber(NonNull<sys::BIGNUM>);

impl SecretNumber {
    fn new(big_endian: &[u8]) -> Result<Self, CallFailed> {
        // SAFETY: the callee reads the slice's length of bytes and returns a number of its own, or null.
        let number = unsafe { sys::BN_bin2bn(big_endian.as_ptr(), big_endian.len(), ptr::null_mut()) };
        NonNull::new(number).map(Self).ok_or(CallFailed)
    }
}

impl Drop for SecretNumber {
    fn drop(&mut self) {
        // SAFETY: the pointer came from the library, is owned here, and is not used after this.
        unsafe { sys::BN_clear_free(self.0.as_ptr()) }
    }
}

struct Scratch(NonNull<sys::BN_CTX>);

impl Scratch {
    fn new() -> Result<Self, CallFailed> {
        // SAFETY: takes nothing, returns an object of its own or null.
        let scratch = unsafe { sys::BN_CTX_new() };
        NonNull::new(scratch).map(Self).ok_or(CallFailed)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // SAFETY: the pointer came from the library, is owned here, and is not used after this.
        unsafe { sys::BN_CTX_free(self.0.as_ptr()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn array<const N: usize>(text: &str) -> [u8; N] {
        hex::decode(text).unwrap().try_into().unwrap()
    }

    #[test]
    fn ed25519ph_signs_as_in_rfc_8032() {
        // RFC 8032 7.3: the message is "abc".
        let key: [u8; 64] = array(concat!(
            "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
            "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf"
        ));
        let expected: [u8; 64] = array(concat!(
            "98a70222f0b8121aa9d30f813d683f809e462b469c7ff87639499bb94e6dae41",
            "31f85042463c2a355a2003d062adf5aaa10b8c61e636062aaad11c2a26083406"
        ));
        let digest = crate::digest::sha512(b"abc");
        let signature = ed25519ph_sign(&key, &digest).unwrap();
        assert_eq!(hex::encode(signature), hex::encode(expected));
        let public: [u8; 32] = key[32..].try_into().unwrap();
        assert!(ed25519ph_verify(&public, &digest, &signature));
        for index in [0, 31, 32, 63] {
            let mut damaged = signature;
            damaged[index] ^= 1;
            assert!(!ed25519ph_verify(&public, &digest, &damaged));
        }
        assert!(!ed25519ph_verify(&public, &crate::digest::sha512(b"abd"), &signature));
    }

    #[test]
    fn a_signature_over_mu_is_one_of_that_mu_and_key_only() {
        for set in [MlDsaSet::D44, MlDsaSet::D65, MlDsaSet::D87] {
            let key = MuKey::from_seed(set, &[7; 32]).unwrap();
            let same = MuKey::from_seed(set, &[7; 32]).unwrap();
            let other = MuKey::from_seed(set, &[8; 32]).unwrap();
            let signature = key.sign(&[1; MU_LEN]).unwrap();
            assert!(same.verify(&[1; MU_LEN], &signature).unwrap());
            assert!(!same.verify(&[2; MU_LEN], &signature).unwrap());
            assert!(!other.verify(&[1; MU_LEN], &signature).unwrap());
            assert!(!same.verify(&[1; MU_LEN], &signature[1..]).unwrap());
            assert!(!same.verify(&[1; MU_LEN], &[]).unwrap());
        }
    }

    #[test]
    fn small_numbers_are_told_apart() {
        let primes: Vec<u8> = (0..=255).filter(|number| is_prime(&[*number]).unwrap()).collect();
        assert_eq!(primes.len(), 54);
        assert!(primes.starts_with(&[2, 3, 5, 7, 11, 13]));
        assert!(!is_prime(&[]).unwrap());
        // 2^127 - 1 and 2^128 - 1.
        assert!(is_prime(&[&[0x7f], [0xff; 15].as_slice()].concat()).unwrap());
        assert!(!is_prime(&[0xff; 16]).unwrap());
    }
}
