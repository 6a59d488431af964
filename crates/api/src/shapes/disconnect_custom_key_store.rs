//! `DisconnectCustomKeyStore`.

use crate::constraint::kinds;
use crate::macros::{errors, request, response};

request! {
    /// Disconnects a key store; its keys become unavailable.
    DisconnectCustomKeyStore -> DisconnectCustomKeyStoreResponse;
    required {
        /// The key store.
        custom_key_store_id: String = "CustomKeyStoreId", kinds::CUSTOM_KEY_STORE_ID;
    }
    optional {}
    errors: errors![CustomKeyStoreInvalidState, CustomKeyStoreNotFound, Internal],
}

response! {
    /// Answer of `DisconnectCustomKeyStore`.
    DisconnectCustomKeyStoreResponse;
    always {}
    sometimes {}
}
