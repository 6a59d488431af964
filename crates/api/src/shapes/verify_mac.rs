//! `VerifyMac`.

use crate::constraint::{Kind, kinds};
use crate::macros::{errors, request, response};
use crate::{Blob, GrantOperation, KeyIds, KeyUsage, MacAlgorithmSpec, States};

request! {
    /// Verifies a MAC.
    VerifyMac -> VerifyMacResponse;
    required {
        /// The message, its digest, or its representative.
        message: Blob = "Message", kinds::PLAINTEXT;
        /// Key id, key ARN, alias name or alias ARN.
        key_id: String = "KeyId", kinds::KEY_ID;
        /// How.
        mac_algorithm: MacAlgorithmSpec = "MacAlgorithm", Kind::Enum(MacAlgorithmSpec::NAMES);
        /// The MAC.
        mac: Blob = "Mac", kinds::CIPHERTEXT;
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
    grant: Some(GrantOperation::VerifyMac),
    cross_account: true,
    errors: errors![
        NotFound, Disabled, KeyUnavailable, InvalidKeyUsage, InvalidGrantToken, Internal, KmsInvalidMac,
        KmsInvalidState, DryRun,
    ],
}

response! {
    /// Answer of `VerifyMac`; a bad MAC is an error instead.
    VerifyMacResponse;
    always {
        /// The key ARN.
        key_id: String,
        /// Always true.
        mac_valid: bool,
        /// How it was verified.
        mac_algorithm: MacAlgorithmSpec,
    }
    sometimes {}
}
