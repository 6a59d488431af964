//! What is kept of an account, each thing a sealed record of JSON.
//!
//! `iam/account/<account>` is rewritten by every change in the account, so that its revision is the account's
//! generation: whoever changes something expects it, and whoever remembers something asks for it. Everything else
//! is at `iam/<kind>/<account>/<name>`, but access keys, which are found by their id alone, at `iam/access-key/<id>`.

mod access_key;
mod account;
mod group;
mod login_profile;
mod managed_policy;
mod oidc_provider;
mod role;
mod user;

use std::fmt::Write as _;

use crypto::SecretBytes;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

pub(crate) use access_key::{ACCESS_KEYS, AccessKeyRecord, Owner, Status};
pub(crate) use account::{ACCOUNTS, AccountRecord};
pub(crate) use group::GroupRecord;
pub(crate) use login_profile::LoginProfile;
pub(crate) use managed_policy::{PolicyRecord, PolicyVersion};
pub(crate) use oidc_provider::OidcProviderRecord;
pub(crate) use role::RoleRecord;
pub(crate) use user::UserRecord;

/// Bytes that the buffer of a record or token begins with. A buffer that grew would leave copies of secrets behind;
/// what holds a secret is smaller than this: a token has at most 6 KiB of JSON.
const BUFFER: usize = 8 * 1024;

/// A label on a user, a role, a policy or a session. Keys are compared without regard to case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Tag {
    pub(crate) key: String,
    pub(crate) value: String,
}

/// A thing that an account has, found by its name.
pub(crate) trait OfAccount: Serialize + DeserializeOwned + Send + Sync {
    /// The part of the record's key that says what it is.
    const KIND: &'static str;
    /// Whether names that differ in case only are the same.
    const FOLDS_CASE: bool = true;

    /// Its name, as it was given.
    fn name(&self) -> &str;

    /// What its ARN ends with, such as `user/path/alice`.
    fn resource(&self) -> String;

    /// Lets go of the texts of policies, which no list shows and which are most of a record.
    fn forget_policies(&mut self) {}
}

/// What the keys of the records of one kind in an account begin with.
pub(crate) fn prefix<R: OfAccount>(account: &str) -> String {
    format!("iam/{}/{account}/", R::KIND)
}

/// The key of the record of this name. Any name has one, and no two names that differ have the same.
pub(crate) fn key<R: OfAccount>(account: &str, name: &str) -> String {
    let mut key = prefix::<R>(account);
    let name = if R::FOLDS_CASE { name.to_ascii_lowercase() } else { name.to_owned() };
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte) {
            key.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(key, "~{byte:02x}");
        }
    }
    key
}

/// A record or token as JSON. Structures of strings, numbers, lists and maps always have one.
pub(crate) fn to_json(value: &impl Serialize) -> SecretBytes {
    let mut json = Vec::with_capacity(BUFFER);
    let written = serde_json::to_writer(&mut json, value);
    SecretBytes::new(if written.is_ok() { json } else { Vec::new() })
}

/// The ARN of something of IAM's; `resource` is what it ends with, such as `user/alice` or `root`.
pub(crate) fn arn(partition: &str, account: &str, resource: &str) -> String {
    format!("arn:{partition}:iam::{account}:{resource}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_keys_one_to_one() {
        let user = |name| key::<UserRecord>("111122223333", name);
        assert_eq!(user("Alice.B+=,@_-9"), "iam/user/111122223333/alice.b+=,@_-9");
        assert_eq!(user("a/b ~"), "iam/user/111122223333/a~2fb~20~7e");
        let provider = |name| key::<OidcProviderRecord>("111122223333", name);
        assert_eq!(provider("h.example/A"), "iam/oidc-provider/111122223333/h.example~2fA");
        assert_ne!(provider("h.example/A"), provider("h.example/a"));
    }
}
