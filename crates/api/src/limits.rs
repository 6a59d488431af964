//! Every number that is a limit of the API, with its source.
//!
//! "model" is the KMS service model 2014-11-01; "quotas" is the resource quota page of the developer guide.

/// Largest request body in bytes; more is answered 413 (observed on the live service).
pub const MAX_BODY: usize = 200_000;
/// Items of a request's list to which the model sets no bound; the body limit alone would allow tens of thousands.
pub const MAX_ITEMS: usize = 200;
/// Key ids, ARNs and alias names, in characters (model `KeyIdType`).
pub const MAX_KEY_ID: usize = 2048;
/// Plaintext, messages (model `PlaintextType`), in bytes.
pub const MAX_PLAINTEXT: usize = 4096;
/// Ciphertexts, import tokens, signatures, MACs (model `CiphertextType`), in bytes.
pub const MAX_CIPHERTEXT: usize = 6144;
/// Bytes that `GenerateRandom` and the data key operations give at once (model `NumberOfBytesType`).
pub const MAX_RANDOM: i64 = 1024;
/// Description of a key, in characters (model `DescriptionType`).
pub const MAX_DESCRIPTION: usize = 8192;
/// Alias name, in characters, with its `alias/` (model `AliasNameType`).
pub const MAX_ALIAS_NAME: usize = 256;
/// Key policy in characters as the shape allows it (model `PolicyType`).
pub const MAX_POLICY_SHAPE: usize = 131_072;
/// Key policy in bytes as the service allows it (quotas).
pub const MAX_POLICY: usize = 32_768;
/// Name of a key policy, in characters (model `PolicyNameType`).
pub const MAX_POLICY_NAME: usize = 128;
/// Aliases of one key (quotas).
pub const MAX_ALIASES_PER_KEY: usize = 50;
/// Tags of one key (quotas).
pub const MAX_TAGS_PER_KEY: usize = 50;
/// Replicas of one primary key. AWS allows one a Region, and has about as many; here all of them change in one commit,
/// which must have room for the largest records of each.
pub const MAX_REPLICAS: usize = 32;
/// On-demand rotations in the life of one key (quotas).
pub const MAX_ON_DEMAND_ROTATIONS: u32 = 25;
/// Grant tokens in one request (model `GrantTokenList`).
pub const MAX_GRANT_TOKENS: usize = 10;
/// A grant token, in characters (model `GrantTokenType`).
pub const MAX_GRANT_TOKEN: usize = 8192;
/// A grant's name, in characters (model `GrantNameType`).
pub const MAX_GRANT_NAME: usize = 256;
/// A grant id, in characters (model `GrantIdType`).
pub const MAX_GRANT_ID: usize = 128;
/// Grants on one key (quotas).
pub const MAX_GRANTS_PER_KEY: usize = 50_000;
/// Terms (operations, and names in the encryption context constraint) on which one grantee has grants on one key. AWS has
/// no such number; here a request may have to look at all of a grantee's terms, so they must be few.
pub const MAX_GRANT_TERMS: usize = 256;
/// Pairs in the encryption context constraint of a grant (model, `CreateGrant`).
pub const MAX_GRANT_CONTEXT_PAIRS: usize = 8;
/// A value in the encryption context constraint of a grant, in characters (model, `CreateGrant`).
pub const MAX_GRANT_CONTEXT_VALUE: usize = 384;
/// Shortest ARN in the source constraint of a grant, in characters (model `GrantConstraintSourceArnType`).
pub const MIN_SOURCE_ARN: usize = 20;
/// Longest ARN in the source constraint of a grant, in characters (model `GrantConstraintSourceArnType`).
pub const MAX_SOURCE_ARN: usize = 512;
/// A principal, in characters (model `PrincipalIdType`).
pub const MAX_PRINCIPAL: usize = 256;
/// A service as a principal, in characters (model `ServicePrincipalType`).
pub const MAX_SERVICE_PRINCIPAL: usize = 128;
/// An account id, in characters (model `AccountIdType`).
pub const ACCOUNT_ID: usize = 12;
/// A Region, in characters (model `RegionType`).
pub const MAX_REGION: usize = 32;
/// A tag's key, in characters (model `TagKeyType`).
pub const MAX_TAG_KEY: usize = 128;
/// A tag's value, in characters (model `TagValueType`).
pub const MAX_TAG_VALUE: usize = 256;
/// A public key in DER, in bytes (model `PublicKeyType`).
pub const MAX_PUBLIC_KEY: usize = 8192;
/// An attestation document, in bytes (model `AttestationDocumentType`).
pub const MAX_ATTESTATION_DOCUMENT: usize = 262_144;
/// Id of a key material, in characters (model `BackingKeyIdType`).
pub const MATERIAL_ID: usize = 64;
/// Description of a key material, in characters (model `KeyMaterialDescriptionType`).
pub const MAX_MATERIAL_DESCRIPTION: usize = 256;
/// An import token and its public key are good for this long, in seconds (`GetParametersForImport`: 24 hours).
pub const IMPORT_TOKEN_LIFE: i64 = 24 * 60 * 60;
/// Imported material lives at the most this long, in seconds (model, `ValidTo`: 365 days).
pub const MAX_MATERIAL_LIFE: i64 = 365 * 24 * 60 * 60;
/// Shortest waiting period before a key is deleted, in days (`ScheduleKeyDeletion`).
pub const MIN_PENDING_WINDOW: i64 = 7;
/// Longest waiting period, and the default, in days (`ScheduleKeyDeletion`).
pub const MAX_PENDING_WINDOW: i64 = 30;
/// Longest waiting period that the shape allows, in days (model `PendingWindowInDaysType`).
pub const MAX_PENDING_WINDOW_SHAPE: i64 = 365;
/// Shortest period of automatic rotation, in days (model `RotationPeriodInDaysType`).
pub const MIN_ROTATION_PERIOD: i64 = 90;
/// Longest period of automatic rotation, in days (model `RotationPeriodInDaysType`).
pub const MAX_ROTATION_PERIOD: i64 = 2560;
/// Period of automatic rotation where the request names none, in days (`EnableKeyRotation`).
pub const DEFAULT_ROTATION_PERIOD: i64 = 365;
/// How long before an automatic rotation none on demand is begun, in seconds (model `ConflictException`: 20 minutes).
pub const ROTATION_IMMINENT: i64 = 20 * 60;
/// Pairs in an encryption context. AWS publishes no number; the body limit alone would allow tens of thousands.
pub const MAX_CONTEXT_PAIRS: usize = 1000;
/// A pagination marker, in characters (model `MarkerType`).
pub const MAX_MARKER: usize = 1024;
/// Largest page where the documentation says nothing else (model `LimitType`).
pub const MAX_PAGE: i64 = 1000;
/// Page size of `ListKeys` and `ListKeyRotations` where the request names none (their documentation).
pub const DEFAULT_PAGE: i64 = 100;
/// Page size of `ListAliases` where the request names none (its documentation).
pub const DEFAULT_ALIAS_PAGE: i64 = 50;
/// Largest page of `ListAliases` (its documentation; the shape allows 1000).
pub const MAX_ALIAS_PAGE: i64 = 100;
/// Page size of `ListGrants` and `ListRetirableGrants` where the request names none (their documentation).
pub const DEFAULT_GRANT_PAGE: i64 = 50;
/// Largest page of `ListGrants` and `ListRetirableGrants` (their documentation; the shape allows 1000).
pub const MAX_GRANT_PAGE: i64 = 100;
/// Page size of `ListResourceTags` where the request names none, and its largest (its documentation; the shape
/// allows 1000).
pub const MAX_TAG_PAGE: i64 = 50;
/// Owners of resources in one request (model `ResourceOwnersList`).
pub const MAX_RESOURCE_OWNERS: usize = 2;
/// Id of a custom key store, in characters (model `CustomKeyStoreIdType`).
pub const MAX_CUSTOM_KEY_STORE_ID: usize = 64;
/// Name of a custom key store, in characters (model `CustomKeyStoreNameType`).
pub const MAX_CUSTOM_KEY_STORE_NAME: usize = 256;
/// Shortest id of a CloudHSM cluster, in characters (model `CloudHsmClusterIdType`).
pub const MIN_CLOUD_HSM_CLUSTER_ID: usize = 19;
/// Longest id of a CloudHSM cluster, in characters (model `CloudHsmClusterIdType`).
pub const MAX_CLOUD_HSM_CLUSTER_ID: usize = 24;
/// Shortest password of a CloudHSM cluster's crypto user, in characters (model `KeyStorePasswordType`).
pub const MIN_KEY_STORE_PASSWORD: usize = 7;
/// Longest password of a CloudHSM cluster's crypto user, in characters (model `KeyStorePasswordType`).
pub const MAX_KEY_STORE_PASSWORD: usize = 32;
/// Root certificate of a CloudHSM cluster, in characters of PEM (model `TrustAnchorCertificateType`).
pub const MAX_TRUST_ANCHOR_CERTIFICATE: usize = 5000;
/// Id of a key outside, in characters (model `XksKeyIdType`).
pub const MAX_XKS_KEY_ID: usize = 128;
/// Shortest address of an external key store proxy and shortest path on it, in characters (model
/// `XksProxyUriEndpointType`, `XksProxyUriPathType`).
pub const MIN_XKS_URI: usize = 10;
/// Longest address of an external key store proxy and longest path on it, in characters (model
/// `XksProxyUriEndpointType`, `XksProxyUriPathType`).
pub const MAX_XKS_URI: usize = 128;
/// Shortest name of a VPC endpoint service, in characters (model `XksProxyVpcEndpointServiceNameType`).
pub const MIN_XKS_VPC_ENDPOINT_SERVICE: usize = 20;
/// Longest name of a VPC endpoint service, in characters (model `XksProxyVpcEndpointServiceNameType`).
pub const MAX_XKS_VPC_ENDPOINT_SERVICE: usize = 64;
/// Shortest id of a secret shared with a proxy, in characters (model `XksProxyAuthenticationAccessKeyIdType`).
pub const MIN_XKS_ACCESS_KEY_ID: usize = 20;
/// Longest id of a secret shared with a proxy, in characters (model `XksProxyAuthenticationAccessKeyIdType`).
pub const MAX_XKS_ACCESS_KEY_ID: usize = 30;
/// Shortest secret shared with a proxy, in characters (model `XksProxyAuthenticationRawSecretAccessKeyType`).
pub const MIN_XKS_SECRET_ACCESS_KEY: usize = 43;
/// Longest secret shared with a proxy, in characters (model `XksProxyAuthenticationRawSecretAccessKeyType`).
pub const MAX_XKS_SECRET_ACCESS_KEY: usize = 64;
