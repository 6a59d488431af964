//! Message authentication for the server's own use; HMAC keys of the API are [`crate::HmacKey`].

use aws_lc_rs::hmac;

/// HMAC-SHA-256 over the concatenation of `parts`.
///
/// Nothing separates the parts: `["ab", "c"]` and `["a", "bc"]` give one result. Callers that mix variable lengths
/// put the lengths in.
pub fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, key));
    for part in parts {
        context.update(part);
    }
    let mut out = [0; 32];
    out.copy_from_slice(context.sign().as_ref());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_two_of_rfc_4231_in_parts() {
        let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(hex::encode(hmac_sha256(b"Jefe", &[b"what do ya want ", b"for nothing?"])), expected);
        assert_eq!(hex::encode(hmac_sha256(b"Jefe", &[b"what do ya want for nothing?"])), expected);
    }
}
