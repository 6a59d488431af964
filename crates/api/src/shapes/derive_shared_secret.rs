//! `DeriveSharedSecret`.

use crate::constraint::{Kind, kinds};
use crate::macros::{errors, request, response};
use crate::{
    Blob, GrantOperation, KeyAgreementAlgorithmSpec, KeyIds, KeyUsage, OriginType, RecipientInfo, States,
};

request! {
    /// Agrees on a secret with the owner of a public key.
    DeriveSharedSecret -> DeriveSharedSecretResponse;
    required {
        /// Key id, key ARN, alias name or alias ARN.
        key_id: String = "KeyId", kinds::KEY_ID;
        /// How.
        key_agreement_algorithm: KeyAgreementAlgorithmSpec = "KeyAgreementAlgorithm", Kind::Enum(KeyAgreementAlgorithmSpec::NAMES);
        /// The peer's public key on the same curve: DER SubjectPublicKeyInfo.
        public_key: Blob = "PublicKey", kinds::PUBLIC_KEY;
    }
    optional {
        /// Tokens of fresh grants.
        grant_tokens: Vec<String> = "GrantTokens", kinds::GRANT_TOKENS;
        /// Only say whether the call would succeed.
        dry_run: bool = "DryRun", Kind::Boolean;
        /// An attested enclave that wants the secret for itself alone.
        recipient: RecipientInfo = "Recipient", kinds::RECIPIENT;
    }
    states: States::USE,
    key_ids: KeyIds::IdOrAlias,
    usage: Some(KeyUsage::KeyAgreement),
    grant: Some(GrantOperation::DeriveSharedSecret),
    cross_account: true,
    errors: errors![
        NotFound, Disabled, KeyUnavailable, DependencyTimeout, InvalidGrantToken, InvalidKeyUsage, Internal,
        KmsInvalidState, DryRun,
    ],
}

response! {
    /// Answer of `DeriveSharedSecret`.
    DeriveSharedSecretResponse;
    always {
        /// The key ARN.
        key_id: String,
        /// How it was made.
        key_agreement_algorithm: KeyAgreementAlgorithmSpec,
        /// Where the key's material comes from.
        key_origin: OriginType,
    }
    sometimes {
        /// The secret, raw: the x-coordinate of the shared point; absent for a recipient.
        shared_secret: Blob,
        /// The secret, in CMS EnvelopedData for the attested enclave; in the place of the one in the clear.
        ciphertext_for_recipient: Blob,
    }
}
