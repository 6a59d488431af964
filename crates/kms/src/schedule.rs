//! When a key is rotated by itself.

use api::{Timestamp, limits};

use crate::key::RotationSchedule;

impl RotationSchedule {
    /// Every `period_days` from `start` on: from when it was switched on or its period changed, and after a rotation
    /// from when that really was. So one that came late is not followed by the next too soon, and several that
    /// were missed are made up for by one (model, `GetKeyRotationStatus`: a key that is enabled again and overdue is
    /// rotated at once, and regularly thereafter).
    pub(crate) fn starting(start: Timestamp, period_days: i64) -> Self {
        Self { period_days, next: start.plus_days(period_days) }
    }

    /// Whether it is time.
    pub(crate) fn is_due(&self, now: Timestamp) -> bool {
        self.next <= now
    }

    /// Whether it is nearly time, so that a rotation on demand would be followed by another at once.
    pub(crate) fn is_imminent(&self, now: Timestamp) -> bool {
        self.is_due(now.plus_seconds(limits::ROTATION_IMMINENT))
    }
}
