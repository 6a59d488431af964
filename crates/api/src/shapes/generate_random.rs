//! `GenerateRandom`.

use crate::constraint::kinds;
use crate::macros::{request, response};
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
        /// An attested enclave (not offered).
        recipient: RecipientInfo = "Recipient", kinds::RECIPIENT;
    }
}

response! {
    /// Answer of `GenerateRandom`.
    GenerateRandomResponse;
    always {
        /// The bytes.
        plaintext: Blob,
    }
    sometimes {}
}
