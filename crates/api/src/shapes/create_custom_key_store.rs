//! `CreateCustomKeyStore`.

use crate::constraint::{Kind, kinds};
use crate::macros::{errors, request, response};
use crate::{CustomKeyStoreType, SecretText, XksProxyAuthenticationCredential, XksProxyConnectivityType};

request! {
    /// Makes a key store of a CloudHSM cluster or an external key manager.
    CreateCustomKeyStore -> CreateCustomKeyStoreResponse;
    required {
        /// Its name, unique in account and Region.
        custom_key_store_name: String = "CustomKeyStoreName", kinds::CUSTOM_KEY_STORE_NAME;
    }
    optional {
        /// The CloudHSM cluster.
        cloud_hsm_cluster_id: String = "CloudHsmClusterId", kinds::CLOUD_HSM_CLUSTER_ID;
        /// The cluster's root certificate, in PEM.
        trust_anchor_certificate: String = "TrustAnchorCertificate", kinds::TRUST_ANCHOR_CERTIFICATE;
        /// The password of the cluster's crypto user.
        key_store_password: SecretText = "KeyStorePassword", kinds::KEY_STORE_PASSWORD;
        /// What holds its keys; by default AWS_CLOUDHSM.
        custom_key_store_type: CustomKeyStoreType = "CustomKeyStoreType", Kind::Enum(CustomKeyStoreType::NAMES);
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
        CloudHsmClusterInUse, CustomKeyStoreNameInUse, CloudHsmClusterNotFound, Internal,
        CloudHsmClusterNotActive, IncorrectTrustAnchor, CloudHsmClusterInvalidConfiguration, LimitExceeded,
        XksProxyUriInUse, XksProxyUriEndpointInUse, XksProxyUriUnreachable,
        XksProxyIncorrectAuthenticationCredential, XksProxyVpcEndpointServiceInUse,
        XksProxyVpcEndpointServiceNotFound, XksProxyVpcEndpointServiceInvalidConfiguration,
        XksProxyInvalidResponse, XksProxyInvalidConfiguration,
    ],
}

response! {
    /// Answer of `CreateCustomKeyStore`.
    CreateCustomKeyStoreResponse;
    always {}
    sometimes {
        /// Its id.
        custom_key_store_id: String,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode;

    const ACCESS_KEY_ID: &str = "ABCDEFGHIJKLMNOPQRS7";
    const PASSWORD: &str = "kmsPswd";

    fn body(access_key_id: &str, secret: &str, password: &str) -> String {
        format!(
            r#"{{"CustomKeyStoreName":"a","KeyStorePassword":"{password}","XksProxyAuthenticationCredential":
            {{"AccessKeyId":"{access_key_id}","RawSecretAccessKey":"{secret}"}}}}"#
        )
    }

    #[test]
    fn what_is_secret_is_not_in_debug() {
        let secret = "s".repeat(43);
        let request: CreateCustomKeyStore =
            decode(body(ACCESS_KEY_ID, &secret, PASSWORD).as_bytes()).unwrap();
        assert_eq!(request.key_store_password.as_ref().unwrap().expose(), PASSWORD);
        let shown = format!("{request:?}");
        for secret in [ACCESS_KEY_ID, &secret, PASSWORD] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }

    #[test]
    fn what_is_secret_is_not_in_errors() {
        let (access_key_id, secret, password) = ("lower-case", "so-short-a-secret", "short!");
        let error = decode::<CreateCustomKeyStore>(body(access_key_id, secret, password).as_bytes());
        let text = error.unwrap_err().to_string();
        assert!(text.starts_with("ValidationException: 5 validation errors detected: "), "{text}");
        assert!(text.contains(
            "Value at 'xksProxyAuthenticationCredential.accessKeyId' failed to satisfy constraint: \
             Member must satisfy regular expression pattern: ^[A-Z2-7]+$"
        ));
        for secret in [access_key_id, secret, password] {
            assert!(!text.contains(secret), "{text}");
        }
    }
}
