//! Requests signed by Huawei's signer are accepted, and nothing else that a changed bit or header can make of them.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may panic, in their helpers too")]

use std::{fs, path::Path};

use http::{HeaderMap, HeaderValue, Uri};
use proptest::prelude::*;
use sigv4::sdk_hmac::{PresentedSdk, Signer, examine, is_presented, parse};
use sigv4::{Query, RawRequest, SignatureError, SignedRequest};

const ACCESS_KEY_ID: &str = "AKEXAMPLE";
const SECRET: &[u8] = b"SKEXAMPLE";
/// 2026-01-01T00:00:00Z, when the vectors were signed.
const NOW: i64 = 1_767_225_600;
const OF_SESSION: [&str; 2] = ["session", "go-session"];
const VECTORS: usize = 12;

fn vectors() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/sdk_hmac");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let vectors: Vec<_> = files
        .filter(|path| path.extension().is_some_and(|extension| extension == "http"))
        .map(|path| (path.file_stem().unwrap().to_str().unwrap().to_owned(), fs::read(&path).unwrap()))
        .collect();
    assert_eq!(vectors.len(), VECTORS);
    vectors
}

#[test]
fn what_the_signer_signs_is_accepted() {
    for (name, message) in vectors() {
        let raw = RawRequest::parse(&message).unwrap();
        let request = raw.as_signed();
        assert!(is_presented(request.headers), "{name}");
        let presented = parse(&request).unwrap();
        assert_eq!(presented.access_key_id(), ACCESS_KEY_ID, "{name}");
        assert_eq!(presented.signed_at(), NOW, "{name}");
        let token = OF_SESSION.contains(&name.as_str()).then_some("token+with/signs==");
        assert_eq!(presented.session_token(), token, "{name}");
        assert_eq!(presented.check_signature(&request, SECRET), Ok(()), "{name}");
        let other = presented.check_signature(&request, b"another");
        assert_eq!(other, Err(SignatureError::SdkMismatch), "{name}");
        assert!(!format!("{presented:?}").contains("token+with"), "{name}");
    }
}

#[test]
fn every_changed_bit_of_a_meaning_is_refused() {
    let mut refused = 0;
    for (name, message) in vectors() {
        for position in 0..message.len() {
            for bit in 0..8 {
                let mut changed = message.clone();
                changed[position] ^= 1 << bit;
                // The access key is covered by its secret alone: another one has another secret.
                let accepted = examine(&changed, SECRET, NOW).and_then(Result::ok);
                if accepted.is_some_and(|presented| presented.access_key_id() == ACCESS_KEY_ID) {
                    let around = String::from_utf8_lossy(&changed[position.saturating_sub(20)..=position]);
                    assert!(
                        same_meaning(&message, &changed),
                        "{name}: bit {bit} of byte {position}: {around}"
                    );
                } else {
                    refused += 1;
                }
            }
        }
    }
    assert!(refused > 30_000, "only {refused} changes were refused");
}

/// Whether two messages say the same to a server: headers the signature need not cover aside.
fn same_meaning(a: &[u8], b: &[u8]) -> bool {
    let (a, b) = (RawRequest::parse(a).unwrap(), RawRequest::parse(b).unwrap());
    let (a, b) = (a.as_signed(), b.as_signed());
    let headers = |headers: &HeaderMap| {
        let has_meaning = |name: &str| {
            let families = ["x-sdk-", "x-auth-", "x-project-", "x-domain-", "x-security-", "authorization"];
            families.iter().any(|family| name.starts_with(family))
        };
        let mut list: Vec<_> = headers
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), words(value.as_bytes())))
            .filter(|(name, _)| has_meaning(name))
            .collect();
        list.sort();
        list
    };
    let parameters = |query: &str| {
        let query = Query::parse(query).unwrap();
        let mut list: Vec<_> = query.iter().map(|(name, value)| (name.to_vec(), value.to_vec())).collect();
        list.sort();
        list
    };
    a.method == b.method
        && a.path.to_lowercase() == b.path.to_lowercase()
        && parameters(a.query) == parameters(b.query)
        && headers(a.headers) == headers(b.headers)
        && a.body == b.body
}

fn words(value: &[u8]) -> Vec<String> {
    String::from_utf8_lossy(value).split_ascii_whitespace().map(str::to_owned).collect()
}

const SIGNER: Signer<'static> =
    Signer { access_key_id: ACCESS_KEY_ID, secret: SECRET, session_token: Some("t+/==") };

/// A request that is free to be spoiled.
struct Sent {
    path: String,
    headers: HeaderMap,
}

impl Sent {
    fn new() -> Self {
        let uri = Uri::from_static("http://localhost:8080/v1.0/p/kms/a%20b?x=1&y=%2F");
        let mut headers = HeaderMap::new();
        headers.insert("content-type", HeaderValue::from_static("application/json"));
        headers.insert("x-project-id", HeaderValue::from_static("p"));
        headers.insert("left_out", HeaderValue::from_static("p"));
        SIGNER.sign_headers("POST", &uri, &mut headers, b"{}", NOW).unwrap();
        Self { path: uri.path().to_owned(), headers }
    }

    fn request(&self) -> SignedRequest<'_> {
        SignedRequest {
            method: "POST",
            path: &self.path,
            query: "x=1&y=%2F",
            headers: &self.headers,
            authority: None,
            body: b"{}",
        }
    }

    fn verify(&self) -> Result<PresentedSdk, SignatureError> {
        let presented = parse(&self.request())?;
        presented.check_time(NOW)?;
        presented.check_signature(&self.request(), SECRET)?;
        Ok(presented)
    }

    fn set(mut self, name: &'static str, value: &str) -> Self {
        self.headers.insert(name, value.parse().unwrap());
        self
    }

    fn add(mut self, name: &'static str, value: &str) -> Self {
        self.headers.append(name, value.parse().unwrap());
        self
    }

    fn without(mut self, name: &str) -> Self {
        self.headers.remove(name).unwrap();
        self
    }

    fn replace(self, from: &str, to: &str) -> Self {
        let authorization = self.headers["authorization"].to_str().unwrap().to_owned();
        assert!(authorization.contains(from), "{authorization}");
        self.set("authorization", &authorization.replace(from, to))
    }

    fn error(&self) -> SignatureError {
        self.verify().unwrap_err()
    }
}

#[test]
fn what_the_signer_here_signs_is_accepted() {
    let sent = Sent::new();
    assert_eq!(sent.verify().unwrap().session_token(), Some("t+/=="));
    assert_eq!(sent.headers["host"], "localhost:8080");
    let authorization = sent.headers["authorization"].to_str().unwrap();
    let signed = "SignedHeaders=content-type;host;x-project-id;x-sdk-date;x-security-token, ";
    assert!(authorization.contains(signed), "{authorization}");
    // A slash at the end means nothing, and is written alike.
    assert!(Sent { path: format!("{}/", sent.path), ..Sent::new() }.verify().is_ok());
    assert!(sent.replace(", ", ",").verify().is_ok());
}

#[test]
fn a_signature_is_of_this_scheme() {
    let presented = |value: &str| {
        let headers = HeaderMap::from_iter([(http::header::AUTHORIZATION, value.parse().unwrap())]);
        is_presented(&headers)
    };
    for other in ["SDK-HMAC-SM3", "SDK-ECDSA-P256-SHA256", "SDK-SM2-SM3", "V11-HMAC-SHA256"] {
        let error = Sent::new().replace("SDK-HMAC-SHA256", other).error();
        assert!(error.to_string().contains(other), "{error}");
        assert!(presented(&format!("{other} Access=a")));
    }
    for other in ["AWS4-HMAC-SHA256", "sdk-hmac-sha256", "SDK-HMAC-SHA256x", "Bearer"] {
        let error = Sent::new().replace("SDK-HMAC-SHA256", other).error();
        assert_eq!(error, SignatureError::SdkAlgorithm { presented: None }, "{other}");
        assert!(!presented(&format!("{other} Access=a")), "{other}");
    }
    assert!(presented("SDK-HMAC-SHA256") && !is_presented(&HeaderMap::new()));
    assert_eq!(Sent::new().without("authorization").error(), SignatureError::Missing);
}

#[test]
fn absent_parts_are_named() {
    let signed = "SignedHeaders=content-type;host;x-project-id;x-sdk-date;x-security-token, ";
    for (field, name) in [("Access=AKEXAMPLE, ", "Access"), (signed, "SignedHeaders")] {
        let text = Sent::new().replace(field, "").error().to_string();
        assert_eq!(text, format!("Authorization header requires '{name}' parameter."));
    }
    let text = Sent::new().without("x-sdk-date").error().to_string();
    assert_eq!(text, "Authorization header requires 'X-Sdk-Date' header.");
}

#[test]
fn parts_are_read_strictly() {
    let malformed = |what| SignatureError::Malformed { what };
    let repeated = |name: &str| SignatureError::Repeated { name: name.to_owned() };
    for (from, to, expected) in [
        ("Access=", "access=", malformed("Authorization header")),
        (", Signature=", ", Extra=1, Signature=", malformed("Authorization header")),
        (", Signature=", ", Signature=00, Signature=", repeated("Signature")),
        ("Access=AKEXAMPLE", "Access=", malformed("access key id")),
        ("Access=AKEXAMPLE", "Access=A/B", malformed("access key id")),
        ("Signature=", "Signature=0", malformed("Signature")),
        ("=content-type;host", "=host;content-type", malformed("list of SignedHeaders")),
        ("=content-type;host", "=Content-Type;host", malformed("list of SignedHeaders")),
    ] {
        assert_eq!(Sent::new().replace(from, to).error(), expected, "{to}");
    }
    for name in ["authorization", "x-sdk-date", "x-security-token"] {
        assert_eq!(
            Sent::new().add(name, "v").error().to_string().to_lowercase(),
            format!("'{name}' must be given only once.")
        );
    }
    for name in ["x-project-id", "content-type"] {
        assert_eq!(Sent::new().add(name, "v").error(), repeated(name));
    }
    let date = Sent::new().set("x-sdk-date", "2026-01-01T00:00:00Z").error();
    assert_eq!(date, SignatureError::BadDate("2026-01-01T00:00:00Z".into()));
}

#[test]
fn what_is_added_or_left_out_is_refused() {
    for name in ["x-auth-token", "x-domain-id", "x-sdk-more"] {
        let error = Sent::new().add(name, "v").error();
        assert_eq!(error, SignatureError::UnsignedHeader { name: name.into() });
    }
    let error = Sent::new().without("x-project-id").error();
    assert_eq!(error, SignatureError::AbsentHeader { name: "x-project-id".into() });
    for (name, value) in
        [("x-project-id", "q"), ("x-sdk-date", "20260101T000001Z"), ("x-security-token", "u")]
    {
        assert_eq!(Sent::new().set(name, value).error(), SignatureError::SdkMismatch, "{name}");
    }
    assert!(Sent::new().add("x-forwarded-for", "10.0.0.1").verify().is_ok());
}

#[test]
fn a_signature_is_valid_fifteen_minutes_each_way() {
    let presented = parse(&Sent::new().request()).unwrap();
    let expired = |now| SignatureError::Expired { signed_at: NOW, earliest: now - 900, now };
    let early = |now| SignatureError::NotYetCurrent { signed_at: NOW, latest: now + 900, now };
    for (now, expected) in [
        (NOW - 901, Err(early(NOW - 901))),
        (NOW - 900, Ok(())),
        (NOW + 900, Ok(())),
        (NOW + 901, Err(expired(NOW + 901))),
    ] {
        assert_eq!(presented.check_time(now), expected);
    }
    assert!(expired(NOW + 901).to_string().ends_with("(20260101T001501Z - 15 min.)"));
    assert!(early(NOW - 901).to_string().ends_with("+ 15 min.)"));
    assert!(presented.check_time(i64::MIN).is_err() && presented.check_time(i64::MAX).is_err());
}

proptest! {
    #[test]
    fn nothing_panics_and_nothing_unsigned_is_accepted(
        target in "/{0,2}[!-~]{0,12}",
        lines in prop::collection::vec(
            (
                prop::sample::select(vec![
                    "authorization", "host", "x-sdk-date", "x-sdk-content-sha256", "x-security-token", ":authority",
                ]),
                prop::sample::select(vec![
                    "SDK-HMAC-SHA256", "SDK-HMAC-SHA256 Access=a, SignedHeaders=x-sdk-date, Signature=",
                    "20260101T000000Z", "é", "",
                ]),
                "[ -~]{0,20}",
            ),
            0..8,
        ),
        body: Vec<u8>,
        now: i64,
    ) {
        let lines: Vec<_> =
            lines.into_iter().map(|(name, value, rest)| format!("{name}: {value}{rest}\n")).collect();
        let message = format!("POST {target}\n{}", lines.concat());
        let message = [message.as_bytes(), b"\n", &body].concat();
        let accepted = matches!(examine(&message, b"secret", now), Some(Ok(_)));
        prop_assert!(!accepted, "an unsigned message was accepted");
        examine(&body, b"secret", now);
    }
}
