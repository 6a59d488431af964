//! `Sign`.

use crate::constraint::{Kind, kinds};
use crate::macros::{errors, request, response};
use crate::{Blob, GrantOperation, KeyIds, KeyUsage, MessageType, SigningAlgorithmSpec, States};

request! {
    /// Signs a message or a digest.
    Sign -> SignResponse;
    required {
        /// Key id, key ARN, alias name or alias ARN.
        key_id: String = "KeyId", kinds::KEY_ID;
        /// The message, its digest, or its representative.
        message: Blob = "Message", kinds::PLAINTEXT;
        /// How.
        signing_algorithm: SigningAlgorithmSpec = "SigningAlgorithm", Kind::Enum(SigningAlgorithmSpec::NAMES);
    }
    optional {
        /// What `Message` is; by default RAW.
        message_type: MessageType = "MessageType", Kind::Enum(MessageType::NAMES);
        /// Tokens of fresh grants.
        grant_tokens: Vec<String> = "GrantTokens", kinds::GRANT_TOKENS;
        /// Only say whether the call would succeed.
        dry_run: bool = "DryRun", Kind::Boolean;
    }
    states: States::USE,
    key_ids: KeyIds::IdOrAlias,
    usage: Some(KeyUsage::SignVerify),
    grant: Some(GrantOperation::Sign),
    cross_account: true,
    errors: errors![
        NotFound, Disabled, KeyUnavailable, DependencyTimeout, InvalidKeyUsage, InvalidGrantToken, Internal,
        KmsInvalidState, DryRun,
    ],
}

response! {
    /// Answer of `Sign`.
    SignResponse;
    always {
        /// The key ARN.
        key_id: String,
        /// The signature; ECDSA in ASN.1 DER.
        signature: Blob,
        /// How it was made.
        signing_algorithm: SigningAlgorithmSpec,
    }
    sometimes {}
}
