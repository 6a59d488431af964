//! Every number that is a limit of the API, with its source.
//!
//! "model" is the KMS service model 2014-11-01; "quotas" is the resource quota page of the developer guide.

/// Largest request body in bytes; more is answered 413 (observed on the live service).
pub const MAX_BODY: usize = 200_000;
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
/// Aliases of one key (quotas).
pub const MAX_ALIASES_PER_KEY: usize = 50;
/// Tags of one key (quotas).
pub const MAX_TAGS_PER_KEY: usize = 50;
/// On-demand rotations in the life of one key (quotas).
pub const MAX_ON_DEMAND_ROTATIONS: u32 = 25;
/// Grant tokens in one request (model `GrantTokenList`).
pub const MAX_GRANT_TOKENS: usize = 10;
/// A grant token, in characters (model `GrantTokenType`).
pub const MAX_GRANT_TOKEN: usize = 8192;
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
/// Pairs in an encryption context. AWS publishes no number; the body limit alone would allow tens of thousands.
pub const MAX_CONTEXT_PAIRS: usize = 1000;
/// Page size of `ListKeys` and `ListKeyRotations` where the request names none.
pub const DEFAULT_PAGE: i64 = 100;
/// Page size of `ListAliases` where the request names none.
pub const DEFAULT_ALIAS_PAGE: i64 = 50;
/// Largest page of `ListAliases` (its documentation; the shape allows 1000).
pub const MAX_ALIAS_PAGE: i64 = 100;
