//! The kinds that several operations share.

use super::{Kind, Member, patterns};
use crate::{DryRunModifierType, KeyEncryptionMechanism, limits};

/// A key id, key ARN, alias name or alias ARN.
pub const KEY_ID: Kind = Kind::Text { min: 1, max: limits::MAX_KEY_ID, pattern: None };
/// An alias name.
pub const ALIAS_NAME: Kind =
    Kind::Text { min: 1, max: limits::MAX_ALIAS_NAME, pattern: Some(patterns::NAME) };
/// The id of a key material.
pub const MATERIAL_ID: Kind =
    Kind::Text { min: limits::MATERIAL_ID, max: limits::MATERIAL_ID, pattern: Some(patterns::MATERIAL_ID) };
/// A description of a key material.
pub const MATERIAL_DESCRIPTION: Kind = Kind::Text {
    min: 0,
    max: limits::MAX_MATERIAL_DESCRIPTION,
    pattern: Some(patterns::MATERIAL_DESCRIPTION),
};
/// A description of a key.
pub const DESCRIPTION: Kind = Kind::Text { min: 0, max: limits::MAX_DESCRIPTION, pattern: None };
/// A key policy.
pub const POLICY: Kind =
    Kind::Text { min: 1, max: limits::MAX_POLICY_SHAPE, pattern: Some(patterns::POLICY) };
/// The name of a key policy.
pub const POLICY_NAME: Kind =
    Kind::Text { min: 1, max: limits::MAX_POLICY_NAME, pattern: Some(patterns::POLICY_NAME) };
/// A pagination marker.
pub const MARKER: Kind = Kind::Text { min: 1, max: limits::MAX_MARKER, pattern: Some(patterns::MARKER) };
/// A page size.
pub const LIMIT: Kind = Kind::Integer { min: 1, max: limits::MAX_PAGE };
/// A plaintext or a message.
pub const PLAINTEXT: Kind = Kind::Blob { min: 1, max: limits::MAX_PLAINTEXT };
/// A ciphertext, token, signature or MAC.
pub const CIPHERTEXT: Kind = Kind::Blob { min: 1, max: limits::MAX_CIPHERTEXT };
/// A public key in DER.
pub const PUBLIC_KEY: Kind = Kind::Blob { min: 1, max: limits::MAX_PUBLIC_KEY };
/// A number of random bytes.
pub const NUMBER_OF_BYTES: Kind = Kind::Integer { min: 1, max: limits::MAX_RANDOM };
/// An encryption context.
pub const ENCRYPTION_CONTEXT: Kind = Kind::Map { max: limits::MAX_CONTEXT_PAIRS };
/// A grant token.
pub const GRANT_TOKEN: Kind = Kind::Text { min: 1, max: limits::MAX_GRANT_TOKEN, pattern: None };
/// Grant tokens.
pub const GRANT_TOKENS: Kind = Kind::List { min: 0, max: limits::MAX_GRANT_TOKENS, item: &GRANT_TOKEN };
/// The id of a grant.
pub const GRANT_ID: Kind = Kind::Text { min: 1, max: limits::MAX_GRANT_ID, pattern: None };
/// The name of a grant.
pub const GRANT_NAME: Kind =
    Kind::Text { min: 1, max: limits::MAX_GRANT_NAME, pattern: Some(patterns::NAME) };
/// A principal by its ARN.
pub const PRINCIPAL: Kind =
    Kind::Text { min: 1, max: limits::MAX_PRINCIPAL, pattern: Some(patterns::PRINCIPAL) };
/// A service as a principal.
pub const SERVICE_PRINCIPAL: Kind =
    Kind::Text { min: 1, max: limits::MAX_SERVICE_PRINCIPAL, pattern: Some(patterns::SERVICE_PRINCIPAL) };
/// A Region.
pub const REGION: Kind = Kind::Text { min: 1, max: limits::MAX_REGION, pattern: Some(patterns::REGION) };
/// A period of automatic rotation, in days.
pub const ROTATION_PERIOD: Kind =
    Kind::Integer { min: limits::MIN_ROTATION_PERIOD, max: limits::MAX_ROTATION_PERIOD };
/// A waiting period before deletion, in days.
pub const PENDING_WINDOW: Kind = Kind::Integer { min: 1, max: limits::MAX_PENDING_WINDOW_SHAPE };
/// The key of a tag.
pub const TAG_KEY: Kind = Kind::Text { min: 1, max: limits::MAX_TAG_KEY, pattern: None };
/// A list of tags.
pub const TAGS: Kind = Kind::List {
    min: 0,
    max: limits::MAX_ITEMS,
    item: &Kind::Structure(&[
        Member { name: "TagKey", required: true, kind: TAG_KEY },
        Member {
            name: "TagValue",
            required: true,
            kind: Kind::Text { min: 0, max: limits::MAX_TAG_VALUE, pattern: None },
        },
    ]),
};
/// An attested enclave that wants the answer for itself alone.
pub const RECIPIENT: Kind = Kind::Structure(&[
    Member {
        name: "KeyEncryptionAlgorithm",
        required: false,
        kind: Kind::Enum(KeyEncryptionMechanism::NAMES),
    },
    Member {
        name: "AttestationDocument",
        required: false,
        kind: Kind::Blob { min: 1, max: limits::MAX_ATTESTATION_DOCUMENT },
    },
]);
/// Dry run modifiers.
pub const DRY_RUN_MODIFIERS: Kind =
    Kind::List { min: 0, max: limits::MAX_ITEMS, item: &Kind::Enum(DryRunModifierType::NAMES) };
/// The id of a custom key store.
pub const CUSTOM_KEY_STORE_ID: Kind =
    Kind::Text { min: 1, max: limits::MAX_CUSTOM_KEY_STORE_ID, pattern: None };
/// The name of a custom key store.
pub const CUSTOM_KEY_STORE_NAME: Kind =
    Kind::Text { min: 1, max: limits::MAX_CUSTOM_KEY_STORE_NAME, pattern: None };
/// A CloudHSM cluster.
pub const CLOUD_HSM_CLUSTER_ID: Kind = Kind::Text {
    min: limits::MIN_CLOUD_HSM_CLUSTER_ID,
    max: limits::MAX_CLOUD_HSM_CLUSTER_ID,
    pattern: Some(patterns::CLOUD_HSM_CLUSTER_ID),
};
/// The root certificate of a CloudHSM cluster, in PEM.
pub const TRUST_ANCHOR_CERTIFICATE: Kind =
    Kind::Text { min: 1, max: limits::MAX_TRUST_ANCHOR_CERTIFICATE, pattern: None };
/// The password of a CloudHSM cluster's crypto user.
pub const KEY_STORE_PASSWORD: Kind =
    Kind::Secret { min: limits::MIN_KEY_STORE_PASSWORD, max: limits::MAX_KEY_STORE_PASSWORD, pattern: None };
/// The id of a key outside.
pub const XKS_KEY_ID: Kind =
    Kind::Text { min: 1, max: limits::MAX_XKS_KEY_ID, pattern: Some(patterns::XKS_KEY_ID) };
/// Where an external key store proxy listens.
pub const XKS_PROXY_URI_ENDPOINT: Kind = Kind::Text {
    min: limits::MIN_XKS_URI,
    max: limits::MAX_XKS_URI,
    pattern: Some(patterns::XKS_URI_ENDPOINT),
};
/// Under which path an external key store proxy answers.
pub const XKS_PROXY_URI_PATH: Kind =
    Kind::Text { min: limits::MIN_XKS_URI, max: limits::MAX_XKS_URI, pattern: Some(patterns::XKS_URI_PATH) };
/// The VPC endpoint service in front of an external key store proxy.
pub const XKS_PROXY_VPC_ENDPOINT_SERVICE_NAME: Kind = Kind::Text {
    min: limits::MIN_XKS_VPC_ENDPOINT_SERVICE,
    max: limits::MAX_XKS_VPC_ENDPOINT_SERVICE,
    pattern: Some(patterns::XKS_VPC_ENDPOINT_SERVICE),
};
/// The account that owns a VPC endpoint service.
pub const ACCOUNT_ID: Kind =
    Kind::Text { min: limits::ACCOUNT_ID, max: limits::ACCOUNT_ID, pattern: Some(patterns::ACCOUNT) };
/// What a server signs its requests to an external key store proxy with.
pub const XKS_PROXY_AUTHENTICATION_CREDENTIAL: Kind = Kind::Structure(&[
    Member {
        name: "AccessKeyId",
        required: true,
        kind: Kind::Secret {
            min: limits::MIN_XKS_ACCESS_KEY_ID,
            max: limits::MAX_XKS_ACCESS_KEY_ID,
            pattern: Some(patterns::XKS_ACCESS_KEY_ID),
        },
    },
    Member {
        name: "RawSecretAccessKey",
        required: true,
        kind: Kind::Secret {
            min: limits::MIN_XKS_SECRET_ACCESS_KEY,
            max: limits::MAX_XKS_SECRET_ACCESS_KEY,
            pattern: Some(patterns::XKS_SECRET_ACCESS_KEY),
        },
    },
]);
