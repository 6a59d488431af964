//! `Decrypt`.

use crate::constraint::{Kind, kinds};
use crate::macros::{errors, request, response};
use crate::{
    Blob, DryRunModifierType, EncryptionAlgorithmSpec, EncryptionContext, GrantOperation, KeyIds, KeyUsage,
    RecipientInfo, States,
};

request! {
    /// Decrypts what a key has encrypted.
    Decrypt -> DecryptResponse;
    required {}
    optional {
        /// The ciphertext; only a dry run can do without.
        ciphertext_blob: Blob = "CiphertextBlob", kinds::CIPHERTEXT;
        /// Pairs bound to the ciphertext; symmetric keys only.
        encryption_context: EncryptionContext = "EncryptionContext", kinds::ENCRYPTION_CONTEXT;
        /// Tokens of fresh grants.
        grant_tokens: Vec<String> = "GrantTokens", kinds::GRANT_TOKENS;
        /// The key; needed for asymmetric ones.
        key_id: String = "KeyId", kinds::KEY_ID;
        /// Needed for asymmetric keys.
        encryption_algorithm: EncryptionAlgorithmSpec = "EncryptionAlgorithm", Kind::Enum(EncryptionAlgorithmSpec::NAMES);
        /// An attested enclave that wants the answer for itself alone.
        recipient: RecipientInfo = "Recipient", kinds::RECIPIENT;
        /// Only say whether the call would succeed.
        dry_run: bool = "DryRun", Kind::Boolean;
        /// What a dry run leaves out; only with `DryRun`.
        dry_run_modifiers: Vec<DryRunModifierType> = "DryRunModifiers", kinds::DRY_RUN_MODIFIERS;
    }
    states: States::USE,
    key_ids: KeyIds::IdOrAlias,
    usage: Some(KeyUsage::EncryptDecrypt),
    grant: Some(GrantOperation::Decrypt),
    cross_account: true,
    errors: errors![
        NotFound, Disabled, InvalidCiphertext, KeyUnavailable, IncorrectKey, InvalidKeyUsage,
        DependencyTimeout, InvalidGrantToken, Internal, KmsInvalidState, DryRun,
    ],
}

response! {
    /// Answer of `Decrypt`.
    DecryptResponse;
    always {
        /// The key ARN.
        key_id: String,
        /// How it had been made.
        encryption_algorithm: EncryptionAlgorithmSpec,
    }
    sometimes {
        /// The plaintext; absent for a recipient.
        plaintext: Blob,
        /// The plaintext, in CMS EnvelopedData for the attested enclave; in the place of the one in the clear.
        ciphertext_for_recipient: Blob,
        /// The material that decrypted it; symmetric encryption keys only.
        key_material_id: String,
    }
}
