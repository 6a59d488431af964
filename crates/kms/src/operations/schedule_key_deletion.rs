//! `ScheduleKeyDeletion`.

use api::{
    Error, ErrorCode, KeyState, Reason, ScheduleKeyDeletion, ScheduleKeyDeletionResponse, Timestamp, limits,
};

use crate::Operation;
use crate::conditions::Conditions;
use crate::family::{Edit, Family};
use crate::key::{Deletion, MultiRegion};
use crate::pipeline::{Context, Stop};

impl Operation for ScheduleKeyDeletion {
    fn conditions(&self) -> Conditions<'_> {
        Conditions::default()
            .with("kms:ScheduleKeyDeletionPendingWindowInDays", window_days(self).to_string())
    }

    async fn run(&self, cx: &Context<'_>) -> Result<ScheduleKeyDeletionResponse, Stop> {
        let days = window_days(self);
        let allowed = &cx.rules().pending_window;
        if !allowed.contains(&days) {
            let text = format!(
                "PendingWindowInDays must be between {} and {}, inclusive.",
                allowed.start(),
                allowed.end()
            );
            return Err(Error::new(ErrorCode::Validation, text).because(Reason::PendingWindow).into());
        }
        let key = cx.permit(&self.key_id).await?;
        let (region, date) = (&key.record().region, cx.now().plus_days(days));
        let waits = key.record().replicas().iter().any(|replica| replica.is_alive(cx.now()));
        let mut edit = Family::without_siblings(cx.keys(), key.live()).await?.edit();
        let record = edit.member(region)?;
        record.deletion =
            Some(if waits { Deletion::AfterReplicas { days, since: cx.now() } } else { Deletion::On(date) });
        tell_primary(&mut edit, region, Some(date))?;
        edit.commit(cx.keys()).await?;
        Ok(ScheduleKeyDeletionResponse {
            key_id: key.arn().to_owned(),
            key_state: if waits { KeyState::PendingReplicaDeletion } else { KeyState::PendingDeletion },
            pending_window_in_days: days,
            deletion_date: (!waits).then_some(date),
        })
    }
}

/// The waiting period, which a request need not say.
fn window_days(request: &ScheduleKeyDeletion) -> i64 {
    request.pending_window_in_days.unwrap_or(limits::MAX_PENDING_WINDOW)
}

/// Lets a replica's primary know when the replica is deleted.
pub(super) fn tell_primary(edit: &mut Edit, region: &str, date: Option<Timestamp>) -> Result<(), Error> {
    if let Some(MultiRegion::Primary { replicas }) = &mut edit.primary()?.multi_region {
        for replica in replicas.iter_mut().filter(|replica| replica.region == region) {
            replica.deletion_date = date;
        }
    }
    Ok(())
}
