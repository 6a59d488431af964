//! `ConnectCustomKeyStore`.

use crate::constraint::kinds;
use crate::macros::{errors, request, response};

request! {
    /// Connects a key store, so that its keys can be used.
    ConnectCustomKeyStore -> ConnectCustomKeyStoreResponse;
    required {
        /// The key store.
        custom_key_store_id: String = "CustomKeyStoreId", kinds::CUSTOM_KEY_STORE_ID;
    }
    optional {}
    errors: errors![
        CloudHsmClusterNotActive, CustomKeyStoreInvalidState, CustomKeyStoreNotFound, Internal,
        CloudHsmClusterInvalidConfiguration,
    ],
}

response! {
    /// Answer of `ConnectCustomKeyStore`.
    ConnectCustomKeyStoreResponse;
    always {}
    sometimes {}
}
