//! What `EnableKeyRotation` and `DisableKeyRotation` share.

use api::Empty;

use super::fits::{check_primary, check_schedulable};
use crate::key::RotationSchedule;
use crate::pipeline::{Context, Stop};

/// Has a key rotated every `period_days`, or no more. Asked for again as it is, a schedule stays: who asks every day
/// must not put the rotation off every day.
pub(super) async fn schedule(
    cx: &Context<'_>,
    key_id: &str,
    period_days: Option<i64>,
) -> Result<Empty, Stop> {
    let key = cx.permit_before_state(key_id, check_schedulable).await?;
    check_primary(key.record(), key.arn())?;
    if key.record().rotation.map(|schedule| schedule.period_days) != period_days {
        let mut record = key.record().clone();
        record.rotation = period_days.map(|days| RotationSchedule::starting(cx.now(), days));
        key.replace(&record, |_| Ok(())).await?;
    }
    Ok(Empty)
}
