//! `GetKeyLastUsage`.
//!
//! The request id is the one that was in the answer's header and is in the server's log. There is no CloudTrail
//! here, so there is no event to name.

use api::{GetKeyLastUsage, GetKeyLastUsageResponse, KeyLastUsageData};

use crate::Operation;
use crate::pipeline::{Context, KeyRef, Stop};

impl Operation for GetKeyLastUsage {
    async fn run(&self, cx: &Context<'_>) -> Result<GetKeyLastUsageResponse, Stop> {
        let key = cx.permit(&self.key_id).await?;
        let (usage, records) = (cx.kms().usage(), cx.kms().records());
        let beginning = usage.beginning(records).await?;
        let created = key.record().created;
        // An earlier note is of a replica that died here, and was written when its successor was there already.
        let last = usage.last(records, &KeyRef::of(key.record())).await?.filter(|used| used.at >= created);
        Ok(GetKeyLastUsageResponse {
            key_id: key.arn().to_owned(),
            key_last_usage: KeyLastUsageData {
                operation: last.as_ref().map(|used| used.operation),
                timestamp: last.as_ref().map(|used| used.at),
                cloud_trail_event_id: None,
                kms_request_id: last.map(|used| used.request_id).filter(|id| !id.is_empty()),
            },
            tracking_start_date: beginning.max(created),
            key_creation_date: created,
        })
    }
}
