//! `GenerateDataKey`.

use crate::constraint::{Kind, kinds};
use crate::macros::{errors, request, response};
use crate::{Blob, DataKeySpec, EncryptionContext, GrantOperation, KeyIds, KeyUsage, RecipientInfo, States};

request! {
    /// Makes a data key, in the clear and encrypted.
    GenerateDataKey -> GenerateDataKeyResponse;
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
        /// An attested enclave that wants the answer for itself alone.
        recipient: RecipientInfo = "Recipient", kinds::RECIPIENT;
        /// Only say whether the call would succeed.
        dry_run: bool = "DryRun", Kind::Boolean;
    }
    states: States::USE,
    key_ids: KeyIds::IdOrAlias,
    usage: Some(KeyUsage::EncryptDecrypt),
    grant: Some(GrantOperation::GenerateDataKey),
    cross_account: true,
    errors: errors![
        NotFound, Disabled, KeyUnavailable, DependencyTimeout, InvalidKeyUsage, InvalidGrantToken, Internal,
        KmsInvalidState, DryRun,
    ],
}

response! {
    /// Answer of `GenerateDataKey`.
    GenerateDataKeyResponse;
    always {
        /// The data key, encrypted.
        ciphertext_blob: Blob,
        /// The key ARN.
        key_id: String,
    }
    sometimes {
        /// The data key; absent for a recipient.
        plaintext: Blob,
        /// The data key, in CMS EnvelopedData for the attested enclave; in the place of the one in the clear.
        ciphertext_for_recipient: Blob,
        /// The material that encrypted it.
        key_material_id: String,
    }
}
