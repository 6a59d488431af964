//! `GenerateRandom`.

use crate::constraint::kinds;
use crate::macros::{errors, request, response};
use crate::{Blob, RecipientInfo};

request! {
    /// Gives random bytes.
    GenerateRandom -> GenerateRandomResponse;
    required {}
    optional {
        /// How many.
        number_of_bytes: i64 = "NumberOfBytes", kinds::NUMBER_OF_BYTES;
        /// A custom key store (not offered).
        custom_key_store_id: String = "CustomKeyStoreId", kinds::CUSTOM_KEY_STORE_ID;
        /// An attested enclave that wants the answer for itself alone.
        recipient: RecipientInfo = "Recipient", kinds::RECIPIENT;
    }
    errors: errors![
        DependencyTimeout, Internal, UnsupportedOperation, CustomKeyStoreNotFound, CustomKeyStoreInvalidState,
    ],
}

response! {
    /// Answer of `GenerateRandom`.
    GenerateRandomResponse;
    always {}
    sometimes {
        /// The bytes; absent for a recipient.
        plaintext: Blob,
        /// The bytes, in CMS EnvelopedData for the attested enclave; in the place of those in the clear.
        ciphertext_for_recipient: Blob,
    }
}
