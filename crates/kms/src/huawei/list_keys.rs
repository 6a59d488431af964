//! Lists of keys that a client narrows down.
//!
//! A list holds only keys that the caller may describe, and counts no others: what somebody may not see, a number
//! must not tell.

use api::{KeySpec, KeyState, Request, Spec, Tag};
use serde::{Deserialize, Serialize};

use super::KeyDetails;
use super::walk::{Walk, tags};
use crate::Operation;
use crate::key::KeyRecord;
use crate::pipeline::{Context, Stop};

/// Lists keys, in the order of their ids.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ListKeys {
    /// Only keys in one of these states.
    pub states: Option<Vec<KeyState>>,
    /// Only keys of this spec.
    pub spec: Option<KeySpec>,
    /// Only keys that fit all of these.
    pub tags: Vec<TagFilter>,
    /// Only keys whose main alias has this in it.
    pub name: Option<String>,
    /// How many of those that fit are left out before the first.
    pub offset: u64,
    /// The most that are shown: 1 to 1000.
    pub limit: u32,
    /// Whether only their number is wanted.
    pub only_count: bool,
}

/// Keys with a tag of this key, and one of these values if there are any.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TagFilter {
    /// The tag's key.
    pub key: String,
    /// Its values, any of which will do.
    pub values: Vec<String>,
}

/// A page of keys.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeyList {
    /// The page.
    pub keys: Vec<KeyDetails>,
    /// How many keys fit, on this page or not.
    pub total: u64,
    /// Whether there are more after the page.
    pub more: bool,
}

impl Request for ListKeys {
    type Response = KeyList;
    const SPEC: Spec = <api::ListKeys as Request>::SPEC;
}

impl Operation for ListKeys {
    async fn run(&self, cx: &Context<'_>) -> Result<KeyList, Stop> {
        cx.permit_account()?;
        let aliases = cx.keys().main_aliases(&cx.place()).await?;
        let end = self.offset.saturating_add(u64::from(self.limit));
        let (mut keys, mut total) = (Vec::new(), 0);
        let mut walk = Walk::new(cx);
        while let Some(key) = walk.next_visible().await? {
            let Some(state) = key.record.state(cx.now()) else { continue };
            let alias = aliases.get(&key.record.id);
            if !self.fits(&key.record, state, alias) {
                continue;
            }
            // Nobody finds a key by tags that it may not see.
            let tags = tags(cx, &key).await?;
            if !self.tags.iter().all(|filter| tags.iter().any(|tag| filter.fits(tag))) {
                continue;
            }
            if !self.only_count && (self.offset..end).contains(&total) {
                let primary = cx.primary_of(&key).await?;
                keys.push(KeyDetails::new(cx, &key, &primary, state, alias.cloned(), tags));
            }
            total += 1;
        }
        Ok(KeyList { keys, total, more: total > end })
    }
}

impl ListKeys {
    /// Whether a key fits all but its tags.
    fn fits(&self, key: &KeyRecord, state: KeyState, alias: Option<&String>) -> bool {
        self.states.as_ref().is_none_or(|states| states.contains(&state))
            && self.spec.is_none_or(|spec| spec == key.spec)
            && self
                .name
                .as_ref()
                .is_none_or(|part| alias.map_or(key.id.as_str(), String::as_str).contains(part))
    }
}

impl TagFilter {
    fn fits(&self, tag: &Tag) -> bool {
        tag.tag_key == self.key && (self.values.is_empty() || self.values.contains(&tag.tag_value))
    }
}
