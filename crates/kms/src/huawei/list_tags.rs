//! The tags that there are.

use std::collections::{BTreeMap, BTreeSet};

use api::{Request, Spec};
use serde::{Deserialize, Serialize};

use super::walk::{self, Walk};
use crate::Operation;
use crate::pipeline::{Context, Stop};

/// Lists the tags of all keys whose tags the caller may list: each tag's key with its values, in order.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ListTags {}

impl Request for ListTags {
    type Response = Vec<(String, Vec<String>)>;
    const SPEC: Spec = <api::ListResourceTags as Request>::SPEC;
}

impl Operation for ListTags {
    async fn run(&self, cx: &Context<'_>) -> Result<Vec<(String, Vec<String>)>, Stop> {
        cx.permit_account()?;
        let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut walk = Walk::new(cx);
        while let Some(key) = walk.next().await? {
            for tag in walk::tags(cx, &key).await? {
                all.entry(tag.tag_key).or_default().insert(tag.tag_value);
            }
        }
        Ok(all.into_iter().map(|(key, values)| (key, values.into_iter().collect())).collect())
    }
}
