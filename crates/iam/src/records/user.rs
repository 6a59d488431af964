//! A user.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{LoginProfile, OfAccount, Tag};

/// A user of an account.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UserRecord {
    pub(crate) name: String,
    /// The unique id, `AIDA…`: another one for each user that ever had this name.
    pub(crate) id: String,
    /// `/`, or names between slashes.
    pub(crate) path: String,
    /// Seconds since the epoch.
    pub(crate) created: i64,
    #[serde(default)]
    pub(crate) tags: Vec<Tag>,
    /// The names of the user's groups.
    #[serde(default)]
    pub(crate) groups: Vec<String>,
    /// Documents by the names of the policies.
    #[serde(default)]
    pub(crate) inline: BTreeMap<String, String>,
    /// The ARNs of managed policies.
    #[serde(default)]
    pub(crate) attached: Vec<String>,
    /// The ARN of the managed policy that is the permissions boundary.
    #[serde(default)]
    pub(crate) boundary: Option<String>,
    /// The ids of the user's access keys.
    #[serde(default)]
    pub(crate) access_keys: Vec<String>,
    /// The user's password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) login_profile: Option<LoginProfile>,
}

impl OfAccount for UserRecord {
    const KIND: &'static str = "user";

    fn name(&self) -> &str {
        &self.name
    }

    fn resource(&self) -> String {
        format!("user{}{}", self.path, self.name)
    }

    fn forget_policies(&mut self) {
        self.inline.clear();
    }
}
