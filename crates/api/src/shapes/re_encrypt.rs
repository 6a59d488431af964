//! `ReEncrypt`.

use crate::constraint::{Kind, kinds};
use crate::macros::{errors, request, response};
use crate::{Blob, DryRunModifierType, EncryptionAlgorithmSpec, EncryptionContext, KeyIds, KeyUsage, States};

request! {
    /// Decrypts with one key and encrypts with another; the plaintext stays inside.
    ReEncrypt -> ReEncryptResponse;
    required {
        /// The key to encrypt with.
        destination_key_id: String = "DestinationKeyId", kinds::KEY_ID;
    }
    optional {
        /// The ciphertext; only a dry run can do without.
        ciphertext_blob: Blob = "CiphertextBlob", kinds::CIPHERTEXT;
        /// The context it was encrypted with.
        source_encryption_context: EncryptionContext = "SourceEncryptionContext", kinds::ENCRYPTION_CONTEXT;
        /// The key that encrypted it; needed for asymmetric ones.
        source_key_id: String = "SourceKeyId", kinds::KEY_ID;
        /// The context to encrypt with.
        destination_encryption_context: EncryptionContext = "DestinationEncryptionContext", kinds::ENCRYPTION_CONTEXT;
        /// How it was made.
        source_encryption_algorithm: EncryptionAlgorithmSpec = "SourceEncryptionAlgorithm", Kind::Enum(EncryptionAlgorithmSpec::NAMES);
        /// How to encrypt.
        destination_encryption_algorithm: EncryptionAlgorithmSpec = "DestinationEncryptionAlgorithm", Kind::Enum(EncryptionAlgorithmSpec::NAMES);
        /// Tokens of fresh grants.
        grant_tokens: Vec<String> = "GrantTokens", kinds::GRANT_TOKENS;
        /// Only say whether the call would succeed.
        dry_run: bool = "DryRun", Kind::Boolean;
        /// What a dry run leaves out; only with `DryRun`.
        dry_run_modifiers: Vec<DryRunModifierType> = "DryRunModifiers", kinds::DRY_RUN_MODIFIERS;
    }
    states: States::USE,
    key_ids: KeyIds::IdOrAlias,
    usage: Some(KeyUsage::EncryptDecrypt),
    cross_account: true,
    errors: errors![
        NotFound, Disabled, InvalidCiphertext, KeyUnavailable, IncorrectKey, DependencyTimeout,
        InvalidKeyUsage, InvalidGrantToken, Internal, KmsInvalidState, DryRun,
    ],
}

response! {
    /// Answer of `ReEncrypt`.
    ReEncryptResponse;
    always {
        /// The new ciphertext.
        ciphertext_blob: Blob,
        /// The ARN of the key that decrypted.
        source_key_id: String,
        /// The ARN of the key that encrypted.
        key_id: String,
        /// How the old one had been made.
        source_encryption_algorithm: EncryptionAlgorithmSpec,
        /// How the new one was made.
        destination_encryption_algorithm: EncryptionAlgorithmSpec,
    }
    sometimes {
        /// The material that decrypted; symmetric encryption keys only.
        source_key_material_id: String,
        /// The material that encrypted; symmetric encryption keys only.
        destination_key_material_id: String,
    }
}
