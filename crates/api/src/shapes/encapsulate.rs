//! `Encapsulate`.

use crate::constraint::{Kind, kinds};
use crate::macros::{errors, request, response};
use crate::{Blob, EncapsulationAlgorithmSpec, GrantOperation, KeyIds, KeyUsage, States};

request! {
    /// Makes a secret and its encapsulation for the holder of a key.
    Encapsulate -> EncapsulateResponse;
    required {
        /// Key id, key ARN, alias name or alias ARN.
        key_id: String = "KeyId", kinds::KEY_ID;
        /// How.
        encapsulation_algorithm: EncapsulationAlgorithmSpec = "EncapsulationAlgorithm", Kind::Enum(EncapsulationAlgorithmSpec::NAMES);
    }
    optional {
        /// Tokens of fresh grants.
        grant_tokens: Vec<String> = "GrantTokens", kinds::GRANT_TOKENS;
        /// Only say whether the call would succeed.
        dry_run: bool = "DryRun", Kind::Boolean;
    }
    states: States::USE,
    key_ids: KeyIds::IdOrAlias,
    usage: Some(KeyUsage::EncapsulateDecapsulate),
    grant: Some(GrantOperation::Encapsulate),
    cross_account: true,
    errors: errors![
        NotFound, Disabled, KeyUnavailable, DependencyTimeout, InvalidGrantToken, InvalidKeyUsage, Internal,
        KmsInvalidState, DryRun,
    ],
}

response! {
    /// Answer of `Encapsulate`.
    EncapsulateResponse;
    always {
        /// The key ARN.
        key_id: String,
        /// The secret: 32 bytes.
        shared_secret: Blob,
        /// Its encapsulation.
        shared_secret_ciphertext_blob: Blob,
        /// How it was made.
        encapsulation_algorithm: EncapsulationAlgorithmSpec,
    }
    sometimes {}
}
