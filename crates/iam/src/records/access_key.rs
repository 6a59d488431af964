//! A long-lived access key.

use api::SecretText;
use seal::Record;
use serde::{Deserialize, Serialize};

/// What the keys of these records begin with; the id follows.
pub(crate) const ACCESS_KEYS: &str = "iam/access-key/";

/// Whose an access key is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Owner {
    /// The root of the account.
    Root,
    /// A user, by name and unique id: who is made again under the same name does not inherit.
    User {
        /// The name.
        name: String,
        /// The unique id.
        id: String,
    },
}

/// Whether an access key may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Status {
    /// It may.
    Active,
    /// It is as unknown.
    Inactive,
}

impl Status {
    /// As the API writes it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::Inactive => "Inactive",
        }
    }
}

/// An access key.
#[derive(Clone, Debug)]
pub(crate) struct AccessKeyRecord {
    /// The id, which is the record's key and not in it.
    pub(crate) id: String,
    pub(crate) account: String,
    pub(crate) owner: Owner,
    pub(crate) secret: SecretText,
    pub(crate) status: Status,
    /// Seconds since the epoch; 0 if it was not noted.
    pub(crate) created: i64,
}

/// The record as it is kept. The first form had only roots as owners, named by `principal`, and neither status nor
/// time.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    account: String,
    #[serde(default, skip_serializing)]
    principal: Option<String>,
    #[serde(default)]
    owner: Option<Owner>,
    secret: SecretText,
    #[serde(default)]
    status: Option<Status>,
    #[serde(default)]
    created: i64,
}

impl AccessKeyRecord {
    /// The key of the record of this id.
    pub(crate) fn key(id: &str) -> String {
        format!("{ACCESS_KEYS}{id}")
    }

    /// What a record holds. `None` if it is of a form that this version does not know.
    pub(crate) fn read(record: &Record) -> Option<Self> {
        let id = record.key.strip_prefix(ACCESS_KEYS)?.to_owned();
        let kept: Kept = serde_json::from_slice(record.plaintext.expose()).ok()?;
        let (owner, status) = match (kept.owner, kept.principal, kept.status) {
            (Some(owner), None, Some(status)) => (owner, status),
            (None, Some(principal), None) if principal.ends_with(":root") => (Owner::Root, Status::Active),
            _ => return None,
        };
        Some(Self { id, account: kept.account, owner, secret: kept.secret, status, created: kept.created })
    }

    /// The record's content.
    pub(crate) fn write(&self) -> crypto::SecretBytes {
        super::to_json(&Kept {
            account: self.account.clone(),
            principal: None,
            owner: Some(self.owner.clone()),
            secret: self.secret.clone(),
            status: Some(self.status),
            created: self.created,
        })
    }
}

#[cfg(test)]
mod tests {
    use crypto::SecretBytes;

    use super::*;

    fn read(json: &str) -> Option<AccessKeyRecord> {
        let plaintext = SecretBytes::copy_of(json.as_bytes());
        AccessKeyRecord::read(&Record { key: "iam/access-key/AKIAX".to_owned(), plaintext, revision: 1 })
    }

    #[test]
    fn the_first_form_is_a_key_of_the_root() {
        let old =
            r#"{"account":"111122223333","principal":"arn:aws:iam::111122223333:root","secret":"hidden"}"#;
        let key = read(old).unwrap();
        assert_eq!((key.id.as_str(), &key.owner, key.status), ("AKIAX", &Owner::Root, Status::Active));
        assert!(!format!("{key:?}").contains("hidden"));
        let written = key.write();
        let text = std::str::from_utf8(written.expose()).unwrap();
        let again = read(text).unwrap();
        assert_eq!((again.owner, again.secret.expose()), (Owner::Root, "hidden"));
        assert!(!text.contains("principal"), "{text}");
    }

    #[test]
    fn what_is_not_understood_is_no_key() {
        for text in [
            "",
            "{}",
            r#"{"account":"1","secret":"s"}"#,
            r#"{"account":"1","principal":"arn:aws:iam::1:user/x","secret":"s"}"#,
            r#"{"account":"1","owner":"Root","secret":"s"}"#,
            r#"{"account":"1","owner":"Root","principal":"arn:aws:iam::1:root","secret":"s","status":"Active"}"#,
            r#"{"account":"1","owner":"Service","secret":"s","status":"Active"}"#,
            r#"{"account":"1","owner":"Root","secret":"s","status":"Expired"}"#,
            r#"{"account":"1","owner":"Root","secret":"s","status":"Active","only_from":"10.0.0.0/8"}"#,
        ] {
            assert!(read(text).is_none(), "{text}");
        }
        let text =
            r#"{"account":"1","owner":{"User":{"name":"a","id":"AIDAX"}},"secret":"s","status":"Inactive"}"#;
        assert_eq!(read(text).unwrap().status, Status::Inactive);
    }
}
