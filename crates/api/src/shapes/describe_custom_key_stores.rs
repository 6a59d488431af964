//! `DescribeCustomKeyStores`.

use crate::constraint::kinds;
use crate::macros::{errors, request, response};
use crate::{
    ConnectionErrorCodeType, ConnectionStateType, CustomKeyStoreType, SecretText, Timestamp,
    XksProxyConnectivityType,
};

request! {
    /// Lists the key stores, or describes one.
    DescribeCustomKeyStores -> DescribeCustomKeyStoresResponse;
    required {}
    optional {
        /// Only this one; or `CustomKeyStoreName`, not both.
        custom_key_store_id: String = "CustomKeyStoreId", kinds::CUSTOM_KEY_STORE_ID;
        /// Only the one of this name; or `CustomKeyStoreId`, not both.
        custom_key_store_name: String = "CustomKeyStoreName", kinds::CUSTOM_KEY_STORE_NAME;
        /// Most items of the page.
        limit: i64 = "Limit", kinds::LIMIT;
        /// `NextMarker` of the page before.
        marker: String = "Marker", kinds::MARKER;
    }
    errors: errors![CustomKeyStoreNotFound, InvalidMarker, Internal],
}

response! {
    /// How an external key store proxy is reached.
    XksProxyConfigurationType;
    always {}
    sometimes {
        /// Over the internet or a VPC endpoint service.
        connectivity: XksProxyConnectivityType,
        /// The id of the credential that requests are signed with.
        access_key_id: SecretText,
        /// Where it listens.
        uri_endpoint: String,
        /// Under which path.
        uri_path: String,
        /// Behind which VPC endpoint service.
        vpc_endpoint_service_name: String,
        /// The account that owns that.
        vpc_endpoint_service_owner: String,
    }
}

response! {
    /// A key store in a list.
    CustomKeyStoresListEntry;
    always {
        /// Its id.
        custom_key_store_id: String,
        /// Its name.
        custom_key_store_name: String,
    }
    sometimes {
        /// Its CloudHSM cluster.
        cloud_hsm_cluster_id: String,
        /// The cluster's root certificate, in PEM.
        trust_anchor_certificate: String,
        /// Whether it is connected.
        connection_state: ConnectionStateType,
        /// Why it could not be connected.
        connection_error_code: ConnectionErrorCodeType,
        /// When it was created.
        creation_date: Timestamp,
        /// What holds its keys.
        custom_key_store_type: CustomKeyStoreType,
        /// How its proxy is reached.
        xks_proxy_configuration: XksProxyConfigurationType,
    }
}

response! {
    /// Answer of `DescribeCustomKeyStores`.
    DescribeCustomKeyStoresResponse;
    always {
        /// The page.
        custom_key_stores: Vec<CustomKeyStoresListEntry>,
        /// Whether there is more.
        truncated: bool,
    }
    sometimes {
        /// Where the next page begins, if there is one.
        next_marker: String,
    }
}
