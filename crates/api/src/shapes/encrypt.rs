//! `Encrypt`.

use crate::constraint::{Kind, kinds};
use crate::macros::{errors, request, response};
use crate::{Blob, EncryptionAlgorithmSpec, EncryptionContext, GrantOperation, KeyIds, KeyUsage, States};

request! {
    /// Encrypts up to 4096 bytes.
    Encrypt -> EncryptResponse;
    required {
        /// Key id, key ARN, alias name or alias ARN.
        key_id: String = "KeyId", kinds::KEY_ID;
        /// What to encrypt.
        plaintext: Blob = "Plaintext", kinds::PLAINTEXT;
    }
    optional {
        /// Pairs bound to the ciphertext; symmetric keys only.
        encryption_context: EncryptionContext = "EncryptionContext", kinds::ENCRYPTION_CONTEXT;
        /// Tokens of fresh grants.
        grant_tokens: Vec<String> = "GrantTokens", kinds::GRANT_TOKENS;
        /// Needed for asymmetric keys.
        encryption_algorithm: EncryptionAlgorithmSpec = "EncryptionAlgorithm", Kind::Enum(EncryptionAlgorithmSpec::NAMES);
        /// Only say whether the call would succeed.
        dry_run: bool = "DryRun", Kind::Boolean;
    }
    states: States::USE,
    key_ids: KeyIds::IdOrAlias,
    usage: Some(KeyUsage::EncryptDecrypt),
    grant: Some(GrantOperation::Encrypt),
    cross_account: true,
    errors: errors![
        NotFound, Disabled, KeyUnavailable, DependencyTimeout, InvalidKeyUsage, InvalidGrantToken, Internal,
        KmsInvalidState, DryRun,
    ],
}

response! {
    /// Answer of `Encrypt`.
    EncryptResponse;
    always {
        /// The ciphertext; opaque for symmetric keys.
        ciphertext_blob: Blob,
        /// The key ARN.
        key_id: String,
        /// How it was made.
        encryption_algorithm: EncryptionAlgorithmSpec,
    }
    sometimes {}
}
