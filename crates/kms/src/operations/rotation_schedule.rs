//! What `EnableKeyRotation` and `DisableKeyRotation` share.

use api::{Empty, Error, ErrorCode, Reason};

use super::fits::{check_primary, check_schedulable};
use crate::Rules;
use crate::authorize::Permit;
use crate::key::RotationSchedule;
use crate::pipeline::{Context, Stop};

/// Has a key rotated every `period_days`, or no more. Asked for again as it is, a schedule stays: who asks every day
/// must not put the rotation off every day.
pub(super) async fn schedule(
    cx: &Context<'_>,
    key_id: &str,
    period_days: Option<i64>,
) -> Result<Empty, Stop> {
    check_period(cx.rules(), period_days)?;
    let key = schedulable(cx, key_id).await?;
    if cx.rules().switches_once {
        match (key.record().rotation, period_days) {
            (Some(_), Some(_)) => return Err(is_already(&key, "on", Reason::RotationEnabled).into()),
            (None, None) => return Err(is_already(&key, "off", Reason::RotationDisabled).into()),
            _ => {}
        }
    }
    set(cx, &key, period_days).await
}

/// Changes how often a key is rotated that is rotated already.
pub(crate) async fn reschedule(cx: &Context<'_>, key_id: &str, period_days: i64) -> Result<Empty, Stop> {
    check_period(cx.rules(), Some(period_days))?;
    let key = schedulable(cx, key_id).await?;
    if key.record().rotation.is_none() {
        return Err(is_already(&key, "off", Reason::RotationDisabled).into());
    }
    set(cx, &key, Some(period_days)).await
}

async fn schedulable<'a>(cx: &Context<'a>, key_id: &str) -> Result<Permit<'a>, Error> {
    let key = cx.permit_before_state(key_id, check_schedulable).await?;
    check_primary(key.record(), key.arn())?;
    Ok(key)
}

async fn set(cx: &Context<'_>, key: &Permit<'_>, period_days: Option<i64>) -> Result<Empty, Stop> {
    if key.record().rotation.map(|schedule| schedule.period_days) != period_days {
        let mut record = key.record().clone();
        record.rotation = period_days.map(|days| RotationSchedule::starting(cx.now(), days));
        key.replace(&record, |_| Ok(())).await?;
    }
    Ok(Empty)
}

fn check_period(rules: &Rules, period_days: Option<i64>) -> Result<(), Error> {
    let allowed = &rules.rotation_period;
    if period_days.is_none_or(|days| allowed.contains(&days)) {
        return Ok(());
    }
    let text =
        format!("RotationPeriodInDays must be between {} and {}, inclusive.", allowed.start(), allowed.end());
    Err(Error::new(ErrorCode::Validation, text).because(Reason::RotationPeriod))
}

fn is_already(key: &Permit<'_>, what: &str, reason: Reason) -> Error {
    let text = format!("Automatic rotation of {} is {what}.", key.arn());
    Error::new(ErrorCode::KmsInvalidState, text).because(reason)
}
