//! Requests signed by botocore and by curl are accepted, and nothing else that one changed bit can make of them.

#![expect(clippy::unwrap_used, reason = "tests may panic, in their helpers too")]

use std::{fs, path::Path};

use sigv4::{Placement, Query, RawRequest, SignatureError, examine, parse};

/// The key pair of AWS's documentation, and the instant of its examples: 2015-08-30T12:36:00Z.
const ACCESS_KEY_ID: &str = "AKIDEXAMPLE";
const SECRET: &[u8] = b"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const NOW: i64 = 1_440_938_160;
/// When `curl.http` was signed, by curl 7.88.1: 2026-11-22T06:14:14Z.
const NOW_OF_CURL: i64 = 1_795_328_054;

/// The requests whose signature stands in the query; those of a session.
const PRESIGNED: [&str; 4] = ["presigned", "presigned-get", "presigned-session", "query-body"];
const OF_SESSION: [&str; 2] = ["list-keys-session", "presigned-session"];
const VECTORS: usize = 13;

fn vectors() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let vectors: Vec<_> = files
        .filter(|path| path.extension().is_some_and(|extension| extension == "http"))
        .map(|path| (path.file_stem().unwrap().to_str().unwrap().to_owned(), fs::read(&path).unwrap()))
        .collect();
    assert_eq!(vectors.len(), VECTORS);
    vectors
}

#[test]
fn what_clients_sign_is_accepted() {
    for (name, message) in vectors() {
        let raw = RawRequest::parse(&message).unwrap();
        let request = raw.as_signed();
        let presented = parse(&request).unwrap();
        let now = if name == "curl" { NOW_OF_CURL } else { NOW };
        let placement =
            if PRESIGNED.contains(&name.as_str()) { Placement::Query } else { Placement::Authorization };
        assert_eq!(presented.placement(), placement, "{name}");
        assert_eq!(presented.access_key_id(), ACCESS_KEY_ID, "{name}");
        assert_eq!(presented.region(), "us-east-1", "{name}");
        assert_eq!(presented.signed_at(), now, "{name}");
        assert_eq!(presented.session_token().is_some(), OF_SESSION.contains(&name.as_str()), "{name}");
        assert_eq!(presented.check_scope("kms"), Ok(()), "{name}");
        assert_eq!(presented.check_time(now), Ok(()), "{name}");
        assert_eq!(presented.check_signature(&request, SECRET), Ok(()), "{name}");
        assert_eq!(presented.check_signature(&request, b"another"), Err(SignatureError::Mismatch), "{name}");
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
    let headers = |headers: &http::HeaderMap| {
        let has_meaning = |name: &str| {
            name.starts_with("x-amz-") || ["host", "content-type", "authorization"].contains(&name)
        };
        let mut list: Vec<_> = headers
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), words(value.as_bytes())))
            .filter(|(name, _)| has_meaning(name))
            .collect();
        list.sort();
        list
    };
    a.method == b.method
        && segments(a.path) == segments(b.path)
        && parameters(a.query) == parameters(b.query)
        && headers(a.headers) == headers(b.headers)
        && a.authority == b.authority
        && a.body == b.body
}

fn words(value: &[u8]) -> Vec<String> {
    String::from_utf8_lossy(value).split_ascii_whitespace().map(str::to_owned).collect()
}

fn parameters(query: &str) -> Vec<(Vec<u8>, Vec<u8>)> {
    let query = Query::parse(query).unwrap();
    let mut parameters: Vec<_> = query.iter().map(|(name, value)| (name.to_vec(), value.to_vec())).collect();
    parameters.sort();
    parameters
}

/// The segments that count: empty ones and dot segments do not, and `.` and `/` are one bit apart.
fn segments(path: &str) -> Vec<&str> {
    path.split('/').fold(Vec::new(), |mut segments, segment| {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()),
            segment => segments.push(segment),
        }
        segments
    })
}
