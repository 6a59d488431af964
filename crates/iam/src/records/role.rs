//! A role.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{OfAccount, Tag};

/// A role that others may take on.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RoleRecord {
    pub(crate) name: String,
    /// The unique id, `AROA…`: another one for each role that ever had this name.
    pub(crate) id: String,
    /// `/`, or names between slashes.
    pub(crate) path: String,
    /// Seconds since the epoch.
    pub(crate) created: i64,
    #[serde(default)]
    pub(crate) description: Option<String>,
    /// The longest session, in seconds.
    pub(crate) max_session_seconds: i64,
    /// The trust policy, which says who may take the role on.
    pub(crate) trust: String,
    /// The unique ids that the ARNs of the trust policy stood for when it was put.
    #[serde(default)]
    pub(crate) trust_ids: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) tags: Vec<Tag>,
    /// Documents by the names of the policies.
    #[serde(default)]
    pub(crate) inline: BTreeMap<String, String>,
    /// The ARNs of managed policies.
    #[serde(default)]
    pub(crate) attached: Vec<String>,
    /// The ARN of the managed policy that is the permissions boundary.
    #[serde(default)]
    pub(crate) boundary: Option<String>,
}

impl OfAccount for RoleRecord {
    const KIND: &'static str = "role";

    fn name(&self) -> &str {
        &self.name
    }

    fn resource(&self) -> String {
        format!("role{}{}", self.path, self.name)
    }

    fn forget_policies(&mut self) {
        self.inline.clear();
    }
}
