//! `GenerateDataKeyPairWithoutPlaintext`.

use crate::constraint::{Kind, kinds};
use crate::macros::{errors, request, response};
use crate::{Blob, DataKeyPairSpec, EncryptionContext, GrantOperation, KeyIds, KeyUsage, States};

request! {
    /// Makes a key pair and gives of its private half only the ciphertext.
    GenerateDataKeyPairWithoutPlaintext -> GenerateDataKeyPairWithoutPlaintextResponse;
    required {
        /// Key id, key ARN, alias name or alias ARN.
        key_id: String = "KeyId", kinds::KEY_ID;
        /// What kind of key pair.
        key_pair_spec: DataKeyPairSpec = "KeyPairSpec", Kind::Enum(DataKeyPairSpec::NAMES);
    }
    optional {
        /// Pairs bound to the ciphertext of the private key.
        encryption_context: EncryptionContext = "EncryptionContext", kinds::ENCRYPTION_CONTEXT;
        /// Tokens of fresh grants.
        grant_tokens: Vec<String> = "GrantTokens", kinds::GRANT_TOKENS;
        /// Only say whether the call would succeed.
        dry_run: bool = "DryRun", Kind::Boolean;
    }
    states: States::USE,
    key_ids: KeyIds::IdOrAlias,
    usage: Some(KeyUsage::EncryptDecrypt),
    grant: Some(GrantOperation::GenerateDataKeyPairWithoutPlaintext),
    cross_account: true,
    errors: errors![
        NotFound, Disabled, KeyUnavailable, DependencyTimeout, InvalidKeyUsage, InvalidGrantToken, Internal,
        KmsInvalidState, UnsupportedOperation, DryRun,
    ],
}

response! {
    /// Answer of `GenerateDataKeyPairWithoutPlaintext`.
    GenerateDataKeyPairWithoutPlaintextResponse;
    always {
        /// The private key, encrypted: PKCS #8 in DER.
        private_key_ciphertext_blob: Blob,
        /// The public key: DER SubjectPublicKeyInfo.
        public_key: Blob,
        /// The key ARN.
        key_id: String,
        /// What kind of key pair.
        key_pair_spec: DataKeyPairSpec,
    }
    sometimes {
        /// The material that encrypted the private key.
        key_material_id: String,
    }
}
