//! The enums of custom key stores.

use crate::macros::wire_enum;

wire_enum! {
    /// Whether a key store is connected.
    ConnectionStateType {
        /// It is.
        Connected = "CONNECTED",
        /// It will be.
        Connecting = "CONNECTING",
        /// It could not be; the error code says why.
        Failed = "FAILED",
        /// It is not.
        Disconnected = "DISCONNECTED",
        /// It soon will not be.
        Disconnecting = "DISCONNECTING",
    }
}

wire_enum! {
    /// Why a key store could not be connected.
    ConnectionErrorCodeType {
        /// The cluster refuses the crypto user's password.
        InvalidCredentials = "INVALID_CREDENTIALS",
        /// The cluster is gone.
        ClusterNotFound = "CLUSTER_NOT_FOUND",
        /// The cluster cannot be reached.
        NetworkErrors = "NETWORK_ERRORS",
        /// The service failed.
        InternalError = "INTERNAL_ERROR",
        /// The cluster has too few HSMs.
        InsufficientCloudhsmHsms = "INSUFFICIENT_CLOUDHSM_HSMS",
        /// The crypto user is locked after too many wrong passwords.
        UserLockedOut = "USER_LOCKED_OUT",
        /// The cluster has no such crypto user.
        UserNotFound = "USER_NOT_FOUND",
        /// The crypto user is logged in elsewhere.
        UserLoggedIn = "USER_LOGGED_IN",
        /// A subnet of the cluster is gone.
        SubnetNotFound = "SUBNET_NOT_FOUND",
        /// A subnet of the cluster has no free address.
        InsufficientFreeAddressesInSubnet = "INSUFFICIENT_FREE_ADDRESSES_IN_SUBNET",
        /// The proxy denies access.
        XksProxyAccessDenied = "XKS_PROXY_ACCESS_DENIED",
        /// The proxy cannot be reached.
        XksProxyNotReachable = "XKS_PROXY_NOT_REACHABLE",
        /// The VPC endpoint service is gone.
        XksVpcEndpointServiceNotFound = "XKS_VPC_ENDPOINT_SERVICE_NOT_FOUND",
        /// The proxy answered something else than its protocol.
        XksProxyInvalidResponse = "XKS_PROXY_INVALID_RESPONSE",
        /// The proxy is not configured for this key store.
        XksProxyInvalidConfiguration = "XKS_PROXY_INVALID_CONFIGURATION",
        /// The VPC endpoint service is not configured as needed.
        XksVpcEndpointServiceInvalidConfiguration = "XKS_VPC_ENDPOINT_SERVICE_INVALID_CONFIGURATION",
        /// The proxy did not answer in time.
        XksProxyTimedOut = "XKS_PROXY_TIMED_OUT",
        /// The proxy's TLS certificate or version does not do.
        XksProxyInvalidTlsConfiguration = "XKS_PROXY_INVALID_TLS_CONFIGURATION",
    }
}

wire_enum! {
    /// What holds the keys of a key store.
    CustomKeyStoreType {
        /// A CloudHSM cluster.
        AwsCloudHsm = "AWS_CLOUDHSM",
        /// A key manager outside, behind a proxy.
        ExternalKeyStore = "EXTERNAL_KEY_STORE",
    }
}

wire_enum! {
    /// How an external key store proxy is reached.
    XksProxyConnectivityType {
        /// Over the internet.
        PublicEndpoint = "PUBLIC_ENDPOINT",
        /// Through a VPC endpoint service.
        VpcEndpointService = "VPC_ENDPOINT_SERVICE",
    }
}
