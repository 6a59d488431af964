//! `GenerateDataKeyWithoutPlaintext`.

use crate::constraint::{Kind, kinds};
use crate::macros::{errors, request, response};
use crate::{Blob, DataKeySpec, EncryptionContext, GrantOperation, KeyIds, KeyUsage, States};

request! {
    /// Makes a data key and gives only its ciphertext.
    GenerateDataKeyWithoutPlaintext -> GenerateDataKeyWithoutPlaintextResponse;
    required {
        /// Key id, key ARN, alias name or alias ARN.
        key_id: String = "KeyId", kinds::KEY_ID;
    }
    optional {
        /// Pairs bound to the ciphertext; symmetric keys only.
        encryption_context: EncryptionContext = "EncryptionContext", kinds::ENCRYPTION_CONTEXT;
        /// Its length; or `KeySpec`, not both.
        number_of_bytes: i64 = "NumberOfBytes", kinds::NUMBER_OF_BYTES;
        /// Its length by name; or `NumberOfBytes`, not both.
        key_spec: DataKeySpec = "KeySpec", Kind::Enum(DataKeySpec::NAMES);
        /// Tokens of fresh grants.
        grant_tokens: Vec<String> = "GrantTokens", kinds::GRANT_TOKENS;
        /// Only say whether the call would succeed.
        dry_run: bool = "DryRun", Kind::Boolean;
    }
    states: States::USE,
    key_ids: KeyIds::IdOrAlias,
    usage: Some(KeyUsage::EncryptDecrypt),
    grant: Some(GrantOperation::GenerateDataKeyWithoutPlaintext),
    cross_account: true,
    errors: errors![
        NotFound, Disabled, KeyUnavailable, DependencyTimeout, InvalidKeyUsage, InvalidGrantToken, Internal,
        KmsInvalidState, DryRun,
    ],
}

response! {
    /// Answer of `GenerateDataKeyWithoutPlaintext`.
    GenerateDataKeyWithoutPlaintextResponse;
    always {
        /// The data key, encrypted.
        ciphertext_blob: Blob,
        /// The key ARN.
        key_id: String,
    }
    sometimes {
        /// The material that encrypted it.
        key_material_id: String,
    }
}
