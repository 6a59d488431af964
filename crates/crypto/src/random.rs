//! The one source of randomness: AWS-LC's DRBG (AES-256 in counter mode, seeded by the system).
//!
//! If the system cannot seed it, the process is aborted: no caller could do anything but stop, and a caller that
//! went on would make guessable keys.

use crate::fatal::or_abort;
use crate::secret::SecretBytes;

/// Fills `buf` with random bytes. Aborts the process if the generator fails.
#[expect(clippy::disallowed_methods, reason = "this is the one home of randomness")]
pub fn fill(buf: &mut [u8]) {
    or_abort(aws_lc_rs::rand::fill(buf), "the random generator");
}

/// `N` random bytes, for values that are not secret or are wiped by their holder.
pub fn array<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    fill(&mut bytes);
    bytes
}

/// `len` secret random bytes.
pub fn secret(len: usize) -> SecretBytes {
    let mut bytes = vec![0; len];
    fill(&mut bytes);
    SecretBytes::new(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_differ_and_have_the_length_asked() {
        assert_ne!(array::<32>(), array::<32>());
        assert_eq!(secret(77).len(), 77);
        assert!(!secret(32).same_as(secret(32).expose()));
    }
}
