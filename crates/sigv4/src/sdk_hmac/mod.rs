//! `SDK-HMAC-SHA256`, by which the clients of Huawei Cloud and the Open Telekom Cloud sign: an access key (AK) signs the
//! method, the path, the query, headers and the body with its secret (SK) itself. There is no scope: neither a day nor
//! a Region nor a service limits what a signature is for, so the time in `X-Sdk-Date` and the path do.
//!
//! The caller asks in the same order as for AWS's scheme: [`parse`], [`PresentedSdk::check_time`], the secret of
//! [`PresentedSdk::access_key_id`], [`PresentedSdk::check_signature`]. Nothing of it may be trusted before the last.

mod canonical;
mod coverage;
mod sign;

use std::fmt;

use http::{HeaderMap, HeaderName, header::AUTHORIZATION};

use crate::canonical::hex_of;
use crate::presented::{
    authorization, bad_date, is_access_key_id, read_fields, read_session_token, read_signature, single,
};
use crate::signed_headers::SignedHeaders;
use crate::{Placement, RawRequest, SignatureError, SignedRequest, date};

pub use sign::Signer;

/// The algorithm.
const ALGORITHM: &str = "SDK-HMAC-SHA256";
/// What the same clients sign with if they are told to, which is refused by name.
const OTHERS: [&str; 4] = ["SDK-HMAC-SM3", "SDK-ECDSA-P256-SHA256", "SDK-SM2-SM3", "V11-HMAC-SHA256"];

const DATE: &str = "X-Sdk-Date";
const DATE_HEADER: HeaderName = HeaderName::from_static("x-sdk-date");
const SECURITY_TOKEN: &str = "X-Security-Token";
const SECURITY_TOKEN_HEADER: HeaderName = HeaderName::from_static("x-security-token");

/// How far, in seconds, the clocks of client and server may differ: as Huawei's gateway has it (API Gateway, "AK/SK
/// signing and authentication guide").
const MAX_SKEW: i64 = 15 * 60;

/// A signature that was read, not verified.
pub struct PresentedSdk {
    access_key_id: String,
    session_token: Option<String>,
    /// X-Sdk-Date as sent, which is part of what is signed.
    date: String,
    signed_at: i64,
    signed_headers: SignedHeaders,
    signature: [u8; 32],
}

/// Whether a request is signed by this scheme, or by one of the others that the same clients have.
pub fn is_presented(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(AUTHORIZATION).iter().filter_map(|value| value.to_str().ok());
    values.any(|value| {
        let name = value.trim().split(' ').next().unwrap_or_default();
        name == ALGORITHM || OTHERS.contains(&name)
    })
}

/// Reads the signature of a request.
///
/// Errors: there is none, it is of another algorithm, or it is incomplete or malformed.
pub fn parse(request: &SignedRequest<'_>) -> Result<PresentedSdk, SignatureError> {
    let headers = request.headers;
    let (algorithm, fields) = authorization(headers)?.ok_or(SignatureError::Missing)?;
    if algorithm != ALGORITHM {
        let presented = OTHERS.into_iter().find(|other| *other == algorithm);
        return Err(SignatureError::SdkAlgorithm { presented });
    }
    let names = ["Access", "SignedHeaders", "Signature"];
    let found = read_fields(fields, names)?;
    let date = single(headers, &DATE_HEADER, DATE)?;
    let ([Some(access), Some(signed_headers), Some(signature)], Some(date)) = (found, date) else {
        let parts = names.into_iter().zip(found).chain([(DATE, date)]);
        let absent = parts.filter_map(|(name, part)| part.is_none().then_some(name)).collect();
        return Err(SignatureError::Incomplete { placement: Placement::Authorization, absent });
    };
    if !is_access_key_id(access) {
        return Err(SignatureError::Malformed { what: "access key id" });
    }
    Ok(PresentedSdk {
        access_key_id: access.to_owned(),
        session_token: single(headers, &SECURITY_TOKEN_HEADER, SECURITY_TOKEN)?
            .map(read_session_token)
            .transpose()?,
        date: date.to_owned(),
        signed_at: date::parse_basic(date).ok_or_else(|| bad_date(date))?,
        signed_headers: SignedHeaders::read(signed_headers)?,
        signature: read_signature(signature)?,
    })
}

impl PresentedSdk {
    /// The access key whose secret is said to have signed.
    pub fn access_key_id(&self) -> &str {
        &self.access_key_id
    }

    /// The token of the session the access key belongs to (`X-Security-Token`). The caller must verify it.
    pub fn session_token(&self) -> Option<&str> {
        self.session_token.as_deref()
    }

    /// When the request was signed, by its own account, in seconds since the epoch.
    pub fn signed_at(&self) -> i64 {
        self.signed_at
    }

    /// Whether the signature was made within fifteen minutes before or after `now`, in seconds since the epoch.
    pub fn check_time(&self, now: i64) -> Result<(), SignatureError> {
        let signed_at = self.signed_at;
        let (earliest, latest) = (now.saturating_sub(MAX_SKEW), now.saturating_add(MAX_SKEW));
        if signed_at > latest {
            return Err(SignatureError::NotYetCurrent { signed_at, latest, now });
        }
        if signed_at < earliest {
            return Err(SignatureError::Expired { signed_at, earliest, now });
        }
        Ok(())
    }

    /// Whether `secret` signed `request`, and enough of it. `request` must be the one this was parsed from, `secret`
    /// that of [`access_key_id`](Self::access_key_id). Signatures are compared in constant time.
    ///
    /// The scheme covers the access key id by its secret alone, so no two access keys may share one.
    pub fn check_signature(&self, request: &SignedRequest<'_>, secret: &[u8]) -> Result<(), SignatureError> {
        coverage::check(request, &self.signed_headers)?;
        let canonical = canonical::canonical_request(request, &self.signed_headers)?;
        if crypto::constant_time_eq(&signature(secret, &self.date, &canonical), &self.signature) {
            Ok(())
        } else {
            Err(SignatureError::SdkMismatch)
        }
    }
}

impl fmt::Debug for PresentedSdk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PresentedSdk")
            .field("access_key_id", &self.access_key_id)
            .field("date", &self.date)
            .finish_non_exhaustive()
    }
}

/// Parses a message and runs every check on it, those after a failed one too: the entry of a fuzzer. `None` if the
/// bytes are not a message; otherwise what [`parse`] and then [`PresentedSdk::check_signature`] said. Never panics.
pub fn examine(message: &[u8], secret: &[u8], now: i64) -> Option<Result<PresentedSdk, SignatureError>> {
    let raw = RawRequest::parse(message)?;
    let request = raw.as_signed();
    Some(parse(&request).and_then(|presented| {
        if let Err(error) = presented.check_time(now) {
            // Writing a text is part of what must not panic.
            let _ = error.to_string();
        }
        presented.check_signature(&request, secret)?;
        Ok(presented)
    }))
}

/// The signature of a canonical request. `date` is X-Sdk-Date as sent.
fn signature(secret: &[u8], date: &str, canonical_request: &[u8]) -> [u8; 32] {
    let hash = hex_of(&crypto::sha256(canonical_request));
    let lines: [&[u8]; 5] = [ALGORITHM.as_bytes(), b"\n", date.as_bytes(), b"\n", &hash];
    crypto::hmac_sha256(secret, &lines)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    const BODY: &[u8] = b"{\"limit\": \"10\"}";

    fn headers() -> HeaderMap {
        [
            ("content-type", "application/json;charset=utf-8"),
            ("host", "kms.example.test"),
            ("user-agent", "huaweicloud-usdk-python/3.0"),
            ("x-project-id", "0d0466b0e7274d9cb35df84bb474a37f"),
            ("x-sdk-date", "20260101T000000Z"),
        ]
        .into_iter()
        .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
        .collect()
    }

    /// A call of `list-keys` with each intermediate value, made by Huawei's signer for Python and by hand.
    #[test]
    fn a_worked_example() {
        let headers = headers();
        let path = "/v1.0/0d0466b0e7274d9cb35df84bb474a37f/kms/list-keys";
        let request =
            SignedRequest { method: "POST", path, query: "", headers: &headers, authority: None, body: BODY };
        let signed = ["content-type", "host", "user-agent", "x-project-id", "x-sdk-date"].as_slice().into();
        let canonical = canonical::canonical_request(&request, &signed).unwrap();
        assert_eq!(
            hex::encode(crypto::sha256(&canonical)),
            "f197c1227d046c28820c2b21b7f146e565e000bf5a73a6c452e1d5478af4993f"
        );
        assert_eq!(
            hex::encode(signature(b"SKEXAMPLE", "20260101T000000Z", &canonical)),
            "56a86eb80a13fe7371735327b949c19d6c49f19de7bc2581ff0a8fe3041e4a48"
        );
    }
}
