//! What there is to say of a key.

use api::{KeyMetadata, KeyState, Tag};
use serde::{Deserialize, Serialize};

use crate::cache::LiveKey;
use crate::key::metadata;
use crate::pipeline::Context;

/// A key as lists and descriptions show it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeyDetails {
    /// What AWS's API says of it.
    pub metadata: KeyMetadata,
    /// Its main alias, without `alias/`: the one that has stood longest, or its id if it has none.
    pub alias: String,
    /// Whether it is rotated by itself.
    pub rotation_enabled: bool,
    /// Its tags, in the order of their keys; none for a caller who may not see them.
    pub tags: Vec<Tag>,
}

impl KeyDetails {
    /// Of a key in `state`, whose primary is itself unless it is a replica.
    pub(super) fn new(
        cx: &Context<'_>,
        key: &LiveKey,
        primary: &LiveKey,
        state: KeyState,
        alias: Option<String>,
        tags: Vec<Tag>,
    ) -> Self {
        let (record, primary) = (&key.record, &primary.record);
        let partition = &cx.kms().settings().partition;
        let waits_for_deletion = record.deletion.or(primary.deletion).is_some();
        Self {
            metadata: metadata(record, primary, partition, state, cx.now()),
            alias: alias.unwrap_or_else(|| record.id.to_string()),
            rotation_enabled: primary.rotation.is_some() && !waits_for_deletion,
            tags,
        }
    }
}
