//! What a signature must cover, whatever the client chose to sign.
//!
//! The scheme lets the client choose the headers it signs; one that forgets `x-amz-target` would let anyone on the way
//! turn its `Encrypt` into `ScheduleKeyDeletion`. So every header that can have a meaning here must be signed:
//!
//! - `host`, always;
//! - every `x-amz-*` header, always: as AWS demands, and as botocore, the AWS CLI, the SDKs and curl all do;
//! - `content-type` if the signature is in headers: likewise. In a presigned request it is left to the signer, because
//!   whoever opens the URL may be made to send one by its HTTP library.
//!
//! Other headers (`user-agent`, `accept`, what proxies add) mean nothing to this service and may be unsigned.

use http::header::{CONTENT_TYPE, HOST};

use crate::{Placement, SignatureError, SignedRequest, signed_headers::SignedHeaders};

/// Headers of which a second one would leave open which of the two counts.
const SINGLE: [&str; 7] = [
    "host",
    "authorization",
    "content-type",
    "x-amz-content-sha256",
    "x-amz-date",
    "x-amz-security-token",
    "x-amz-target",
];

/// Headers that are the signature itself where it stands in loose headers.
const SIGNATURE: [&str; 4] =
    ["x-amz-algorithm", "x-amz-credential", "x-amz-signature", "x-amz-signedheaders"];

/// The one `x-amz-*` header that the Rust SDK leaves out of a presigned request; it names the software.
const USER_AGENT: &str = "x-amz-user-agent";

/// Refuses a request of which `signed`, the list of its signed headers, covers too little.
pub(crate) fn check(
    request: &SignedRequest<'_>,
    placement: Placement,
    signed: &SignedHeaders,
) -> Result<(), SignatureError> {
    let headers = request.headers;
    // As many names as values: none is there twice.
    if headers.keys_len() != headers.len()
        && let Some(name) = SINGLE.iter().find(|name| headers.get_all(**name).iter().nth(1).is_some())
    {
        return Err(SignatureError::Repeated { name: (*name).to_owned() });
    }
    let mut must =
        headers.keys().map(http::HeaderName::as_str).filter(|name| must_be_signed(name, placement));
    let is_unsigned = |name: &&str| !signed.contains(name);
    match std::iter::once(HOST.as_str()).chain(&mut must).find(is_unsigned) {
        Some(name) => Err(SignatureError::UnsignedHeader { name: name.to_owned() }),
        None => Ok(()),
    }
}

fn must_be_signed(name: &str, placement: Placement) -> bool {
    match placement {
        _ if name == CONTENT_TYPE => placement != Placement::Query,
        Placement::LooseHeaders if SIGNATURE.contains(&name) => false,
        Placement::Query if name == USER_AGENT => false,
        _ => name.starts_with("x-amz-"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::{HeaderMap, HeaderName, HeaderValue};

    fn outcome(
        placement: Placement,
        present: &[&'static str],
        signed: &[&str],
    ) -> Result<(), SignatureError> {
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
        check(&request, placement, &signed.into())
    }

    #[test]
    fn what_has_a_meaning_must_be_signed() {
        use Placement::{Authorization, LooseHeaders, Query};
        for (header, exempt) in [
            ("x-amz-date", &[][..]),
            ("x-amz-target", &[]),
            ("x-amz-security-token", &[]),
            ("x-amz-content-sha256", &[]),
            ("x-amz-anything", &[]),
            ("x-amz-user-agent", &[Query]),
            ("content-type", &[Query]),
            ("x-amz-signature", &[LooseHeaders]),
            ("x-amz-credential", &[LooseHeaders]),
            ("x-amz-algorithm", &[LooseHeaders]),
            ("x-amz-signedheaders", &[LooseHeaders]),
            ("user-agent", &[Authorization, Query, LooseHeaders]),
            ("x-amzn-trace-id", &[Authorization, Query, LooseHeaders]),
            ("x-forwarded-for", &[Authorization, Query, LooseHeaders]),
        ] {
            for placement in [Authorization, Query, LooseHeaders] {
                let refused = SignatureError::UnsignedHeader { name: header.into() };
                let expected = if exempt.contains(&placement) { Ok(()) } else { Err(refused) };
                assert_eq!(
                    outcome(placement, &["host", header], &["host"]),
                    expected,
                    "{header} {placement:?}"
                );
                assert_eq!(
                    outcome(placement, &["host", header], &["host", header]),
                    Ok(()),
                    "{header} {placement:?}"
                );
            }
        }
    }

    #[test]
    fn the_host_must_be_signed_even_if_no_header_names_it() {
        let refused = Err(SignatureError::UnsignedHeader { name: "host".into() });
        assert_eq!(outcome(Placement::Authorization, &["host"], &[]), refused);
        assert_eq!(outcome(Placement::Query, &[], &["x-amz-date"]), refused);
    }

    #[test]
    fn headers_with_one_meaning_are_single() {
        for name in SINGLE {
            let refused = Err(SignatureError::Repeated { name: name.into() });
            assert_eq!(outcome(Placement::Authorization, &[name, name], &["host", name]), refused);
        }
        let twice = ["accept", "accept"];
        assert_eq!(outcome(Placement::Authorization, &twice, &["accept", "host"]), Ok(()));
    }
}
