//! `ScheduleKeyDeletion`.

use crate::constraint::kinds;
use crate::macros::{errors, request, response};
use crate::{KeyState, States, Timestamp};

request! {
    /// Begins the waiting period at whose end the key and all its material are gone.
    ScheduleKeyDeletion -> ScheduleKeyDeletionResponse;
    required {
        /// Key id or key ARN.
        key_id: String = "KeyId", kinds::KEY_ID;
    }
    optional {
        /// 7 to 30 days; by default 30.
        pending_window_in_days: i64 = "PendingWindowInDays", kinds::PENDING_WINDOW;
    }
    states: States::SCHEDULE_DELETION,
    errors: errors![NotFound, InvalidArn, DependencyTimeout, Internal, KmsInvalidState],
}

response! {
    /// Answer of `ScheduleKeyDeletion`.
    ScheduleKeyDeletionResponse;
    always {
        /// The key ARN.
        key_id: String,
        /// The state it is in now.
        key_state: KeyState,
        /// The waiting period.
        pending_window_in_days: i64,
    }
    sometimes {
        /// When the key will be deleted.
        deletion_date: Timestamp,
    }
}
