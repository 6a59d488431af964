//! `GetKeyPolicy`.

use crate::constraint::kinds;
use crate::macros::{errors, request, response};

request! {
    /// Gives the policy of a key.
    GetKeyPolicy -> GetKeyPolicyResponse;
    required {
        /// Key id or key ARN.
        key_id: String = "KeyId", kinds::KEY_ID;
    }
    optional {
        /// Which policy; by default `default`.
        policy_name: String = "PolicyName", kinds::POLICY_NAME;
    }
    errors: errors![NotFound, InvalidArn, DependencyTimeout, Internal, KmsInvalidState],
}

response! {
    /// Answer of `GetKeyPolicy`.
    GetKeyPolicyResponse;
    always {
        /// The policy document.
        policy: String,
        /// Its name.
        policy_name: String,
    }
    sometimes {}
}
