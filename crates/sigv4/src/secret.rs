//! A secret, and what was derived from it.
//!
//! Must hold: a signing key verifies nothing but signatures of the scope and the secret it was derived from. Its scope is
//! kept with it, and it never leaves the secret.

use std::sync::{Mutex, PoisonError};

use crypto::SecretBytes;
use zeroize::Zeroizing;

use crate::scope::{Parts, Scope};

/// Signing keys that are kept of one secret. Who has it signs for a service or two in one region, and for a few minutes
/// of each day for two days. Ours.
const MOST_KEPT: usize = 4;

/// A signing key: one for each secret, day, region and service.
pub(crate) type SigningKey = Zeroizing<[u8; 32]>;

/// The secret of an access key, with the signing keys that true signatures were made with lately. All of it is wiped when
/// dropped, and never shown.
pub struct Secret {
    bytes: SecretBytes,
    kept: Mutex<Vec<(Scope, SigningKey)>>,
}

impl Secret {
    /// Takes the secret.
    pub fn new(bytes: SecretBytes) -> Self {
        Self { bytes, kept: Mutex::default() }
    }

    /// The secret itself.
    pub fn expose(&self) -> &[u8] {
        self.bytes.expose()
    }

    /// Compares with another secret, in time that depends on the lengths only.
    pub fn same_as(&self, other: &[u8]) -> bool {
        self.bytes.same_as(other)
    }

    /// The signing key of a scope, if it was kept.
    pub(crate) fn kept(&self, scope: &Scope) -> Option<SigningKey> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|(of, _)| of == scope).map(|(_, key)| key.clone())
    }

    /// Keeps the signing key of a scope, instead of the one that was kept first. Only for keys that a true signature was
    /// made with, so that nobody without the secret decides what is kept.
    pub(crate) fn keep(&self, scope: &Scope, key: SigningKey) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.iter().any(|(of, _)| of == scope) {
            return;
        }
        if kept.len() >= MOST_KEPT {
            kept.remove(0);
        }
        kept.push((scope.clone(), key));
    }
}

/// Derives the signing key of a scope: four steps of HMAC.
pub(crate) fn derive(secret: &[u8], scope: &Scope) -> SigningKey {
    let Parts { date, region, service, terminator } = scope.parts();
    let start = Zeroizing::new([b"AWS4", secret].concat());
    let mut key = Zeroizing::new(crypto::hmac_sha256(&start, &[date.as_bytes()]));
    for part in [region, service, terminator] {
        *key = crypto::hmac_sha256(&*key, &[part.as_bytes()]);
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(day: usize) -> Scope {
        Scope::new(&format!("2026010{day}T000000Z"), "eu-west-1", "kms")
    }

    #[test]
    fn few_keys_are_kept_and_each_is_that_of_its_scope() {
        let secret = Secret::new(SecretBytes::copy_of(b"secret"));
        for day in 1..=9 {
            assert!(secret.kept(&scope(day)).is_none());
            for _ in 0..2 {
                secret.keep(&scope(day), derive(secret.expose(), &scope(day)));
            }
        }
        for day in 1..=9 {
            let expected = (day > 9 - MOST_KEPT).then(|| derive(b"secret", &scope(day)));
            assert_eq!(secret.kept(&scope(day)), expected, "{day}");
        }
    }

    #[test]
    fn every_part_of_a_scope_and_the_secret_make_another_key() {
        let secret = Secret::new(SecretBytes::copy_of(b"secret"));
        secret.keep(&scope(1), derive(b"secret", &scope(1)));
        for other in [
            "20260102/eu-west-1/kms/aws4_request",
            "20260101/eu-west-2/kms/aws4_request",
            "20260101/eu-west-1/iam/aws4_request",
            "20260101/eu-west-1/kms/aws4",
            "20260101/eu-west-1k/ms/aws4_request",
        ] {
            let other = Scope::read(other).unwrap();
            assert!(secret.kept(&other).is_none(), "{other}");
            assert_ne!(derive(b"secret", &other), derive(b"secret", &scope(1)), "{other}");
        }
        assert_ne!(derive(b"secret", &scope(1)), derive(b"Secret", &scope(1)));
    }
}
