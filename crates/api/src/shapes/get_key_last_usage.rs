//! `GetKeyLastUsage`.

use crate::constraint::kinds;
use crate::macros::{errors, request, response};
use crate::{KeyLastUsageTrackingOperation, Timestamp};

request! {
    /// Says when a key was last used, and for what.
    GetKeyLastUsage -> GetKeyLastUsageResponse;
    required {
        /// Key id or key ARN.
        key_id: String = "KeyId", kinds::KEY_ID;
    }
    optional {}
    errors: errors![NotFound, InvalidArn, DependencyTimeout, Internal],
}

response! {
    /// The last use of a key; empty if there was none since tracking began.
    KeyLastUsageData;
    always {}
    sometimes {
        /// What it was used for.
        operation: KeyLastUsageTrackingOperation,
        /// When.
        timestamp: Timestamp,
        /// The event in the audit trail.
        cloud_trail_event_id: String,
        /// The request.
        kms_request_id: String,
    }
}

response! {
    /// Answer of `GetKeyLastUsage`.
    GetKeyLastUsageResponse;
    always {
        /// The key ARN.
        key_id: String,
        /// The last use.
        key_last_usage: KeyLastUsageData,
        /// Since when uses are noted.
        tracking_start_date: Timestamp,
        /// When the key was created.
        key_creation_date: Timestamp,
    }
    sometimes {}
}
