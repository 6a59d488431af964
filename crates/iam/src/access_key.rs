//! Access keys: how their ids and secrets are drawn.

use api::SecretText;
use crypto::SecretBytes;

use crate::ids;
use crate::records::{AccessKeyRecord, Owner, Status};

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
        Self {
            id: ids::with_prefix(prefix, ID_CHARACTERS),
            secret: SecretBytes::new(ids::characters(ids::BASE62, SECRET_CHARACTERS)),
        }
    }

    /// The secret as text, which it always is.
    pub(crate) fn secret_text(&self) -> SecretText {
        SecretText::new(std::str::from_utf8(self.secret.expose()).unwrap_or_default())
    }
}

impl AccessKeyRecord {
    /// Draws a new long-lived key, made at `now`.
    pub(crate) fn generate(account: &str, owner: Owner, now: i64) -> Self {
        let key = AccessKey::generate(LONG_LIVED);
        let (secret, status) = (key.secret_text(), Status::Active);
        Self { id: key.id, account: account.to_owned(), owner, secret, status, created: now }
    }
}

impl From<AccessKeyRecord> for AccessKey {
    fn from(record: AccessKeyRecord) -> Self {
        Self { id: record.id, secret: SecretBytes::copy_of(record.secret.expose().as_bytes()) }
    }
}

/// Whether an id may be looked up at all: it becomes part of a record's key.
pub(crate) fn is_plausible(id: &str) -> bool {
    (1..=MAX_ID).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{BASE32, BASE62};

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
    fn ids_that_could_be_something_else_are_not_looked_up() {
        for id in ["", "a/b", "..", "a b", "ä", &"A".repeat(129)] {
            assert!(!is_plausible(id), "{id:?}");
        }
        assert!(is_plausible("test") && is_plausible("AKIAIOSFODNN7EXAMPLE"));
    }
}
