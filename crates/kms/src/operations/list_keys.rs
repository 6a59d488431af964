//! `ListKeys`.

use api::{Error, KeyListEntry, ListKeys, ListKeysResponse, ResourceOwner, limits};

use crate::Operation;
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
        let limit = u32::try_from(self.limit.unwrap_or(limits::DEFAULT_PAGE)).map_err(Error::internal)?;
        let (records, truncated) = account.keys.list(&account.place, after.as_deref(), limit).await?;
        let next_marker = records.last().filter(|_| truncated).map(|last| cx.marker("", last.id.as_str()));
        let alive = records.into_iter().filter(|record| record.state(cx.now()).is_some());
        let entry = |record: crate::key::KeyRecord| KeyListEntry {
            key_arn: account.place.key_arn(&record.id),
            key_id: record.id.to_string(),
        };
        Ok(ListKeysResponse { keys: alive.map(entry).collect(), truncated, next_marker })
    }
}
