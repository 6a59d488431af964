//! `ScheduleKeyDeletion`.

use api::{Error, ErrorCode, KeyState, ScheduleKeyDeletion, ScheduleKeyDeletionResponse, limits};

use crate::Operation;
use crate::pipeline::{Context, Stop};

const SECONDS_A_DAY: i64 = 24 * 60 * 60;

impl Operation for ScheduleKeyDeletion {
    async fn run(&self, cx: &Context<'_>) -> Result<ScheduleKeyDeletionResponse, Stop> {
        let days = self.pending_window_in_days.unwrap_or(limits::MAX_PENDING_WINDOW);
        if !(limits::MIN_PENDING_WINDOW..=limits::MAX_PENDING_WINDOW).contains(&days) {
            let text = format!(
                "PendingWindowInDays must be between {} and {}, inclusive.",
                limits::MIN_PENDING_WINDOW,
                limits::MAX_PENDING_WINDOW
            );
            return Err(Error::new(ErrorCode::Validation, text).into());
        }
        let key = cx.permit(&self.key_id).await?;
        let mut record = key.record().clone();
        record.deletion_date = Some(cx.now().plus_seconds(days * SECONDS_A_DAY));
        key.replace(&record, |_| Ok(())).await?;
        Ok(ScheduleKeyDeletionResponse {
            key_id: key.arn().to_owned(),
            key_state: KeyState::PendingDeletion,
            pending_window_in_days: days,
            deletion_date: record.deletion_date,
        })
    }
}
