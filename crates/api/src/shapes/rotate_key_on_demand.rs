//! `RotateKeyOnDemand`.

use crate::States;
use crate::constraint::kinds;
use crate::macros::{errors, request, response};

request! {
    /// Makes new material current: generated, or imported and pending.
    RotateKeyOnDemand -> RotateKeyOnDemandResponse;
    required {
        /// Key id or key ARN.
        key_id: String = "KeyId", kinds::KEY_ID;
    }
    optional {}
    states: States::ROTATE_OR_REPLICATE,
    errors: errors![
        NotFound, Disabled, InvalidArn, DependencyTimeout, Internal, KmsInvalidState, UnsupportedOperation,
        LimitExceeded, Conflict,
    ],
}

response! {
    /// Answer of `RotateKeyOnDemand`.
    RotateKeyOnDemandResponse;
    always {
        /// The key ARN.
        key_id: String,
    }
    sometimes {}
}
