//! What a signature of `SDK-HMAC-SHA256` must cover, whatever the client chose to sign: every header that means something
//! to the service, if it is there.
//!
//! `host` and `content-type` are not among them, because Huawei's SDK for Go signs neither. So neither may mean anything
//! to what the signature permits: a body is read as JSON whatever its type is said to be, and no host is another place.

use http::HeaderName;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};

use crate::signed_headers::SignedHeaders;
use crate::{SignatureError, SignedRequest};

/// What the names of headers that must be signed begin with.
const FAMILIES: [&str; 2] = ["x-sdk-", "x-auth-"];
/// Others that must be.
const NAMES: [&str; 3] = ["x-domain-id", "x-project-id", "x-security-token"];

/// Refuses a request of which `signed`, the list of its signed headers, covers too little.
pub(super) fn check(request: &SignedRequest<'_>, signed: &SignedHeaders) -> Result<(), SignatureError> {
    // As many names as values: none is there twice.
    let has_repeated = request.headers.keys_len() != request.headers.len();
    for name in request.headers.keys().map(HeaderName::as_str) {
        let has_meaning = has_meaning(name);
        let is_single = has_meaning || [AUTHORIZATION, CONTENT_TYPE, HOST].iter().any(|other| other == name);
        if has_repeated && is_single && request.headers.get_all(name).iter().nth(1).is_some() {
            return Err(SignatureError::Repeated { name: name.to_owned() });
        }
        if has_meaning && !signed.contains(name) {
            return Err(SignatureError::UnsignedHeader { name: name.to_owned() });
        }
    }
    Ok(())
}

fn has_meaning(name: &str) -> bool {
    FAMILIES.iter().any(|family| name.starts_with(family)) || NAMES.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::{HeaderMap, HeaderValue};

    fn outcome(present: &[&'static str], signed: &[&str]) -> Result<(), SignatureError> {
        let mut headers = HeaderMap::new();
        for name in present {
            headers.append(HeaderName::from_static(name), HeaderValue::from_static("v"));
        }
        let request = SignedRequest {
            method: "POST",
            path: "/",
            query: "",
            headers: &headers,
            authority: None,
            body: b"",
        };
        check(&request, &signed.into())
    }

    #[test]
    fn what_has_a_meaning_is_signed_and_single() {
        for name in [
            "x-sdk-date",
            "x-sdk-content-sha256",
            "x-sdk-anything",
            "x-auth-token",
            "x-domain-id",
            "x-project-id",
            "x-security-token",
        ] {
            let unsigned = Err(SignatureError::UnsignedHeader { name: name.into() });
            assert_eq!(outcome(&[name], &["host"]), unsigned, "{name}");
            assert_eq!(outcome(&[name], &[name]), Ok(()), "{name}");
            let repeated = Err(SignatureError::Repeated { name: name.into() });
            assert_eq!(outcome(&[name, name], &[name]), repeated, "{name}");
        }
    }

    #[test]
    fn what_has_none_may_be_unsigned() {
        for name in ["host", "content-type", "user-agent", "accept", "x-forwarded-for", "x-language"] {
            assert_eq!(outcome(&[name], &[]), Ok(()), "{name}");
        }
        for name in ["host", "content-type", "authorization"] {
            let repeated = Err(SignatureError::Repeated { name: name.into() });
            assert_eq!(outcome(&[name, name], &[]), repeated, "{name}");
        }
        assert_eq!(outcome(&["accept", "accept"], &[]), Ok(()));
    }
}
