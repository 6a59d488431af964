//! What a request fails with, and how the engine's errors become the API's.

use std::fmt;

use api::{Error, ErrorCode, KeyUsage, Reason};

use super::code::Code;

/// Why a request is refused.
#[derive(Debug)]
pub(super) struct Failure {
    code: Code,
    /// What was wrong, for the client, where the code's message leaves room for it. Never a secret.
    detail: Option<String>,
    /// What went wrong, for the log only.
    cause: Option<String>,
}

impl Failure {
    /// One whose code says it all.
    pub(super) fn new(code: Code) -> Self {
        Self { code, detail: None, cause: None }
    }

    /// One with more to say.
    pub(super) fn with(code: Code, detail: impl Into<String>) -> Self {
        Self { code, detail: Some(detail.into()), cause: None }
    }

    /// A failure of the server, whose cause is for the log.
    pub(super) fn internal(cause: impl fmt::Display) -> Self {
        Self { code: Code::KMS_0101, detail: None, cause: Some(cause.to_string()) }
    }

    /// The code.
    pub(super) fn code(&self) -> Code {
        self.code
    }

    /// The HTTP status.
    pub(super) fn status(&self) -> u16 {
        self.code.status()
    }

    /// What the client reads.
    pub(super) fn message(&self) -> String {
        self.code.wording().with(self.detail.as_deref())
    }

    /// What the log says besides.
    pub(super) fn cause(&self) -> Option<&str> {
        self.cause.as_deref()
    }

    /// The same under another code, if it has this one: an endpoint's own code for what elsewhere is called so.
    pub(super) fn read_as(self, general: Code, own: Code) -> Self {
        if self.code == general { Self { code: own, ..self } } else { self }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let code = error.reason().map_or_else(|| by_code(error.code()), by_reason);
        let (detail, cause) = (error.message().map(str::to_owned), error.cause().map(str::to_owned));
        Self { code, detail, cause }
    }
}

/// The code of a reason; None for one that only the error's own code tells apart.
fn by_reason(reason: Reason) -> Code {
    match reason {
        Reason::KeyDisabled => Code::KMS_0209,
        Reason::KeyPendingDeletion => Code::KMS_0210,
        Reason::KeyNotPendingDeletion => Code::KMS_1501,
        Reason::KeyPendingImport | Reason::KeyNotEnabled | Reason::KeyBusy => Code::KMS_1301,
        Reason::KeyNotPendingImport => Code::KMS_0310,
        Reason::KeyNotDisabled => Code::KMS_1201,
        Reason::AliasTaken => Code::KMS_1104,
        Reason::AliasName | Reason::AliasReserved | Reason::AliasOfAnotherKey => Code::KMS_1101,
        Reason::TooManyTags => Code::KMS_0409,
        Reason::TooManyGrants => Code::KMS_2404,
        Reason::TooManyKeys => Code::KMS_1105,
        Reason::NotExternal => Code::KMS_0309,
        Reason::External => Code::KMS_0312,
        Reason::NotSymmetric => Code::KMS_0325,
        Reason::Symmetric => Code::KMS_0331,
        Reason::Usage(usage) => by_usage(usage),
        Reason::Algorithm => Code::KMS_2105,
        Reason::DigestLength => Code::KMS_0329,
        Reason::TooLong => Code::KMS_2108,
        Reason::Ciphertext | Reason::OtherKey => Code::KMS_2201,
        Reason::TokenExpired => Code::KMS_2601,
        Reason::TokenOfAnotherKey => Code::KMS_2603,
        Reason::TokenDamaged => Code::KMS_2605,
        Reason::Wrapping => Code::KMS_0311,
        Reason::MaterialLength => Code::KMS_2604,
        Reason::MaterialDiffers => Code::KMS_2606,
        Reason::PrivateKeyMissing => Code::KMS_2608,
        Reason::PrivateKeyInvalid => Code::KMS_2609,
        Reason::TemporaryKeyLength => Code::KMS_2610,
        Reason::ExpiryPast => Code::KMS_2602,
        Reason::MaterialState => Code::KMS_2701,
        Reason::PrivateKeyStays => Code::KMS_2702,
        Reason::PendingWindow => Code::KMS_1401,
        Reason::RotationPeriod => Code::KMS_3001,
        Reason::RotationDisabled => Code::KMS_0313,
        Reason::RotationEnabled => Code::KMS_2901,
        Reason::RotationUnsupported => Code::KMS_0319,
        Reason::OnlyCreateGrant => Code::KMS_2401,
        Reason::Grantee => Code::KMS_2402,
        Reason::GrantNotFound => Code::KMS_2501,
        Reason::TagName => Code::KMS_0412,
        Reason::OtherRegion => Code::KMS_1404,
        Reason::Replica => Code::KMS_0106,
        Reason::KeyManagedByService => Code::KMS_0211,
        Reason::Spec => Code::KMS_1110,
        Reason::TooManyAliases
        | Reason::ExpiryTooFar
        | Reason::Signature
        | Reason::Mac
        | Reason::PublicKey
        | Reason::NotMultiRegion
        | Reason::Replicated
        | Reason::Origin => Code::KMS_0308,
    }
}

/// That a key is for something else, for this.
fn by_usage(usage: KeyUsage) -> Code {
    match usage {
        KeyUsage::EncryptDecrypt => Code::KMS_0334,
        KeyUsage::SignVerify => Code::KMS_0335,
        KeyUsage::GenerateVerifyMac => Code::KMS_0341,
        KeyUsage::KeyAgreement | KeyUsage::EncapsulateDecapsulate => Code::KMS_0308,
    }
}

/// The code of an error of which no more is known, or may be.
fn by_code(code: ErrorCode) -> Code {
    match code {
        ErrorCode::AccessDenied => Code::KMS_0306,
        ErrorCode::AlreadyExists => Code::KMS_1104,
        ErrorCode::Conflict
        | ErrorCode::DependencyTimeout
        | ErrorCode::KeyUnavailable
        | ErrorCode::ServiceUnavailable
        | ErrorCode::Throttling => Code::BUSY,
        ErrorCode::Disabled => Code::KMS_0209,
        ErrorCode::ExpiredImportToken => Code::KMS_2601,
        ErrorCode::ExpiredToken => Code::KMS_0303,
        ErrorCode::IncorrectKey | ErrorCode::InvalidCiphertext => Code::KMS_2201,
        ErrorCode::IncorrectKeyMaterial => Code::KMS_2606,
        ErrorCode::InvalidAliasName => Code::KMS_1101,
        ErrorCode::InvalidArn => Code::KMS_0205,
        ErrorCode::InvalidGrantId => Code::KMS_2501,
        ErrorCode::InvalidImportToken => Code::KMS_2605,
        ErrorCode::InvalidMarker => Code::KMS_1602,
        ErrorCode::KmsInvalidState => Code::KMS_1301,
        ErrorCode::NotFound => Code::KMS_0207,
        ErrorCode::RequestEntityTooLarge => Code::KMS_0203,
        ErrorCode::RequestTimeout => Code::TIMEOUT,
        ErrorCode::Serialization => Code::KMS_0202,
        ErrorCode::Tag => Code::KMS_0412,
        ErrorCode::UnknownOperation => Code::KMS_0201,
        ErrorCode::MissingAuthenticationToken
        | ErrorCode::UnrecognizedClient
        | ErrorCode::IncompleteSignature
        | ErrorCode::InvalidSignature => Code::KMS_0301,
        ErrorCode::Internal | ErrorCode::DryRun => Code::KMS_0101,
        // What is left is a member of the request that cannot be done, and the error's text says why.
        _ => Code::KMS_0308,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every reason, with the code that it has whatever the error's own.
    const REASONS: &[(Reason, &str)] = &[
        (Reason::KeyDisabled, "KMS.0209"),
        (Reason::KeyPendingDeletion, "KMS.0210"),
        (Reason::KeyNotPendingDeletion, "KMS.1501"),
        (Reason::KeyPendingImport, "KMS.1301"),
        (Reason::KeyNotPendingImport, "KMS.0310"),
        (Reason::KeyNotDisabled, "KMS.1201"),
        (Reason::KeyNotEnabled, "KMS.1301"),
        (Reason::KeyBusy, "KMS.1301"),
        (Reason::AliasTaken, "KMS.1104"),
        (Reason::AliasName, "KMS.1101"),
        (Reason::AliasReserved, "KMS.1101"),
        (Reason::TooManyAliases, "KMS.0308"),
        (Reason::TooManyTags, "KMS.0409"),
        (Reason::TooManyGrants, "KMS.2404"),
        (Reason::TooManyKeys, "KMS.1105"),
        (Reason::NotExternal, "KMS.0309"),
        (Reason::External, "KMS.0312"),
        (Reason::NotSymmetric, "KMS.0325"),
        (Reason::Symmetric, "KMS.0331"),
        (Reason::Usage(KeyUsage::EncryptDecrypt), "KMS.0334"),
        (Reason::Usage(KeyUsage::SignVerify), "KMS.0335"),
        (Reason::Usage(KeyUsage::GenerateVerifyMac), "KMS.0341"),
        (Reason::Usage(KeyUsage::KeyAgreement), "KMS.0308"),
        (Reason::Usage(KeyUsage::EncapsulateDecapsulate), "KMS.0308"),
        (Reason::Algorithm, "KMS.2105"),
        (Reason::DigestLength, "KMS.0329"),
        (Reason::TooLong, "KMS.2108"),
        (Reason::Ciphertext, "KMS.2201"),
        (Reason::OtherKey, "KMS.2201"),
        (Reason::TokenExpired, "KMS.2601"),
        (Reason::TokenOfAnotherKey, "KMS.2603"),
        (Reason::TokenDamaged, "KMS.2605"),
        (Reason::Wrapping, "KMS.0311"),
        (Reason::MaterialLength, "KMS.2604"),
        (Reason::MaterialDiffers, "KMS.2606"),
        (Reason::PrivateKeyMissing, "KMS.2608"),
        (Reason::PrivateKeyInvalid, "KMS.2609"),
        (Reason::TemporaryKeyLength, "KMS.2610"),
        (Reason::ExpiryPast, "KMS.2602"),
        (Reason::ExpiryTooFar, "KMS.0308"),
        (Reason::MaterialState, "KMS.2701"),
        (Reason::PrivateKeyStays, "KMS.2702"),
        (Reason::PendingWindow, "KMS.1401"),
        (Reason::RotationPeriod, "KMS.3001"),
        (Reason::RotationDisabled, "KMS.0313"),
        (Reason::RotationEnabled, "KMS.2901"),
        (Reason::RotationUnsupported, "KMS.0319"),
        (Reason::OnlyCreateGrant, "KMS.2401"),
        (Reason::Grantee, "KMS.2402"),
        (Reason::GrantNotFound, "KMS.2501"),
        (Reason::Signature, "KMS.0308"),
        (Reason::Mac, "KMS.0308"),
        (Reason::PublicKey, "KMS.0308"),
        (Reason::TagName, "KMS.0412"),
        (Reason::OtherRegion, "KMS.1404"),
        (Reason::Replica, "KMS.0106"),
        (Reason::Replicated, "KMS.0308"),
        (Reason::KeyManagedByService, "KMS.0211"),
        (Reason::AliasOfAnotherKey, "KMS.1101"),
        (Reason::NotMultiRegion, "KMS.0308"),
        (Reason::Spec, "KMS.1110"),
        (Reason::Origin, "KMS.0308"),
    ];

    #[test]
    fn every_reason_has_its_code() {
        for (reason, expected) in REASONS {
            for code in [ErrorCode::Validation, ErrorCode::Internal] {
                let failure = Failure::from(Error::new(code, "Why.").because(*reason));
                assert_eq!(failure.code().name(), *expected, "{reason:?}");
            }
        }
    }

    #[test]
    fn every_code_of_the_engine_has_one_here_of_the_same_kind() {
        for code in ErrorCode::ALL.iter().copied() {
            let failure = Failure::from(Error::new(code, "Why."));
            match code {
                // Clients may try again.
                ErrorCode::Conflict | ErrorCode::Throttling => assert_eq!(failure.status(), 503, "{code:?}"),
                // Never asked for by this front.
                ErrorCode::DryRun => {}
                _ => assert_eq!(failure.status() >= 500, code.http_status() >= 500, "{code:?}"),
            }
            let names_server = matches!(failure.code().name(), "KMS.0101" | "KMS.0104");
            assert!(failure.status() >= 500 || !names_server, "{code:?}");
        }
    }

    #[test]
    fn what_may_not_be_known_is_not_told() {
        let failure = Failure::from(Error::bare(ErrorCode::InvalidCiphertext));
        assert_eq!((failure.code().name(), failure.message().as_str()), ("KMS.2201", "Invalid cipher_text."));
        let failure = Failure::from(Error::internal("disk sda1 is full"));
        assert_eq!((failure.code().name(), failure.status()), ("KMS.0101", 500));
        assert!(!failure.message().contains("sda1"), "{}", failure.message());
        assert_eq!(failure.cause(), Some("disk sda1 is full"));
    }

    #[test]
    fn the_text_of_the_engine_follows_a_general_message() {
        let failure = Failure::from(Error::new(ErrorCode::Validation, "NumberOfBytes is too large."));
        assert_eq!(failure.message(), "Invalid parameter. NumberOfBytes is too large.");
    }

    #[test]
    fn endpoints_have_codes_of_their_own() {
        let failure = Failure::with(Code::KMS_2105, "Why.").read_as(Code::KMS_2105, Code::KMS_0332);
        assert_eq!(failure.code().name(), "KMS.0332");
        let failure = failure.read_as(Code::KMS_0210, Code::KMS_1402);
        assert_eq!(failure.code().name(), "KMS.0332");
        assert!(failure.message().ends_with("Why."));
    }
}
