//! `PutKeyPolicy`.

use crate::Empty;
use crate::constraint::{Kind, kinds};
use crate::macros::{errors, request};

request! {
    /// Replaces the policy of a key.
    PutKeyPolicy -> Empty;
    required {
        /// Key id or key ARN.
        key_id: String = "KeyId", kinds::KEY_ID;
        /// The policy document.
        policy: String = "Policy", kinds::POLICY;
    }
    optional {
        /// Which policy: `default`.
        policy_name: String = "PolicyName", kinds::POLICY_NAME;
        /// Accept a policy that locks its maker out.
        bypass_policy_lockout_safety_check: bool = "BypassPolicyLockoutSafetyCheck", Kind::Boolean;
    }
    errors: errors![
        NotFound, InvalidArn, MalformedPolicyDocument, DependencyTimeout, UnsupportedOperation, Internal,
        LimitExceeded, KmsInvalidState,
    ],
}
