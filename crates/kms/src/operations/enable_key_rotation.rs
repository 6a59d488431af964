//! `EnableKeyRotation`.

use api::{Empty, EnableKeyRotation, limits};

use super::rotation_schedule::schedule;
use crate::Operation;
use crate::pipeline::{Context, Stop};

impl Operation for EnableKeyRotation {
    async fn run(&self, cx: &Context<'_>) -> Result<Empty, Stop> {
        let period_days = self.rotation_period_in_days.unwrap_or(limits::DEFAULT_ROTATION_PERIOD);
        schedule(cx, &self.key_id, Some(period_days)).await
    }
}
