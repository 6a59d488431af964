//! `CancelKeyDeletion`.

use crate::States;
use crate::constraint::kinds;
use crate::macros::{request, response};

request! {
    /// Ends the waiting period; the key is left disabled.
    CancelKeyDeletion -> CancelKeyDeletionResponse;
    required {
        /// Key id or key ARN.
        key_id: String = "KeyId", kinds::KEY_ID;
    }
    optional {}
    states: States::CANCEL_DELETION,
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
