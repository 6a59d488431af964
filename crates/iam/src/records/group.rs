//! A group. Who is in it, the users' records say.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::OfAccount;

/// A group of users.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GroupRecord {
    pub(crate) name: String,
    /// The unique id, `AGPA…`.
    pub(crate) id: String,
    /// `/`, or names between slashes.
    pub(crate) path: String,
    /// Seconds since the epoch.
    pub(crate) created: i64,
    /// Documents by the names of the policies.
    #[serde(default)]
    pub(crate) inline: BTreeMap<String, String>,
    /// The ARNs of managed policies.
    #[serde(default)]
    pub(crate) attached: Vec<String>,
}

impl OfAccount for GroupRecord {
    const KIND: &'static str = "group";

    fn name(&self) -> &str {
        &self.name
    }

    fn resource(&self) -> String {
        format!("group{}{}", self.path, self.name)
    }

    fn forget_policies(&mut self) {
        self.inline.clear();
    }
}
