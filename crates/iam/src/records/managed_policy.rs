//! A customer managed policy. What it is attached to, the records of users, groups and roles say.

use serde::{Deserialize, Serialize};

use super::{OfAccount, Tag};

/// A policy that stands by itself and is attached to others.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PolicyRecord {
    pub(crate) name: String,
    /// The unique id, `ANPA…`.
    pub(crate) id: String,
    /// `/`, or names between slashes.
    pub(crate) path: String,
    #[serde(default)]
    pub(crate) description: Option<String>,
    /// Seconds since the epoch.
    pub(crate) created: i64,
    /// When the versions, or which of them is in force, last changed: seconds since the epoch.
    pub(crate) updated: i64,
    /// At least one, the oldest first.
    pub(crate) versions: Vec<PolicyVersion>,
    /// The id of the version in force.
    pub(crate) default: String,
    /// The number of the next version: numbers are not used again.
    pub(crate) next: u64,
    #[serde(default)]
    pub(crate) tags: Vec<Tag>,
}

/// One version of a managed policy.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PolicyVersion {
    /// `v1` and so on.
    pub(crate) id: String,
    pub(crate) document: String,
    /// Seconds since the epoch.
    pub(crate) created: i64,
}

impl PolicyRecord {
    /// The document in force. `None` only if the record is broken.
    pub(crate) fn document(&self) -> Option<&str> {
        let version = self.versions.iter().find(|version| version.id == self.default)?;
        Some(&version.document)
    }
}

impl OfAccount for PolicyRecord {
    const KIND: &'static str = "policy";

    fn name(&self) -> &str {
        &self.name
    }

    fn resource(&self) -> String {
        format!("policy{}{}", self.path, self.name)
    }

    fn forget_policies(&mut self) {
        for version in &mut self.versions {
            version.document = String::new();
        }
    }
}
