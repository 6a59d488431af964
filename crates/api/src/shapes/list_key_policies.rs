//! `ListKeyPolicies`.

use crate::constraint::kinds;
use crate::macros::{errors, request, response};

request! {
    /// Lists the names of the policies of a key.
    ListKeyPolicies -> ListKeyPoliciesResponse;
    required {
        /// Key id or key ARN.
        key_id: String = "KeyId", kinds::KEY_ID;
    }
    optional {
        /// Most items of the page.
        limit: i64 = "Limit", kinds::LIMIT;
        /// `NextMarker` of the page before.
        marker: String = "Marker", kinds::MARKER;
    }
    errors: errors![NotFound, InvalidArn, DependencyTimeout, Internal, KmsInvalidState],
}

response! {
    /// Answer of `ListKeyPolicies`.
    ListKeyPoliciesResponse;
    always {
        /// The page.
        policy_names: Vec<String>,
        /// Whether there is more.
        truncated: bool,
    }
    sometimes {
        /// Where the next page begins, if there is one.
        next_marker: String,
    }
}
