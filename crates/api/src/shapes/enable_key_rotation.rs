//! `EnableKeyRotation`.

use crate::constraint::kinds;
use crate::macros::{errors, request};
use crate::{Empty, States};

request! {
    /// Begins automatic rotation of a key, or changes its period.
    EnableKeyRotation -> Empty;
    required {
        /// Key id or key ARN.
        key_id: String = "KeyId", kinds::KEY_ID;
    }
    optional {
        /// Days between rotations; by default 365.
        rotation_period_in_days: i64 = "RotationPeriodInDays", kinds::ROTATION_PERIOD;
    }
    states: States::ROTATION_SCHEDULE,
    errors: errors![
        NotFound, Disabled, InvalidArn, DependencyTimeout, Internal, KmsInvalidState, UnsupportedOperation,
    ],
}
