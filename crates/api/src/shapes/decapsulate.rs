//! `Decapsulate`.

use crate::constraint::{Kind, kinds};
use crate::macros::{errors, request, response};
use crate::{Blob, EncapsulationAlgorithmSpec, GrantOperation, KeyIds, KeyUsage, States};

request! {
    /// Gives the secret of an encapsulation.
    Decapsulate -> DecapsulateResponse;
    required {
        /// Key id, key ARN, alias name or alias ARN.
        key_id: String = "KeyId", kinds::KEY_ID;
        /// The encapsulation.
        shared_secret_ciphertext_blob: Blob = "SharedSecretCiphertextBlob", kinds::CIPHERTEXT;
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
    grant: Some(GrantOperation::Decapsulate),
    cross_account: true,
    errors: errors![
        NotFound, Disabled, KeyUnavailable, DependencyTimeout, InvalidGrantToken, InvalidKeyUsage,
        InvalidCiphertext, Internal, KmsInvalidState, DryRun,
    ],
}

response! {
    /// Answer of `Decapsulate`.
    DecapsulateResponse;
    always {
        /// The key ARN.
        key_id: String,
        /// The secret: 32 bytes.
        shared_secret: Blob,
        /// How it was made.
        encapsulation_algorithm: EncapsulationAlgorithmSpec,
    }
    sometimes {}
}
