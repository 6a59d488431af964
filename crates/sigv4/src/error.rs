//! Why a signature was refused, in the words the AWS clients and their users know.

use crate::{Placement, date::basic};

/// The reasons for refusing a request. No text holds a secret, a signature or a session token; what a client
/// sent is repeated only where it is bounded and printable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignatureError {
    /// The request carries no signature in any of the three places.
    #[error("Request is missing Authentication Token")]
    Missing,
    /// A signature is there, but parts of it are absent.
    #[error("{}", incomplete(*.placement, .absent))]
    Incomplete {
        /// Where the signature stands.
        placement: Placement,
        /// The parts that are absent, by their names in that place.
        absent: Vec<&'static str>,
    },
    /// More than one place carries parts of a signature.
    #[error(
        "A request carries one signature: in the Authorization header, in the query string, or in X-Amz-Signature \
         and its companion headers. Remove the others."
    )]
    Ambiguous,
    /// A header or parameter whose meaning depends on being single is there twice.
    #[error("'{name}' must be given only once.")]
    Repeated {
        /// The header, query parameter or part.
        name: String,
    },
    /// The signature is of another kind.
    #[error("The signature must be of the algorithm 'AWS4-HMAC-SHA256'.")]
    Algorithm,
    /// The signature is none of `SDK-HMAC-SHA256`, where that was called for.
    #[error("The signature must be of the algorithm 'SDK-HMAC-SHA256'{}.", instead_of(*.presented))]
    SdkAlgorithm {
        /// Which of the other algorithms of the same clients it is of, if it is of one.
        presented: Option<&'static str>,
    },
    /// A part of the request cannot be read.
    #[error("The {what} is malformed.")]
    Malformed {
        /// The part.
        what: &'static str,
    },
    /// A part of the request exceeds a limit.
    #[error("The {what} exceeds the limit of {limit}.")]
    TooLarge {
        /// The part and the unit of the limit.
        what: &'static str,
        /// The limit.
        limit: usize,
    },
    /// The date of the signature is not of the form `20301231T235959Z`. Holds at most
    /// [`SignatureError::ECHO`] characters of it, escaped.
    #[error("Date must be in ISO-8601 'basic format'. Got '{0}'. See http://en.wikipedia.org/wiki/ISO_8601")]
    BadDate(String),
    /// The lifetime of a presigned request is not a number of seconds between one and seven days.
    #[error("X-Amz-Expires must be a number of seconds from 1 to 604800.")]
    BadExpires,
    /// The region of the credential scope is none.
    #[error("Credential should be scoped to a valid region.")]
    ScopeRegion,
    /// The service of the credential scope is another.
    #[error("Credential should be scoped to correct service: '{service}'.")]
    ScopeService {
        /// The service that was called.
        service: String,
    },
    /// The credential scope does not end as it must.
    #[error("Credential should be scoped with a valid terminator: 'aws4_request'.")]
    ScopeTerminator,
    /// The date of the credential scope is not the day of the signature.
    #[error("Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP.")]
    ScopeDate,
    /// A signature in headers is too old.
    #[error(
        "Signature expired: {} is now earlier than {} ({} - {} min.)",
        basic(*.signed_at), basic(*.earliest), basic(*.now), minutes(*.earliest, *.now)
    )]
    Expired {
        /// When the request was signed (this and the others: seconds since the epoch).
        signed_at: i64,
        /// The oldest time that would have passed.
        earliest: i64,
        /// The time here.
        now: i64,
    },
    /// A presigned request is past its lifetime.
    #[error(
        "Signature expired: {} is now earlier than {} (X-Amz-Expires has passed.)",
        basic(*.expired_at), basic(*.now)
    )]
    PresignedExpired {
        /// The last second of its lifetime (seconds since the epoch, as is the other).
        expired_at: i64,
        /// The time here.
        now: i64,
    },
    /// The signature comes from the future.
    #[error(
        "Signature not yet current: {} is still later than {} ({} + {} min.)",
        basic(*.signed_at), basic(*.latest), basic(*.now), minutes(*.now, *.latest)
    )]
    NotYetCurrent {
        /// When the request was signed (this and the others: seconds since the epoch).
        signed_at: i64,
        /// The latest time that would have passed.
        latest: i64,
        /// The time here.
        now: i64,
    },
    /// A header that has a meaning is not covered by the signature.
    #[error("The header '{name}' is present in the request but is not one of its SignedHeaders.")]
    UnsignedHeader {
        /// The header.
        name: String,
    },
    /// A header that was signed did not arrive.
    #[error("The header '{name}' is one of the SignedHeaders but is not present in the request.")]
    AbsentHeader {
        /// The header.
        name: String,
    },
    /// The `Host` header and the HTTP/2 `:authority` name different hosts.
    #[error("The Host header and the :authority of the request differ.")]
    HostConflict,
    /// The body is declared as not signed or as signed chunk by chunk.
    #[error("The payload must be signed as a whole: '{header}' must be the SHA-256 of the body.")]
    UnsignedPayload {
        /// The header that declares it.
        header: &'static str,
    },
    /// The declared hash is not that of the body.
    #[error("The provided '{header}' header does not match what was computed.")]
    BodyHash {
        /// The header that declares it.
        header: &'static str,
    },
    /// The signature is not that of this request under the secret of its access key.
    #[error(
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret \
         Access Key and signing method. Consult the service documentation for details."
    )]
    Mismatch,
    /// The same, of `SDK-HMAC-SHA256`.
    #[error(
        "The signature is not that of this request: check the secret access key (SK) of the access key (AK), and that \
         nothing changes the request on its way."
    )]
    SdkMismatch,
}

impl SignatureError {
    /// How many characters of a malformed date are repeated to the client: twice the 16 of a good one.
    pub const ECHO: usize = 32;

    /// The code AWS gives the error, as it stands in `__type`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing => "MissingAuthenticationTokenException",
            Self::Incomplete { .. }
            | Self::Ambiguous
            | Self::Repeated { .. }
            | Self::Algorithm
            | Self::SdkAlgorithm { .. }
            | Self::Malformed { .. }
            | Self::TooLarge { .. }
            | Self::BadDate(_)
            | Self::BadExpires => "IncompleteSignatureException",
            Self::ScopeRegion
            | Self::ScopeService { .. }
            | Self::ScopeTerminator
            | Self::ScopeDate
            | Self::Expired { .. }
            | Self::PresignedExpired { .. }
            | Self::NotYetCurrent { .. }
            | Self::UnsignedHeader { .. }
            | Self::AbsentHeader { .. }
            | Self::HostConflict
            | Self::UnsignedPayload { .. }
            | Self::BodyHash { .. }
            | Self::Mismatch
            | Self::SdkMismatch => "InvalidSignatureException",
        }
    }
}

/// Whole minutes from one instant to another, both in seconds.
fn minutes(from: i64, to: i64) -> i64 {
    to.saturating_sub(from) / 60
}

fn instead_of(presented: Option<&'static str>) -> String {
    presented.map_or_else(String::new, |name| format!("; '{name}' is not offered"))
}

fn incomplete(placement: Placement, absent: &[&'static str]) -> String {
    let place = match placement {
        Placement::Authorization => "Authorization header",
        Placement::Query => "AWS query-string",
        Placement::LooseHeaders => "Signature in headers",
    };
    let noun = |name: &str| match (placement, name.starts_with("X-")) {
        (Placement::Query, _) | (_, false) => "parameter",
        _ => "header",
    };
    let sentences: Vec<_> =
        absent.iter().map(|name| format!("{place} requires '{name}' {}.", noun(name))).collect();
    sentences.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_those_clients_know() {
        let at = |text| crate::date::parse_basic(text).unwrap();
        let incomplete = SignatureError::Incomplete {
            placement: Placement::Authorization,
            absent: vec!["Credential", "Signature", "X-Amz-Date"],
        };
        let expired = SignatureError::Expired {
            signed_at: at("20261122T000000Z"),
            earliest: at("20261122T001000Z"),
            now: at("20261122T001500Z"),
        };
        let early = SignatureError::NotYetCurrent {
            signed_at: at("20261122T001500Z"),
            latest: at("20261122T000500Z"),
            now: at("20261122T000000Z"),
        };
        let cases = [
            (
                SignatureError::Missing,
                "MissingAuthenticationTokenException",
                "Request is missing Authentication Token",
            ),
            (
                incomplete,
                "IncompleteSignatureException",
                "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' \
                 parameter. Authorization header requires 'X-Amz-Date' header.",
            ),
            (
                expired,
                "InvalidSignatureException",
                "Signature expired: 20261122T000000Z is now earlier than 20261122T001000Z (20261122T001500Z - 5 min.)",
            ),
            (
                early,
                "InvalidSignatureException",
                "Signature not yet current: 20261122T001500Z is still later than 20261122T000500Z \
                 (20261122T000000Z + 5 min.)",
            ),
            (
                SignatureError::ScopeService { service: "kms".into() },
                "InvalidSignatureException",
                "Credential should be scoped to correct service: 'kms'.",
            ),
        ];
        for (error, code, text) in cases {
            assert_eq!(error.code(), code);
            assert_eq!(error.to_string(), text);
        }
    }
}
