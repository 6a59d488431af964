//! The canonical request of `SDK-HMAC-SHA256`. It differs from AWS's: the path is encoded once and ends with a slash, the
//! query is sorted before it is encoded, and of a header's value only the ends are trimmed.
//!
//! Must hold here too: two requests of different meaning never have the same canonical request. The scheme writes a path
//! with and without a slash at its end alike, and decodes an escaped slash; so a slash at the end may mean nothing to
//! whoever acts on the path, and escaped slashes are refused, as are empty and dot segments, which some servers resolve.

use http::{HeaderValue, header::HOST};

use crate::canonical::{body_hash, method};
use crate::query::{Query, decode, encode};
use crate::signed_headers::SignedHeaders;
use crate::{SignatureError, SignedRequest};

/// The header by which a client may declare the hash of the body.
const CONTENT_HASH: &str = "x-sdk-content-sha256";

/// Builds the canonical request of `request` with the headers `signed`.
pub(super) fn canonical_request(
    request: &SignedRequest<'_>,
    signed: &SignedHeaders,
) -> Result<Vec<u8>, SignatureError> {
    let mut out = Vec::with_capacity(512);
    out.extend_from_slice(method(request.method)?.as_bytes());
    out.push(b'\n');
    out.extend_from_slice(path(request.path)?.as_bytes());
    out.push(b'\n');
    out.extend_from_slice(Query::parse(request.query)?.canonical_by_decoded().as_bytes());
    out.push(b'\n');
    for name in signed.iter() {
        out.extend_from_slice(name.as_bytes());
        out.push(b':');
        out.extend_from_slice(value(request, name)?);
        out.push(b'\n');
    }
    out.push(b'\n');
    out.extend_from_slice(signed.as_str().as_bytes());
    out.push(b'\n');
    out.extend_from_slice(&body_hash(request, CONTENT_HASH, None)?);
    Ok(out)
}

/// Each segment decoded and encoded anew, so that there is one spelling of it, and a slash at the end.
fn path(path: &str) -> Result<String, SignatureError> {
    let malformed = || SignatureError::Malformed { what: "path" };
    let inner = path.strip_prefix('/').ok_or_else(malformed)?;
    let inner = inner.strip_suffix('/').unwrap_or(inner);
    if inner.is_empty() {
        return if path.len() == 1 { Ok("/".to_owned()) } else { Err(malformed()) };
    }
    let mut canonical = "/".to_owned();
    for segment in inner.split('/') {
        // A raw `+` has one meaning in a path, unlike in a query.
        let segment = decode(&segment.replace('+', "%2B")).ok_or_else(malformed)?;
        if matches!(segment.as_slice(), b"" | b"." | b"..") || segment.contains(&b'/') {
            return Err(malformed());
        }
        canonical.push_str(&encode(&segment));
        canonical.push('/');
    }
    Ok(canonical)
}

/// The only value of a header, without white space at its ends.
fn value<'a>(request: &SignedRequest<'a>, name: &str) -> Result<&'a [u8], SignatureError> {
    let absent = || SignatureError::AbsentHeader { name: name.to_owned() };
    if name == HOST {
        return request.host()?.ok_or_else(absent);
    }
    let mut values = request.headers.get_all(name).iter().map(HeaderValue::as_bytes);
    match (values.next(), values.next()) {
        (_, Some(_)) => Err(SignatureError::Repeated { name: name.to_owned() }),
        (Some(value), None) => Ok(value.trim_ascii()),
        (None, None) => Err(absent()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::{HeaderMap, HeaderName};

    fn headers(list: &[(&'static str, &'static str)]) -> HeaderMap {
        list.iter().map(|(n, v)| (HeaderName::from_static(n), HeaderValue::from_static(v))).collect()
    }

    fn request(headers: &HeaderMap) -> SignedRequest<'_> {
        SignedRequest { method: "GET", path: "/a", query: "", headers, authority: None, body: b"" }
    }

    #[test]
    fn the_whole_form() {
        let map = headers(&[("host", "h:1"), ("my-value", " a   b "), ("x-sdk-date", "20260101T000000Z")]);
        let request = SignedRequest { query: "b=%7B&b=a&a", body: b"{}", ..request(&map) };
        let signed = ["host", "my-value", "x-sdk-date"].as_slice().into();
        assert_eq!(
            String::from_utf8(canonical_request(&request, &signed).unwrap()).unwrap(),
            "GET\n/a/\na=&b=a&b=%7B\nhost:h:1\nmy-value:a   b\nx-sdk-date:20260101T000000Z\n\n\
             host;my-value;x-sdk-date\n44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
        );
    }

    #[test]
    fn paths() {
        for (raw, expected) in [
            ("/", "/"),
            ("/a", "/a/"),
            ("/a/", "/a/"),
            ("/a/b", "/a/b/"),
            ("/a%20b", "/a%20b/"),
            ("/a b", "/a%20b/"),
            ("/%61", "/a/"),
            ("/a+b", "/a%2Bb/"),
            ("/-._~A9", "/-._~A9/"),
            ("/%c3%bc", "/%C3%BC/"),
            ("/ü", "/%C3%BC/"),
            ("/%0A", "/%0A/"),
            ("/%2525", "/%2525/"),
            ("/...", "/.../"),
        ] {
            assert_eq!(path(raw).unwrap(), expected, "{raw}");
        }
        for raw in [
            "",
            "*",
            "a",
            "http://h/",
            "//",
            "/a//b",
            "/a//",
            "//a",
            "/.",
            "/..",
            "/a/./b",
            "/a/../b",
            "/%2e",
            "/a/%2E%2e",
            "/a%2Fb",
            "/a%2fb",
            "/%",
            "/%4",
            "/%zz",
        ] {
            assert_eq!(path(raw), Err(SignatureError::Malformed { what: "path" }), "{raw}");
        }
    }

    #[test]
    fn a_declared_body_hash_must_be_true() {
        const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let not_its = || Err(SignatureError::BodyHash { header: CONTENT_HASH });
        for (declared, expected) in [
            (EMPTY, Ok(EMPTY.as_bytes().try_into().unwrap())),
            ("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a", not_its()),
            ("E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855", not_its()),
            ("", not_its()),
            ("UNSIGNED-PAYLOAD", Err(SignatureError::UnsignedPayload { header: CONTENT_HASH })),
        ] {
            let map = headers(&[("x-sdk-content-sha256", declared)]);
            assert_eq!(body_hash(&request(&map), CONTENT_HASH, None), expected, "{declared}");
        }
    }

    #[test]
    fn a_signed_header_arrives_once() {
        let mut map = headers(&[("host", "h")]);
        let signed = ["host", "my-value"].as_slice().into();
        let outcome = |map: &HeaderMap| canonical_request(&request(map), &signed).err();
        assert_eq!(outcome(&map), Some(SignatureError::AbsentHeader { name: "my-value".into() }));
        map.append("my-value", HeaderValue::from_static("a"));
        assert_eq!(outcome(&map), None);
        map.append("my-value", HeaderValue::from_static("a"));
        assert_eq!(outcome(&map), Some(SignatureError::Repeated { name: "my-value".into() }));
    }
}
