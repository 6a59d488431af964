//! How access keys, secrets and unique ids are drawn, and what accounts are called.

use crypto::random;

/// What the unique ids of users begin with (IAM user guide, "Understanding unique ID prefixes").
pub(crate) const USER: &str = "AIDA";
/// Those of groups.
pub(crate) const GROUP: &str = "AGPA";
/// Those of roles.
pub(crate) const ROLE: &str = "AROA";
/// Those of customer managed policies.
pub(crate) const POLICY: &str = "ANPA";

/// Characters of a unique id after its prefix, as many as AWS's: 17 of 32 kinds are 85 bits.
const UNIQUE_CHARACTERS: usize = 17;
/// Digits of an account number.
const ACCOUNT_DIGITS: usize = 12;

pub(crate) const BASE32: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// Letters and digits only: a secret can be pasted anywhere without quoting.
pub(crate) const BASE62: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// A unique id that was never drawn before; `prefix` says of what.
pub(crate) fn unique(prefix: &str) -> String {
    with_prefix(prefix, UNIQUE_CHARACTERS)
}

/// `prefix` and `count` characters.
pub(crate) fn with_prefix(prefix: &str, count: usize) -> String {
    let mut id = prefix.as_bytes().to_vec();
    id.extend(characters(BASE32, count));
    String::from_utf8_lossy(&id).into_owned()
}

/// `count` characters drawn evenly from `alphabet`, which has at most 64.
pub(crate) fn characters(alphabet: &[u8], count: usize) -> Vec<u8> {
    let mut drawn = Vec::with_capacity(count);
    while drawn.len() < count {
        let [byte] = random::array();
        // Six bits name one of 64; those beyond the alphabet are drawn again, so that no character is favoured.
        if let Some(character) = alphabet.get(usize::from(byte & 0x3f)) {
            drawn.push(*character);
        }
    }
    drawn
}

/// Whether this is an account number.
pub(crate) fn is_account(text: &str) -> bool {
    text.len() == ACCOUNT_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_can_be_drawn() {
        for alphabet in [BASE32, BASE62] {
            let drawn = characters(alphabet, 4096);
            assert!(alphabet.iter().all(|character| drawn.contains(character)));
        }
    }

    #[test]
    fn unique_ids_have_the_form_of_the_api_and_differ() {
        let (one, other) = (unique(USER), unique(USER));
        assert!(one.len() == 21 && one.starts_with("AIDA") && one != other);
        assert!(one.bytes().all(|byte| BASE32.contains(&byte)));
    }

    #[test]
    fn accounts_are_twelve_digits() {
        assert!(is_account("000000000000"));
        for text in ["", "12345678901", "1234567890123", "12345678901a", "１２３４"] {
            assert!(!is_account(text), "{text}");
        }
    }
}
