//! `GetKeyRotationStatus`.

use crate::Timestamp;
use crate::constraint::kinds;
use crate::macros::{errors, request, response};

request! {
    /// Says whether and when a key is rotated.
    GetKeyRotationStatus -> GetKeyRotationStatusResponse;
    required {
        /// Key id or key ARN.
        key_id: String = "KeyId", kinds::KEY_ID;
    }
    optional {}
    cross_account: true,
    errors: errors![NotFound, InvalidArn, DependencyTimeout, Internal, KmsInvalidState, UnsupportedOperation],
}

response! {
    /// Answer of `GetKeyRotationStatus`.
    GetKeyRotationStatusResponse;
    always {
        /// Whether it is rotated automatically.
        key_rotation_enabled: bool,
        /// The key ARN.
        key_id: String,
    }
    sometimes {
        /// Days between automatic rotations; only where they are enabled.
        rotation_period_in_days: i64,
        /// When the next one is due; only where they are enabled.
        next_rotation_date: Timestamp,
        /// When the on-demand rotation that is under way began.
        on_demand_rotation_start_date: Timestamp,
    }
}
