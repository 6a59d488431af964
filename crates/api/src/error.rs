//! The one error a caller sees.

use std::fmt;

use crate::Reason;

macro_rules! codes {
    ($( $(#[$doc:meta])* $variant:ident = $name:literal, $status:literal; )*) => {
        /// The error codes of the API, as `__type` carries them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ErrorCode { $( $(#[$doc])* $variant, )* }

        impl ErrorCode {
            /// Every code.
            pub const ALL: &'static [Self] = &[ $( Self::$variant, )* ];

            /// The name on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $( Self::$variant => $name, )* }
            }

            /// The HTTP status it travels with: 400 for what the caller did, 500 for what the server failed at.
            pub const fn http_status(self) -> u16 {
                match self { $( Self::$variant => $status, )* }
            }
        }
    };
}

codes! {
    /// The caller is not allowed to.
    AccessDenied = "AccessDeniedException", 400;
    /// An alias of this name exists.
    AlreadyExists = "AlreadyExistsException", 400;
    /// A CloudHSM cluster already serves another key store.
    CloudHsmClusterInUse = "CloudHsmClusterInUseException", 400;
    /// A CloudHSM cluster is not configured as a key store needs.
    CloudHsmClusterInvalidConfiguration = "CloudHsmClusterInvalidConfigurationException", 400;
    /// A CloudHSM cluster is not active.
    CloudHsmClusterNotActive = "CloudHsmClusterNotActiveException", 400;
    /// No such CloudHSM cluster.
    CloudHsmClusterNotFound = "CloudHsmClusterNotFoundException", 400;
    /// A CloudHSM cluster shares no backup history with the one it would replace.
    CloudHsmClusterNotRelated = "CloudHsmClusterNotRelatedException", 400;
    /// Another change of the same key is under way.
    Conflict = "ConflictException", 400;
    /// A key store still holds keys.
    CustomKeyStoreHasCmks = "CustomKeyStoreHasCMKsException", 400;
    /// A key store's connection state does not allow this.
    CustomKeyStoreInvalidState = "CustomKeyStoreInvalidStateException", 400;
    /// A key store of this name exists.
    CustomKeyStoreNameInUse = "CustomKeyStoreNameInUseException", 400;
    /// No such key store.
    CustomKeyStoreNotFound = "CustomKeyStoreNotFoundException", 400;
    /// A part of the server did not answer in time; try again.
    DependencyTimeout = "DependencyTimeoutException", 500;
    /// The key is disabled.
    Disabled = "DisabledException", 400;
    /// The call would have succeeded, and `DryRun` was set.
    DryRun = "DryRunOperationException", 400;
    /// The import token is older than 24 hours.
    ExpiredImportToken = "ExpiredImportTokenException", 400;
    /// The session's credentials have expired.
    ExpiredToken = "ExpiredTokenException", 400;
    /// The signature's header is incomplete or malformed.
    IncompleteSignature = "IncompleteSignatureException", 400;
    /// The named key is not the one that made the ciphertext.
    IncorrectKey = "IncorrectKeyException", 400;
    /// The key material does not fit the key.
    IncorrectKeyMaterial = "IncorrectKeyMaterialException", 400;
    /// The certificate is not the CloudHSM cluster's trust anchor.
    IncorrectTrustAnchor = "IncorrectTrustAnchorException", 400;
    /// An alias name is not one.
    InvalidAliasName = "InvalidAliasNameException", 400;
    /// An ARN is not one.
    InvalidArn = "InvalidArnException", 400;
    /// A ciphertext, or wrapped key material, does not open.
    InvalidCiphertext = "InvalidCiphertextException", 400;
    /// A grant id is not one.
    InvalidGrantId = "InvalidGrantIdException", 400;
    /// A grant token is not one.
    InvalidGrantToken = "InvalidGrantTokenException", 400;
    /// The import token is damaged, or belongs to another key.
    InvalidImportToken = "InvalidImportTokenException", 400;
    /// The key's usage or spec does not allow this.
    InvalidKeyUsage = "InvalidKeyUsageException", 400;
    /// A pagination marker is not one of ours.
    InvalidMarker = "InvalidMarkerException", 400;
    /// The signature does not match the request.
    InvalidSignature = "InvalidSignatureException", 400;
    /// The key material is for the moment out of reach.
    KeyUnavailable = "KeyUnavailableException", 500;
    /// The server failed. What went wrong is in its log, under the request id.
    Internal = "KMSInternalException", 500;
    /// The MAC does not match.
    KmsInvalidMac = "KMSInvalidMacException", 400;
    /// The signature does not verify.
    KmsInvalidSignature = "KMSInvalidSignatureException", 400;
    /// The key's state does not allow this.
    KmsInvalidState = "KMSInvalidStateException", 400;
    /// A quota is used up.
    LimitExceeded = "LimitExceededException", 400;
    /// A key policy is not a policy document.
    MalformedPolicyDocument = "MalformedPolicyDocumentException", 400;
    /// The request is not signed.
    MissingAuthenticationToken = "MissingAuthenticationTokenException", 400;
    /// No such key or alias.
    NotFound = "NotFoundException", 400;
    /// The body is larger than the service reads.
    RequestEntityTooLarge = "RequestEntityTooLargeException", 413;
    /// The body did not arrive in time.
    RequestTimeout = "RequestTimeoutException", 408;
    /// The body is not JSON of the operation's shape.
    Serialization = "SerializationException", 400;
    /// Too many requests wait; try again later.
    ServiceUnavailable = "ServiceUnavailableException", 503;
    /// A tag is not one.
    Tag = "TagException", 400;
    /// Too many requests of this kind at once; try again later.
    Throttling = "ThrottlingException", 400;
    /// No operation of this name is offered.
    UnknownOperation = "UnknownOperationException", 400;
    /// The access key or session token is unknown.
    UnrecognizedClient = "UnrecognizedClientException", 400;
    /// The operation or parameter does not apply to this key, or is not offered.
    UnsupportedOperation = "UnsupportedOperationException", 400;
    /// The request breaks a constraint of its shape.
    Validation = "ValidationException", 400;
    /// An external key already belongs to a key of its key store.
    XksKeyAlreadyInUse = "XksKeyAlreadyInUseException", 400;
    /// An external key is not a key that can be used.
    XksKeyInvalidConfiguration = "XksKeyInvalidConfigurationException", 400;
    /// No such external key.
    XksKeyNotFound = "XksKeyNotFoundException", 400;
    /// The external key store proxy refuses the credential.
    XksProxyIncorrectAuthenticationCredential = "XksProxyIncorrectAuthenticationCredentialException", 400;
    /// The external key store proxy is not configured for this key store.
    XksProxyInvalidConfiguration = "XksProxyInvalidConfigurationException", 400;
    /// The external key store proxy answered something else than its protocol.
    XksProxyInvalidResponse = "XksProxyInvalidResponseException", 400;
    /// The proxy's endpoint already serves another key store.
    XksProxyUriEndpointInUse = "XksProxyUriEndpointInUseException", 400;
    /// The proxy's endpoint and path already serve another key store.
    XksProxyUriInUse = "XksProxyUriInUseException", 400;
    /// The external key store proxy cannot be reached.
    XksProxyUriUnreachable = "XksProxyUriUnreachableException", 400;
    /// The VPC endpoint service already serves another key store.
    XksProxyVpcEndpointServiceInUse = "XksProxyVpcEndpointServiceInUseException", 400;
    /// The VPC endpoint service is not configured as a key store needs.
    XksProxyVpcEndpointServiceInvalidConfiguration = "XksProxyVpcEndpointServiceInvalidConfigurationException", 400;
    /// No such VPC endpoint service.
    XksProxyVpcEndpointServiceNotFound = "XksProxyVpcEndpointServiceNotFoundException", 400;
}

/// A code and, for most, a message. The `cause` is for the server's log and never leaves it; the [`Reason`] is for
/// fronts whose API has finer codes.
#[derive(Clone, PartialEq, Eq)]
pub struct Error {
    code: ErrorCode,
    message: Option<String>,
    cause: Option<String>,
    reason: Option<Reason>,
}

impl Error {
    /// An error with a text that says what happened, to whom, and what to do.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: Some(message.into()), cause: None, reason: None }
    }

    /// An error that by the API's design says nothing but its code: more would help an attacker.
    pub fn bare(code: ErrorCode) -> Self {
        Self { code, message: None, cause: None, reason: None }
    }

    /// `KMSInternalException`, with the cause for the log.
    pub fn internal(cause: impl fmt::Display) -> Self {
        let text = "The request was rejected because of an internal error. Give the request id to who runs the server.";
        let (message, cause) = (Some(text.to_owned()), Some(cause.to_string()));
        Self { code: ErrorCode::Internal, message, cause, reason: None }
    }

    /// The same error with its reason. What an answer hides has none: fronts tell reasons apart.
    #[must_use]
    pub fn because(self, reason: Reason) -> Self {
        Self { reason: Some(reason), ..self }
    }

    /// The code.
    pub fn code(&self) -> ErrorCode {
        self.code
    }

    /// The text for the caller.
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// Why, where the code alone does not say.
    pub fn reason(&self) -> Option<Reason> {
        self.reason
    }

    /// The text for the log.
    pub fn cause(&self) -> Option<&str> {
        self.cause.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code.as_str())?;
        match &self.message {
            Some(message) => write!(f, ": {message}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique() {
        let mut names: Vec<_> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ErrorCode::ALL.len());
    }

    #[test]
    fn faults_of_the_server_have_their_own_statuses() {
        let other = ErrorCode::ALL.iter().filter(|code| code.http_status() != 400).map(|code| code.as_str());
        assert_eq!(
            other.collect::<Vec<_>>(),
            [
                "DependencyTimeoutException",
                "KeyUnavailableException",
                "KMSInternalException",
                "RequestEntityTooLargeException",
                "RequestTimeoutException",
                "ServiceUnavailableException",
            ]
        );
    }

    #[test]
    fn the_cause_is_not_displayed() {
        let error = Error::internal("disk sda1 is full");
        assert!(!error.to_string().contains("sda1"));
        assert_eq!(error.cause(), Some("disk sda1 is full"));
    }
}
