//! `GetPublicKey`.

use crate::constraint::kinds;
use crate::macros::{errors, request, response};
use crate::{
    Blob, EncapsulationAlgorithmSpec, EncryptionAlgorithmSpec, GrantOperation, KeyAgreementAlgorithmSpec,
    KeyIds, KeySpec, KeyUsage, SigningAlgorithmSpec, States,
};

request! {
    /// Gives the public half of a key pair.
    GetPublicKey -> GetPublicKeyResponse;
    required {
        /// Key id, key ARN, alias name or alias ARN.
        key_id: String = "KeyId", kinds::KEY_ID;
    }
    optional {
        /// Tokens of fresh grants.
        grant_tokens: Vec<String> = "GrantTokens", kinds::GRANT_TOKENS;
    }
    states: States::USE,
    key_ids: KeyIds::IdOrAlias,
    grant: Some(GrantOperation::GetPublicKey),
    cross_account: true,
    errors: errors![
        NotFound, Disabled, KeyUnavailable, DependencyTimeout, UnsupportedOperation, InvalidArn,
        InvalidGrantToken, InvalidKeyUsage, Internal, KmsInvalidState,
    ],
}

response! {
    /// Answer of `GetPublicKey`.
    GetPublicKeyResponse;
    always {
        /// The key ARN.
        key_id: String,
        /// DER SubjectPublicKeyInfo.
        public_key: Blob,
        /// The same as `key_spec`.
        customer_master_key_spec: KeySpec,
        /// The kind of key pair.
        key_spec: KeySpec,
        /// What it may be used for.
        key_usage: KeyUsage,
    }
    sometimes {
        /// For ENCRYPT_DECRYPT.
        encryption_algorithms: Vec<EncryptionAlgorithmSpec>,
        /// For SIGN_VERIFY.
        signing_algorithms: Vec<SigningAlgorithmSpec>,
        /// For KEY_AGREEMENT.
        key_agreement_algorithms: Vec<KeyAgreementAlgorithmSpec>,
        /// For ENCAPSULATE_DECAPSULATE.
        encapsulation_algorithms: Vec<EncapsulationAlgorithmSpec>,
    }
}
