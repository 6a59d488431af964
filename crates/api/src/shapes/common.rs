//! Structures that several operations share.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::macros::response;
use crate::{
    Blob, EncapsulationAlgorithmSpec, EncryptionAlgorithmSpec, ExpirationModelType,
    KeyAgreementAlgorithmSpec, KeyEncryptionMechanism, KeyManagerType, KeySpec, KeyState, KeyUsage,
    MacAlgorithmSpec, MultiRegionKeyType, OriginType, SecretText, SigningAlgorithmSpec, Timestamp,
};

/// An answer without a body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Empty;

/// Name and value pairs bound to a ciphertext; order does not matter.
pub type EncryptionContext = BTreeMap<String, String>;

/// An attested enclave that wants the answer for itself alone: the server encrypts it under the public key in the
/// attestation document, and nobody who relays it can read it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct RecipientInfo {
    /// How the answer is encrypted for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_encryption_algorithm: Option<KeyEncryptionMechanism>,
    /// The document that its hypervisor signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attestation_document: Option<Blob>,
}

/// A tag of a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Tag {
    /// Up to 128 characters.
    pub tag_key: String,
    /// Up to 256 characters.
    pub tag_value: String,
}

/// What requests to an external key store proxy are signed with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct XksProxyAuthenticationCredential {
    /// The id of the secret; itself kept secret.
    pub access_key_id: SecretText,
    /// The secret.
    pub raw_secret_access_key: SecretText,
}

response! {
    /// The key of an external key store that stands behind a key.
    XksKeyConfigurationType;
    always {
        /// Its id there.
        id: String,
    }
    sometimes {}
}

response! {
    /// Where a multi-Region key lives.
    MultiRegionKey;
    always {
        /// The key's ARN in that Region.
        arn: String,
        /// The Region.
        region: String,
    }
    sometimes {}
}

response! {
    /// The primary and the replicas of a multi-Region key.
    MultiRegionConfiguration;
    always {
        /// Which of the two this key is.
        multi_region_key_type: MultiRegionKeyType,
        /// The primary.
        primary_key: MultiRegionKey,
        /// The replicas.
        replica_keys: Vec<MultiRegionKey>,
    }
    sometimes {}
}

/// What `DescribeKey` and `CreateKey` say of a key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct KeyMetadata {
    /// The account that owns the key.
    #[serde(rename = "AWSAccountId")]
    pub aws_account_id: String,
    /// The key id.
    pub key_id: String,
    /// The key ARN.
    pub arn: String,
    /// When it was created.
    pub creation_date: Timestamp,
    /// Whether it is in state Enabled.
    pub enabled: bool,
    /// What its owner says of it; may be empty.
    pub description: String,
    /// What it may be used for.
    pub key_usage: KeyUsage,
    /// Its state.
    pub key_state: KeyState,
    /// When it will be deleted; only in state PendingDeletion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deletion_date: Option<Timestamp>,
    /// When its imported material expires: of several, the earliest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Timestamp>,
    /// Where its material comes from.
    pub origin: OriginType,
    /// Its custom key store, if it is in one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom_key_store_id: Option<String>,
    /// The CloudHSM cluster of its key store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cloud_hsm_cluster_id: Option<String>,
    /// Whether its imported material expires; only with material.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expiration_model: Option<ExpirationModelType>,
    /// Who manages it.
    pub key_manager: KeyManagerType,
    /// The same as `key_spec`, under its older name.
    pub customer_master_key_spec: KeySpec,
    /// What kind of material it holds.
    pub key_spec: KeySpec,
    /// For ENCRYPT_DECRYPT.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encryption_algorithms: Option<Vec<EncryptionAlgorithmSpec>>,
    /// For SIGN_VERIFY.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signing_algorithms: Option<Vec<SigningAlgorithmSpec>>,
    /// For KEY_AGREEMENT.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_agreement_algorithms: Option<Vec<KeyAgreementAlgorithmSpec>>,
    /// For ENCAPSULATE_DECAPSULATE.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encapsulation_algorithms: Option<Vec<EncapsulationAlgorithmSpec>>,
    /// For GENERATE_VERIFY_MAC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mac_algorithms: Option<Vec<MacAlgorithmSpec>>,
    /// Whether it is a multi-Region key.
    pub multi_region: bool,
    /// Its primary and replicas, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub multi_region_configuration: Option<MultiRegionConfiguration>,
    /// The waiting period that begins with the deletion of its last replica, in days; only in state
    /// PendingReplicaDeletion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending_deletion_window_in_days: Option<i64>,
    /// The external key behind it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub xks_key_configuration: Option<XksKeyConfigurationType>,
    /// The material that encrypts now; only of symmetric encryption keys that have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_key_material_id: Option<String>,
}
