//! Access keys: how their ids and secrets are drawn, and how they are kept.

use crypto::{SecretBytes, random};
use serde::{Deserialize, Serialize};

/// What an access key id begins with if the key is long-lived, as AWS names them (IAM, "Unique identifiers").
pub(crate) const LONG_LIVED: &str = "AKIA";
/// What it begins with if the key is that of a session.
pub(crate) const TEMPORARY: &str = "ASIA";
/// Characters after that: 16 of 32 kinds are 80 bits, so that ids are not met twice.
const ID_CHARACTERS: usize = 16;
/// Characters of a secret, as many as AWS's: 40 of 62 kinds are 238 bits.
const SECRET_CHARACTERS: usize = 40;
/// Longest access key id that is looked up, in characters (AWS: STS, data type Credentials).
const MAX_ID: usize = 128;

const BASE32: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// Letters and digits only: a secret can be pasted anywhere without quoting.
const BASE62: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// An access key and its secret.
pub struct AccessKey {
    /// The id, which names the key in every signature.
    pub id: String,
    /// The secret, in ASCII.
    pub secret: SecretBytes,
}

impl AccessKey {
    /// Draws a new one; `prefix` says of which kind.
    pub(crate) fn generate(prefix: &str) -> Self {
        let mut id = prefix.as_bytes().to_vec();
        id.extend(characters(BASE32, ID_CHARACTERS));
        Self {
            id: String::from_utf8_lossy(&id).into_owned(),
            secret: SecretBytes::new(characters(BASE62, SECRET_CHARACTERS)),
        }
    }

    /// The secret as text, which it always is.
    pub(crate) fn secret_text(&self) -> &str {
        std::str::from_utf8(self.secret.expose()).unwrap_or_default()
    }
}

/// A record or token of this crate as JSON. Structures of strings and numbers always have one.
pub(crate) fn to_json(value: &impl Serialize) -> SecretBytes {
    SecretBytes::new(serde_json::to_vec(value).unwrap_or_default())
}

/// An access key's record. The record's key is its id.
#[derive(Serialize, Deserialize)]
pub(crate) struct KeyRecord<'a> {
    pub(crate) account: &'a str,
    pub(crate) principal: &'a str,
    pub(crate) secret: &'a str,
}

/// Whether an id may be looked up at all: it becomes part of a record's key.
pub(crate) fn is_plausible(id: &str) -> bool {
    (1..=MAX_ID).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// `count` characters drawn evenly from `alphabet`, which has at most 64.
fn characters(alphabet: &[u8], count: usize) -> Vec<u8> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_the_form_clients_expect_and_differ() {
        let (one, other) = (AccessKey::generate(LONG_LIVED), AccessKey::generate(TEMPORARY));
        assert!(one.id.starts_with("AKIA") && other.id.starts_with("ASIA"));
        for key in [&one, &other] {
            assert_eq!(key.id.len(), 20);
            assert!(key.id.bytes().all(|b| BASE32.contains(&b)));
            assert_eq!(key.secret.len(), 40);
            assert!(key.secret.expose().iter().all(|b| BASE62.contains(b)));
        }
        assert_ne!(one.id[4..], other.id[4..]);
        assert!(!one.secret.same_as(other.secret.expose()));
    }

    #[test]
    fn every_character_can_be_drawn() {
        for alphabet in [BASE32, BASE62] {
            let drawn = characters(alphabet, 4096);
            assert!(alphabet.iter().all(|character| drawn.contains(character)));
        }
    }

    #[test]
    fn ids_that_could_be_something_else_are_not_looked_up() {
        for id in ["", "a/b", "..", "a b", "ä", &"A".repeat(129)] {
            assert!(!is_plausible(id), "{id:?}");
        }
        assert!(is_plausible("test") && is_plausible("AKIAIOSFODNN7EXAMPLE"));
    }
}
