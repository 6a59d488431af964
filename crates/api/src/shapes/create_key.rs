//! `CreateKey`.

use crate::constraint::{Kind, kinds};
use crate::macros::{errors, request, response};
use crate::{KeyMetadata, KeySpec, KeyUsage, OriginType, Tag};

request! {
    /// Creates a key; with origin EXTERNAL, one that waits for its material.
    CreateKey -> CreateKeyResponse;
    required {}
    optional {
        /// Its key policy; by default the account decides.
        policy: String = "Policy", kinds::POLICY;
        /// What it is for.
        description: String = "Description", kinds::DESCRIPTION;
        /// Needed for all but symmetric encryption keys.
        key_usage: KeyUsage = "KeyUsage", Kind::Enum(KeyUsage::NAMES);
        /// The older name of `KeySpec`; not together with it.
        customer_master_key_spec: KeySpec = "CustomerMasterKeySpec", Kind::Enum(KeySpec::CUSTOMER_MASTER_KEY_SPECS);
        /// What kind of material; by default SYMMETRIC_DEFAULT.
        key_spec: KeySpec = "KeySpec", Kind::Enum(KeySpec::NAMES);
        /// Where the material comes from; by default AWS_KMS.
        origin: OriginType = "Origin", Kind::Enum(OriginType::NAMES);
        /// A custom key store (not offered).
        custom_key_store_id: String = "CustomKeyStoreId", kinds::CUSTOM_KEY_STORE_ID;
        /// Accept a policy that locks its maker out.
        bypass_policy_lockout_safety_check: bool = "BypassPolicyLockoutSafetyCheck", Kind::Boolean;
        /// Its tags.
        tags: Vec<Tag> = "Tags", kinds::TAGS;
        /// Make it the primary of a multi-Region key.
        multi_region: bool = "MultiRegion", Kind::Boolean;
        /// A key of an external key store (not offered).
        xks_key_id: String = "XksKeyId", kinds::XKS_KEY_ID;
    }
    errors: errors![
        MalformedPolicyDocument, DependencyTimeout, InvalidArn, UnsupportedOperation, Internal, LimitExceeded,
        Tag, CustomKeyStoreNotFound, CustomKeyStoreInvalidState, CloudHsmClusterInvalidConfiguration,
        XksKeyInvalidConfiguration, XksKeyAlreadyInUse, XksKeyNotFound,
    ],
}

response! {
    /// Answer of `CreateKey`.
    CreateKeyResponse;
    always {
        /// The new key.
        key_metadata: KeyMetadata,
    }
    sometimes {}
}
