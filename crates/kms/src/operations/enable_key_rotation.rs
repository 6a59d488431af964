//! `EnableKeyRotation`.

use api::{Empty, EnableKeyRotation, limits};

use super::rotation_schedule::schedule;
use crate::Operation;
use crate::conditions::Conditions;
use crate::pipeline::{Context, Stop};

impl Operation for EnableKeyRotation {
    fn conditions(&self) -> Conditions<'_> {
        Conditions::default().with("kms:RotationPeriodInDays", period_days(self).to_string())
    }

    async fn run(&self, cx: &Context<'_>) -> Result<Empty, Stop> {
        schedule(cx, &self.key_id, Some(period_days(self))).await
    }
}

/// How long from one rotation to the next, which a request need not say.
fn period_days(request: &EnableKeyRotation) -> i64 {
    request.rotation_period_in_days.unwrap_or(limits::DEFAULT_ROTATION_PERIOD)
}
