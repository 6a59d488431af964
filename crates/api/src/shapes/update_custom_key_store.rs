//! `UpdateCustomKeyStore`.

use crate::constraint::{Kind, kinds};
use crate::macros::{errors, request, response};
use crate::{SecretText, XksProxyAuthenticationCredential, XksProxyConnectivityType};

request! {
    /// Changes a key store.
    UpdateCustomKeyStore -> UpdateCustomKeyStoreResponse;
    required {
        /// The key store.
        custom_key_store_id: String = "CustomKeyStoreId", kinds::CUSTOM_KEY_STORE_ID;
    }
    optional {
        /// Its new name.
        new_custom_key_store_name: String = "NewCustomKeyStoreName", kinds::CUSTOM_KEY_STORE_NAME;
        /// The new password of the cluster's crypto user.
        key_store_password: SecretText = "KeyStorePassword", kinds::KEY_STORE_PASSWORD;
        /// Another cluster with the same backup history.
        cloud_hsm_cluster_id: String = "CloudHsmClusterId", kinds::CLOUD_HSM_CLUSTER_ID;
        /// Where the external key store proxy listens.
        xks_proxy_uri_endpoint: String = "XksProxyUriEndpoint", kinds::XKS_PROXY_URI_ENDPOINT;
        /// Under which path.
        xks_proxy_uri_path: String = "XksProxyUriPath", kinds::XKS_PROXY_URI_PATH;
        /// Behind which VPC endpoint service.
        xks_proxy_vpc_endpoint_service_name: String = "XksProxyVpcEndpointServiceName", kinds::XKS_PROXY_VPC_ENDPOINT_SERVICE_NAME;
        /// The account that owns it.
        xks_proxy_vpc_endpoint_service_owner: String = "XksProxyVpcEndpointServiceOwner", kinds::ACCOUNT_ID;
        /// What requests to the proxy are signed with.
        xks_proxy_authentication_credential: XksProxyAuthenticationCredential = "XksProxyAuthenticationCredential", kinds::XKS_PROXY_AUTHENTICATION_CREDENTIAL;
        /// How the proxy is reached.
        xks_proxy_connectivity: XksProxyConnectivityType = "XksProxyConnectivity", Kind::Enum(XksProxyConnectivityType::NAMES);
    }
    errors: errors![
        CustomKeyStoreNotFound, CustomKeyStoreNameInUse, CloudHsmClusterNotFound, CloudHsmClusterNotRelated,
        CustomKeyStoreInvalidState, Internal, CloudHsmClusterNotActive, CloudHsmClusterInvalidConfiguration,
        XksProxyUriInUse, XksProxyUriEndpointInUse, XksProxyUriUnreachable,
        XksProxyIncorrectAuthenticationCredential, XksProxyVpcEndpointServiceInUse,
        XksProxyVpcEndpointServiceNotFound, XksProxyVpcEndpointServiceInvalidConfiguration,
        XksProxyInvalidResponse, XksProxyInvalidConfiguration,
    ],
}

response! {
    /// Answer of `UpdateCustomKeyStore`.
    UpdateCustomKeyStoreResponse;
    always {}
    sometimes {}
}
