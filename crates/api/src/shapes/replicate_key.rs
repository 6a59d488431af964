//! `ReplicateKey`.

use crate::constraint::{Kind, kinds};
use crate::macros::{errors, request, response};
use crate::{KeyMetadata, States, Tag};

request! {
    /// Makes a replica of a multi-Region primary key in another Region.
    ReplicateKey -> ReplicateKeyResponse;
    required {
        /// Key id or key ARN.
        key_id: String = "KeyId", kinds::KEY_ID;
        /// The Region of the replica.
        replica_region: String = "ReplicaRegion", kinds::REGION;
    }
    optional {
        /// The replica's key policy; by default the account decides.
        policy: String = "Policy", kinds::POLICY;
        /// Accept a policy that locks its maker out.
        bypass_policy_lockout_safety_check: bool = "BypassPolicyLockoutSafetyCheck", Kind::Boolean;
        /// What the replica is for.
        description: String = "Description", kinds::DESCRIPTION;
        /// The replica's tags.
        tags: Vec<Tag> = "Tags", kinds::TAGS;
    }
    states: States::ROTATE_OR_REPLICATE,
    errors: errors![
        AlreadyExists, Disabled, InvalidArn, KmsInvalidState, Internal, LimitExceeded,
        MalformedPolicyDocument, NotFound, Tag, UnsupportedOperation,
    ],
}

response! {
    /// Answer of `ReplicateKey`.
    ReplicateKeyResponse;
    always {
        /// The replica.
        replica_key_metadata: KeyMetadata,
        /// Its key policy.
        replica_policy: String,
        /// Its tags.
        replica_tags: Vec<Tag>,
    }
    sometimes {}
}
