//! Structures that several operations share.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::constraint::{Kind, Member};
use crate::macros::response;
use crate::{
    EncapsulationAlgorithmSpec, EncryptionAlgorithmSpec, ExpirationModelType, KeyAgreementAlgorithmSpec,
    KeyManagerType, KeySpec, KeyState, KeyUsage, MacAlgorithmSpec, MultiRegionKeyType, OriginType,
    SigningAlgorithmSpec, Timestamp,
};

/// An answer without a body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Empty;

/// Name and value pairs bound to a ciphertext; order does not matter.
pub type EncryptionContext = BTreeMap<String, String>;

/// Attestation of an enclave that wants the answer for itself alone. Not offered: a request that carries it is
/// refused, since ignoring it would hand the plaintext to whoever relays the answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecipientInfo {}

/// A tag of a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Tag {
    /// Up to 128 characters.
    pub tag_key: String,
    /// Up to 256 characters.
    pub tag_value: String,
}

/// The constraints of a list of tags.
pub const TAGS: Kind = Kind::List { min: 0, max: 200, item: &Kind::Structure(TAG_MEMBERS) };

const TAG_MEMBERS: &[Member] = &[
    Member { name: "TagKey", required: true, kind: Kind::Text { min: 1, max: 128, pattern: None } },
    Member { name: "TagValue", required: true, kind: Kind::Text { min: 0, max: 256, pattern: None } },
];

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
    /// The material that encrypts now; only of symmetric encryption keys that have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_key_material_id: Option<String>,
}
