//! `GenerateMac`.

use crate::constraint::{Kind, kinds};
use crate::macros::{errors, request, response};
use crate::{Blob, GrantOperation, KeyIds, KeyUsage, MacAlgorithmSpec, States};

request! {
    /// Authenticates a message.
    GenerateMac -> GenerateMacResponse;
    required {
        /// The message, its digest, or its representative.
        message: Blob = "Message", kinds::PLAINTEXT;
        /// Key id, key ARN, alias name or alias ARN.
        key_id: String = "KeyId", kinds::KEY_ID;
        /// How.
        mac_algorithm: MacAlgorithmSpec = "MacAlgorithm", Kind::Enum(MacAlgorithmSpec::NAMES);
    }
    optional {
        /// Tokens of fresh grants.
        grant_tokens: Vec<String> = "GrantTokens", kinds::GRANT_TOKENS;
        /// Only say whether the call would succeed.
        dry_run: bool = "DryRun", Kind::Boolean;
    }
    states: States::USE,
    key_ids: KeyIds::IdOrAlias,
    usage: Some(KeyUsage::GenerateVerifyMac),
    grant: Some(GrantOperation::GenerateMac),
    cross_account: true,
    errors: errors![
        NotFound, Disabled, KeyUnavailable, InvalidKeyUsage, InvalidGrantToken, Internal, KmsInvalidState,
        DryRun,
    ],
}

response! {
    /// Answer of `GenerateMac`.
    GenerateMacResponse;
    always {
        /// The MAC, in full length.
        mac: Blob,
        /// How it was made.
        mac_algorithm: MacAlgorithmSpec,
        /// The key ARN.
        key_id: String,
    }
    sometimes {}
}
