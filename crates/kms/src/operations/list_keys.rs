//! `ListKeys`.

use api::{KeyListEntry, ListKeys, ListKeysResponse, ResourceOwner, limits};

use super::members::page_size;
use crate::Operation;
use crate::arn::KeyId;
use crate::pipeline::{Context, Stop};

impl Operation for ListKeys {
    async fn run(&self, cx: &Context<'_>) -> Result<ListKeysResponse, Stop> {
        let limit = page_size(self.limit, limits::DEFAULT_PAGE, limits::MAX_PAGE)?;
        let account = cx.permit_account()?;
        let after = cx.after("", self.marker.as_deref())?;
        let own =
            self.resource_owners.as_ref().is_none_or(|owners| owners.contains(&ResourceOwner::SelfAccount));
        if !own {
            // Nothing is shared between accounts here.
            return Ok(ListKeysResponse { keys: Vec::new(), truncated: false, next_marker: None });
        }
        let (ids, last) = account.keys.list(&account.place, after.as_deref(), limit, cx.now()).await?;
        let entry = |id: &KeyId| KeyListEntry { key_id: id.to_string(), key_arn: account.place.key_arn(id) };
        Ok(ListKeysResponse {
            keys: ids.iter().map(entry).collect(),
            truncated: last.is_some(),
            next_marker: last.map(|id| cx.marker("", id.as_str())),
        })
    }
}
