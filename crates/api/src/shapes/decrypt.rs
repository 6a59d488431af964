//! `Decrypt`.

use crate::constraint::{Kind, kinds};
use crate::macros::{request, response};
use crate::{Blob, EncryptionAlgorithmSpec, EncryptionContext, KeyIds, KeyUsage, RecipientInfo, States};

request! {
    /// Decrypts what a key has encrypted.
    Decrypt -> DecryptResponse;
    required {}
    optional {
        /// The ciphertext.
        ciphertext_blob: Blob = "CiphertextBlob", kinds::CIPHERTEXT;
        /// Pairs bound to the ciphertext; symmetric keys only.
        encryption_context: EncryptionContext = "EncryptionContext", kinds::ENCRYPTION_CONTEXT;
        /// Tokens of fresh grants.
        grant_tokens: Vec<String> = "GrantTokens", kinds::GRANT_TOKENS;
        /// The key; needed for asymmetric ones.
        key_id: String = "KeyId", kinds::KEY_ID;
        /// Needed for asymmetric keys.
        encryption_algorithm: EncryptionAlgorithmSpec = "EncryptionAlgorithm", Kind::Enum(EncryptionAlgorithmSpec::NAMES);
        /// An attested enclave (not offered).
        recipient: RecipientInfo = "Recipient", kinds::RECIPIENT;
        /// Only say whether the call would succeed.
        dry_run: bool = "DryRun", Kind::Boolean;
        /// With `DryRun`: IGNORE_CIPHERTEXT (not offered).
        dry_run_modifiers: Vec<String> = "DryRunModifiers", kinds::DRY_RUN_MODIFIERS;
    }
    states: States::USE,
    key_ids: KeyIds::IdOrAlias,
    usage: Some(KeyUsage::EncryptDecrypt),
}

response! {
    /// Answer of `Decrypt`.
    DecryptResponse;
    always {
        /// The key ARN.
        key_id: String,
        /// The plaintext.
        plaintext: Blob,
        /// How it had been made.
        encryption_algorithm: EncryptionAlgorithmSpec,
    }
    sometimes {
        /// The material that decrypted it; symmetric encryption keys only.
        key_material_id: String,
    }
}
