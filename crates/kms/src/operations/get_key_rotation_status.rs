//! `GetKeyRotationStatus`.
//!
//! Every key has a status: that of a key which is never rotated by itself is "off". A rotation on demand is done when
//! its call returns, so none is ever in progress here.

use api::{GetKeyRotationStatus, GetKeyRotationStatusResponse};

use crate::Operation;
use crate::pipeline::{Context, Stop};

impl Operation for GetKeyRotationStatus {
    async fn run(&self, cx: &Context<'_>) -> Result<GetKeyRotationStatusResponse, Stop> {
        let key = cx.permit(&self.key_id).await?;
        let primary = cx.family(&key).await?.primary;
        // Off for as long as the key waits to be deleted; the schedule is kept for when that is cancelled.
        let waits_for_deletion = key.record().deletion.or(primary.record.deletion).is_some();
        let schedule = primary.record.rotation.filter(|_| !waits_for_deletion);
        Ok(GetKeyRotationStatusResponse {
            key_id: key.arn().to_owned(),
            key_rotation_enabled: schedule.is_some(),
            rotation_period_in_days: schedule.map(|schedule| schedule.period_days),
            next_rotation_date: schedule.map(|schedule| schedule.next),
            on_demand_rotation_start_date: None,
        })
    }
}
