//! `DeleteCustomKeyStore`.

use crate::constraint::kinds;
use crate::macros::{errors, request, response};

request! {
    /// Forgets a key store that has no keys.
    DeleteCustomKeyStore -> DeleteCustomKeyStoreResponse;
    required {
        /// The key store.
        custom_key_store_id: String = "CustomKeyStoreId", kinds::CUSTOM_KEY_STORE_ID;
    }
    optional {}
    errors: errors![CustomKeyStoreHasCmks, CustomKeyStoreInvalidState, CustomKeyStoreNotFound, Internal],
}

response! {
    /// Answer of `DeleteCustomKeyStore`.
    DeleteCustomKeyStoreResponse;
    always {}
    sometimes {}
}
