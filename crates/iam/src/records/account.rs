//! The record of an account itself, whose revision is the account's generation.

use crypto::SecretBytes;
use seal::Record;
use serde::{Deserialize, Serialize};

/// What the keys of accounts' records begin with.
pub(crate) const ACCOUNTS: &str = "iam/account/";

/// What an account's record says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccountRecord {
    /// The ids of the access keys of its root. None if they were not noted, as in the first form of the record: then
    /// only the access keys tell whose they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) root_access_keys: Option<Vec<String>>,
}

impl AccountRecord {
    /// The key of the record of this account.
    pub(crate) fn key(account: &str) -> String {
        format!("{ACCOUNTS}{account}")
    }

    /// What a record holds. `None` if it is of a form that this version does not know.
    pub(crate) fn read(record: &Record) -> Option<Self> {
        serde_json::from_slice(record.plaintext.expose()).ok()
    }

    /// The record's content.
    pub(crate) fn write(&self) -> SecretBytes {
        super::to_json(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Option<AccountRecord> {
        let plaintext = SecretBytes::copy_of(json.as_bytes());
        AccountRecord::read(&Record { key: AccountRecord::key("111122223333"), plaintext, revision: 1 })
    }

    #[test]
    fn the_first_form_notes_no_keys() {
        assert_eq!(read("{}"), Some(AccountRecord { root_access_keys: None }));
        let none = AccountRecord { root_access_keys: Some(Vec::new()) };
        let written = none.write();
        assert_eq!(read(std::str::from_utf8(written.expose()).unwrap()), Some(none));
    }

    #[test]
    fn what_is_not_understood_is_no_account() {
        for text in ["", "[1]", r#"{"closed":true}"#, r#"{"root_access_keys":"AKIA"}"#] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
