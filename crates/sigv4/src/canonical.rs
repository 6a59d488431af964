//! The canonical request: the one text both sides derive from a request, and hash.
//!
//! Shared by all dialects of the scheme. Must hold: two requests of different meaning never have the same canonical
//! request. Therefore no part can smuggle in a line break, and what cannot be written unambiguously is refused.

use http::header::HOST;

use crate::{Query, SignatureError, SignedRequest, query::encode_except, signed_headers::SignedHeaders};

/// The header, or query parameter, by which a client may declare the hash of the body.
const CONTENT_HASH: &str = "x-amz-content-sha256";
/// Longest method taken, in bytes; the longest of RFC 9110 has 7.
const MAX_METHOD_BYTES: usize = 16;

/// Builds the canonical request of `request` with the headers `signed`, leaving out of the query
/// the parameter that holds the signature itself.
pub(crate) fn canonical_request(
    request: &SignedRequest<'_>,
    signed: &SignedHeaders,
    signature_parameter: Option<&str>,
) -> Result<Vec<u8>, SignatureError> {
    let query = Query::parse(request.query)?;
    let mut out = Vec::with_capacity(512);
    out.extend_from_slice(method(request.method)?.as_bytes());
    out.push(b'\n');
    out.extend_from_slice(path(request.path)?.as_bytes());
    out.push(b'\n');
    out.extend_from_slice(query.canonical(signature_parameter).as_bytes());
    out.push(b'\n');
    for name in signed.iter() {
        header(request, name, &mut out)?;
    }
    out.push(b'\n');
    out.extend_from_slice(signed.as_str().as_bytes());
    out.push(b'\n');
    out.extend_from_slice(&body_hash(request, CONTENT_HASH, Some(&query))?);
    Ok(out)
}

/// A hash in hexadecimal digits.
pub(crate) fn hex_of(hash: &[u8; 32]) -> [u8; 64] {
    let mut digits = [0; 64];
    // It fails only if there is no room for exactly two digits a byte.
    let _ = hex::encode_to_slice(hash, &mut digits);
    digits
}

pub(crate) fn method(method: &str) -> Result<&str, SignatureError> {
    let plausible =
        (1..=MAX_METHOD_BYTES).contains(&method.len()) && method.bytes().all(|b| b.is_ascii_uppercase());
    plausible.then_some(method).ok_or(SignatureError::Malformed { what: "method" })
}

/// The path without empty and dot segments (RFC 3986, 5.2.4), encoded once more although it is encoded already: the
/// rule for every service but S3.
fn path(path: &str) -> Result<String, SignatureError> {
    if !path.is_empty() && !path.starts_with('/') {
        return Err(SignatureError::Malformed { what: "path" });
    }
    if path == "/" {
        return Ok("/".to_owned());
    }
    let mut segments = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()),
            segment => segments.push(segment),
        }
    }
    let names_a_folder = ["/", "/.", "/.."].iter().any(|end| path.ends_with(end));
    let end = if names_a_folder && !segments.is_empty() { "/" } else { "" };
    Ok(format!("/{}{end}", encode_except(segments.join("/").as_bytes(), b"/")))
}

/// Appends `name:value\n`; several headers of the name are joined by commas, in the order received.
fn header(request: &SignedRequest<'_>, name: &str, out: &mut Vec<u8>) -> Result<(), SignatureError> {
    let absent = || SignatureError::AbsentHeader { name: name.to_owned() };
    out.extend_from_slice(name.as_bytes());
    out.push(b':');
    if name == HOST {
        out.extend_from_slice(request.host()?.ok_or_else(absent)?);
    } else {
        let mut values = request.headers.get_all(name).iter();
        append_collapsed(values.next().ok_or_else(absent)?.as_bytes(), out);
        for value in values {
            out.push(b',');
            append_collapsed(value.as_bytes(), out);
        }
    }
    out.push(b'\n');
    Ok(())
}

/// Appends `value` without white space at its ends and with one space for every run of it inside.
fn append_collapsed(value: &[u8], out: &mut Vec<u8>) {
    let words = value.split(|byte| matches!(byte, b' ' | b'\t')).filter(|word| !word.is_empty());
    for (position, word) in words.enumerate() {
        if position > 0 {
            out.push(b' ');
        }
        out.extend_from_slice(word);
    }
}

/// The hash of the body in hex, which is always computed here. A hash that the client declares, in `header` or in the
/// parameter of `query` that has its name, must be the same.
pub(crate) fn body_hash(
    request: &SignedRequest<'_>,
    header: &'static str,
    query: Option<&Query>,
) -> Result<[u8; 64], SignatureError> {
    let hash = hex_of(&crypto::sha256(request.body));
    let headers = request.headers.get_all(header).iter().map(http::HeaderValue::as_bytes);
    for declared in headers.chain(query.and_then(|query| query.get_any_case(header))) {
        if declared.starts_with(b"UNSIGNED-PAYLOAD") || declared.starts_with(b"STREAMING-") {
            return Err(SignatureError::UnsignedPayload { header });
        }
        if declared != hash {
            return Err(SignatureError::BodyHash { header });
        }
    }
    Ok(hash)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::{HeaderMap, HeaderName, HeaderValue};

    fn headers(list: &[(&'static str, &'static str)]) -> HeaderMap {
        list.iter().map(|(n, v)| (HeaderName::from_static(n), HeaderValue::from_static(v))).collect()
    }

    fn request(headers: &HeaderMap) -> SignedRequest<'_> {
        SignedRequest { method: "POST", path: "/", query: "", headers, authority: None, body: b"" }
    }

    #[test]
    fn the_whole_form() {
        let mut map = headers(&[("host", "kms.example"), ("x-amz-date", "20150830T123600Z")]);
        map.append("my-list", HeaderValue::from_static("  a   b \t c  "));
        map.append("my-list", HeaderValue::from_static("d"));
        map.append("my-list", HeaderValue::from_static(""));
        let request = SignedRequest { query: "b=2&a=1&X-Amz-Signature=0", body: b"{}", ..request(&map) };
        let signed = ["host", "my-list", "x-amz-date"].as_slice().into();
        let canonical = canonical_request(&request, &signed, Some("X-Amz-Signature")).unwrap();
        assert_eq!(
            String::from_utf8(canonical).unwrap(),
            "POST\n/\na=1&b=2\nhost:kms.example\nmy-list:a b c,d,\nx-amz-date:20150830T123600Z\n\n\
             host;my-list;x-amz-date\n44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
        );
    }

    #[test]
    fn paths() {
        for (raw, expected) in [
            ("", "/"),
            ("/", "/"),
            ("//", "/"),
            ("/.", "/"),
            ("/..", "/"),
            ("/../..", "/"),
            ("/a/..", "/"),
            ("/a/../b", "/b"),
            ("/a/./b/", "/a/b/"),
            ("/a/b/.", "/a/b/"),
            ("/a/b/..", "/a/"),
            ("/a//b//", "/a/b/"),
            ("/a%20b", "/a%2520b"),
            ("/a b", "/a%20b"),
            ("/-._~/A9", "/-._~/A9"),
            ("/ü", "/%C3%BC"),
            ("/a\nb", "/a%0Ab"),
            ("/...", "/..."),
        ] {
            assert_eq!(path(raw).unwrap(), expected, "{raw}");
        }
        for raw in ["*", "a", "http://host/", "./"] {
            assert_eq!(path(raw), Err(SignatureError::Malformed { what: "path" }), "{raw}");
        }
    }

    #[test]
    fn methods_are_upper_case_letters() {
        assert_eq!(method("POST"), Ok("POST"));
        for bad in ["", "post", "GET\n/", "GET ", "ABCDEFGHIJKLMNOPQ"] {
            assert!(method(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_authority_stands_for_the_host() {
        let (none, lower) = (HeaderMap::new(), headers(&[("host", "kms.example:8080")]));
        let host = |headers, authority| SignedRequest { authority, ..request(headers) }.host();
        assert_eq!(host(&none, None), Ok(None));
        assert_eq!(host(&none, Some("kms.example")), Ok(Some(b"kms.example".as_slice())));
        assert_eq!(host(&lower, Some("KMS.example:8080")), Ok(Some(b"kms.example:8080".as_slice())));
        assert_eq!(host(&lower, Some("kms.example")), Err(SignatureError::HostConflict));
        assert_eq!(host(&none, Some("a\nb")), Err(SignatureError::Malformed { what: "host header" }));
        let mut two = lower.clone();
        two.append("host", HeaderValue::from_static("kms.example:8080"));
        assert_eq!(host(&two, None), Err(SignatureError::Repeated { name: "host".into() }));
    }

    #[test]
    fn a_declared_body_hash_must_be_true() {
        const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        const OTHER: &str = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
        let false_hash = || Err(SignatureError::BodyHash { header: "x-amz-content-sha256" });
        let unsigned = || Err(SignatureError::UnsignedPayload { header: "x-amz-content-sha256" });
        for (declared, expected) in [
            (EMPTY, Ok(EMPTY.as_bytes().try_into().unwrap())),
            (OTHER, false_hash()),
            ("", false_hash()),
            ("UNSIGNED-PAYLOAD", unsigned()),
            ("STREAMING-AWS4-HMAC-SHA256-PAYLOAD", unsigned()),
            ("STREAMING-UNSIGNED-PAYLOAD-TRAILER", unsigned()),
        ] {
            let in_header = headers(&[("x-amz-content-sha256", declared)]);
            let none = Query::parse("").unwrap();
            assert_eq!(
                body_hash(&request(&in_header), CONTENT_HASH, Some(&none)),
                expected,
                "header {declared}"
            );
            let in_query = Query::parse(&format!("X-Amz-Content-Sha256={declared}")).unwrap();
            assert_eq!(
                body_hash(&request(&HeaderMap::new()), CONTENT_HASH, Some(&in_query)),
                expected,
                "query {declared}"
            );
        }
    }

    #[test]
    fn a_signed_header_must_have_arrived() {
        let map = headers(&[("host", "kms.example")]);
        let signed = ["host", "x-amz-target"].as_slice().into();
        let error = canonical_request(&request(&map), &signed, None).unwrap_err();
        assert_eq!(error, SignatureError::AbsentHeader { name: "x-amz-target".into() });
    }
}
