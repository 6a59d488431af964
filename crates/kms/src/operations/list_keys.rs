//! `ListKeys`.

use api::{Error, KeyListEntry, ListKeys, ListKeysResponse, ResourceOwner, limits};

use crate::Operation;
use crate::arn::KeyId;
use crate::pipeline::{Context, Stop};

impl Operation for ListKeys {
    async fn run(&self, cx: &Context<'_>) -> Result<ListKeysResponse, Stop> {
        let account = cx.permit_account()?;
        let after = cx.after("", self.marker.as_deref())?;
        let own =
            self.resource_owners.as_ref().is_none_or(|owners| owners.contains(&ResourceOwner::SelfAccount));
        if !own {
            // Nothing is shared between accounts here.
            return Ok(ListKeysResponse { keys: Vec::new(), truncated: false, next_marker: None });
        }
        let limit = usize::try_from(self.limit.unwrap_or(limits::DEFAULT_PAGE)).map_err(Error::internal)?;
        let (ids, last) = account.keys.list(&account.place, after.as_deref(), limit, cx.now()).await?;
        let entry = |id: &KeyId| KeyListEntry { key_id: id.to_string(), key_arn: account.place.key_arn(id) };
        Ok(ListKeysResponse {
            keys: ids.iter().map(entry).collect(),
            truncated: last.is_some(),
            next_marker: last.map(|id| cx.marker("", id.as_str())),
        })
    }
}
