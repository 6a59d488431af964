//! `CancelKeyDeletion`.

use crate::States;
use crate::constraint::kinds;
use crate::macros::{errors, request, response};

request! {
    /// Ends the waiting period; the key is left disabled.
    CancelKeyDeletion -> CancelKeyDeletionResponse;
    required {
        /// Key id or key ARN.
        key_id: String = "KeyId", kinds::KEY_ID;
    }
    optional {}
    states: States::CANCEL_DELETION,
    errors: errors![NotFound, InvalidArn, DependencyTimeout, Internal, KmsInvalidState],
}

response! {
    /// Answer of `CancelKeyDeletion`.
    CancelKeyDeletionResponse;
    always {
        /// The key ARN.
        key_id: String,
    }
    sometimes {}
}
