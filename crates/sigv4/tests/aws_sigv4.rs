//! Against the signer of the AWS SDK for Rust: what it signs is accepted, what is changed afterwards is refused, and our
//! own signer writes the same signature.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may panic, in their helpers too")]

use std::time::{Duration, UNIX_EPOCH};

use aws_credential_types::Credentials;
use aws_sigv4::{
    http_request::{SignableBody, SignableRequest, SignatureLocation, SigningSettings, sign},
    sign::v4,
};
use http::{HeaderMap, Request};
use proptest::prelude::*;
use sigv4::{Placement, Query, SignatureError, SignedRequest, Signer, parse};

const NOW: i64 = 1_795_305_600;
const EXPIRES: u32 = 900;

/// What a client wants to say, before it is signed.
#[derive(Debug, Clone)]
struct Call {
    method: &'static str,
    uri: String,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
    secret: String,
    token: Option<String>,
}

impl Call {
    fn signer(&self) -> Signer<'_> {
        Signer {
            access_key_id: "AKIDEXAMPLE",
            secret: self.secret.as_bytes(),
            session_token: self.token.as_deref(),
            region: "eu-central-1",
            service: "kms",
        }
    }

    fn request(&self) -> Request<Vec<u8>> {
        let mut request = Request::builder().method(self.method).uri(&self.uri);
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        request.body(self.body.clone()).unwrap()
    }

    /// The request as the SDK sends it.
    fn signed_by_sdk(&self, location: SignatureLocation) -> Request<Vec<u8>> {
        let identity = Credentials::new("AKIDEXAMPLE", &self.secret, self.token.clone(), None, "test").into();
        let mut settings = SigningSettings::default();
        settings.signature_location = location;
        if location == SignatureLocation::QueryParams {
            settings.expires_in = Some(Duration::from_secs(EXPIRES.into()));
        }
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region("eu-central-1")
            .name("kms")
            .time(UNIX_EPOCH + Duration::from_secs(NOW.try_into().unwrap()))
            .settings(settings)
            .build()
            .unwrap()
            .into();
        let headers = self.headers.iter().map(|(name, value)| (*name, value.as_str()));
        let body = SignableBody::Bytes(&self.body);
        let signable = SignableRequest::new(self.method, &self.uri, headers, body).unwrap();
        let (instructions, _) = sign(signable, &params).unwrap().into_parts();
        let mut request = self.request();
        instructions.apply_to_request_http1x(&mut request);
        request
    }
}

/// Every check in turn, as a server does them that knows one access key.
fn verify(request: &SignedRequest<'_>, secret: &str) -> Result<Placement, SignatureError> {
    let presented = parse(request)?;
    presented.check_scope("kms")?;
    presented.check_time(NOW)?;
    let secret = if presented.access_key_id() == "AKIDEXAMPLE" { secret } else { "that of another key" };
    presented.check_signature(request, secret.as_bytes())?;
    Ok(presented.placement())
}

/// The request as a server receives it over HTTP/2, whose host is the authority.
fn received(request: &Request<Vec<u8>>) -> SignedRequest<'_> {
    SignedRequest {
        method: request.method().as_str(),
        path: request.uri().path(),
        query: request.uri().query().unwrap_or_default(),
        headers: request.headers(),
        authority: request.uri().authority().map(http::uri::Authority::as_str),
        body: request.body(),
    }
}

fn call() -> impl Strategy<Value = Call> {
    let path = "(/([a-zA-Z0-9._~-]|%[2-7][0-9A-F]){0,6}){1,4}";
    let query =
        "(\\?([a-w]([a-zA-Z0-9._~-]|%[2-7][0-9A-F]){0,6}=([a-zA-Z0-9._~-]|%[2-7][0-9A-F]){0,8}&){0,3}z)?";
    let host = prop::sample::select(vec!["kms.example", "localhost:8080", "[::1]:443", "10.0.0.1"]);
    let uri = (host, path, query).prop_map(|(host, path, query)| format!("https://{host}{path}{query}"));
    let header = (
        prop::sample::select(vec!["my-header", "accept", "user-agent", "x-forwarded-for", "a-b", "a"]),
        "[!-~]( {0,3}[!-~]){0,12}",
    );
    let single = [
        ("content-type", "application/x-amz-json-1\\.[01]"),
        ("x-amz-target", "TrentService\\.[A-Z][a-z]{3,9}"),
        ("x-amz-user-agent", "[a-z]{1,8}/[0-9]"),
    ]
    .map(|(name, value)| prop::option::of(value.prop_map(move |value: String| (name, value))));
    (
        prop::sample::select(vec!["POST", "GET", "DELETE"]),
        uri,
        (prop::collection::vec(header, 0..4), single),
        prop::collection::vec(any::<u8>(), 0..80),
        "[!-~]{1,60}",
        prop::option::of("[A-Za-z0-9+/=]{1,200}"),
    )
        .prop_map(|(method, uri, (mut headers, single), body, secret, token)| {
            headers.extend(single.into_iter().flatten());
            Call { method, uri, headers, body, secret, token }
        })
}

fn location() -> impl Strategy<Value = SignatureLocation> {
    prop::sample::select(vec![SignatureLocation::Headers, SignatureLocation::QueryParams])
}

/// The same bytes with one bit changed, if that is still text.
fn flipped(text: &str, index: prop::sample::Index, bit: u8) -> Option<String> {
    let mut bytes = text.as_bytes().to_vec();
    let position = (!bytes.is_empty()).then(|| index.index(bytes.len()))?;
    bytes[position] ^= 1 << bit;
    String::from_utf8(bytes).ok()
}

proptest! {
    #[test]
    fn what_the_sdk_signs_is_accepted(call in call(), location in location()) {
        // The SDK drops the scheme's own port from the host it signs, as its HTTP client does from the host it sends.
        let call = Call { uri: call.uri.replace("[::1]:443", "[::1]"), ..call };
        let request = call.signed_by_sdk(location);
        let expected = match location {
            SignatureLocation::Headers => Placement::Authorization,
            _ => Placement::Query,
        };
        prop_assert_eq!(verify(&received(&request), &call.secret), Ok(expected));
        prop_assert_eq!(verify(&received(&request), "another secret"), Err(SignatureError::Mismatch));
    }

    #[test]
    fn our_signer_writes_what_the_sdk_writes(call in call()) {
        let theirs = call.signed_by_sdk(SignatureLocation::Headers);
        let (parts, body) = call.request().into_parts();
        let mut ours = parts.headers;
        call.signer().sign_headers(call.method, &parts.uri, &mut ours, &body, NOW).unwrap();
        for name in ["authorization", "x-amz-date", "x-amz-security-token"] {
            prop_assert_eq!(ours.get(name), theirs.headers().get(name), "{}", name);
        }
        let request = SignedRequest { headers: &ours, authority: None, ..received(&theirs) };
        prop_assert_eq!(verify(&request, &call.secret), Ok(Placement::Authorization));
    }

    #[test]
    fn our_presigned_requests_are_accepted(call in call()) {
        let (parts, body) = call.request().into_parts();
        let uri = call.signer().presign(call.method, &parts.uri, &parts.headers, &body, EXPIRES, NOW).unwrap();
        let mut request = call.request();
        *request.uri_mut() = uri;
        if let Ok(host) = call.uri.replace("[::1]:443", "[::1]").parse::<http::Uri>() {
            let authority = host.authority().map(http::uri::Authority::as_str);
            let request = SignedRequest { authority, ..received(&request) };
            prop_assert_eq!(verify(&request, &call.secret), Ok(Placement::Query));
        }
    }

    #[test]
    fn what_is_changed_is_refused(
        call in call(), location in location(), index in any::<prop::sample::Index>(), bit in 0..7_u8,
    ) {
        let call = Call { uri: call.uri.replace("[::1]:443", "[::1]"), ..call };
        let request = call.signed_by_sdk(location);
        let original = received(&request);
        let refused = |changed: SignedRequest<'_>, what: &str| {
            let outcome = verify(&changed, &call.secret);
            prop_assert!(outcome.is_err(), "a changed {} was accepted", what);
            Ok(())
        };
        if let Some(method) = flipped(original.method, index, bit) {
            refused(SignedRequest { method: &method, ..original }, "method")?;
        }
        if let Some(path) = flipped(original.path, index, bit)
            && canonical_path(&path) != canonical_path(original.path)
        {
            refused(SignedRequest { path: &path, ..original }, "path")?;
        }
        if let Some(query) = flipped(original.query, index, bit)
            && decoded(&query) != decoded(original.query)
        {
            refused(SignedRequest { query: &query, ..original }, "query")?;
        }
        if let Some(authority) = flipped(original.authority.unwrap_or_default(), index, bit) {
            refused(SignedRequest { authority: Some(&authority), ..original }, "authority")?;
        }
        let mut body = original.body.to_vec();
        body.push(0);
        refused(SignedRequest { body: &body, ..original }, "body")?;
        body.pop();
        if !body.is_empty() {
            let position = index.index(body.len());
            body[position] ^= 1 << bit;
            refused(SignedRequest { body: &body, ..original }, "body")?;
        }
        for (name, changed) in changed_headers(original.headers, index, bit) {
            refused(SignedRequest { headers: &changed, ..original }, &name)?;
        }
    }
}

/// One variant of `headers` for each header that has a meaning, with one bit of its value changed.
fn changed_headers(
    headers: &HeaderMap,
    index: prop::sample::Index,
    bit: u8,
) -> impl Iterator<Item = (String, HeaderMap)> {
    headers.iter().filter(|(name, _)| *name != "user-agent" && *name != "x-amz-user-agent").filter_map(
        move |(name, value)| {
            let value = flipped(value.to_str().ok()?, index, bit)?;
            let mut changed = headers.clone();
            changed.insert(name, value.trim().parse().ok()?);
            Some((name.to_string(), changed))
        },
    )
}

/// The parameters of a query, or `None` if it is malformed.
fn decoded(query: &str) -> Option<Vec<(Vec<u8>, Vec<u8>)>> {
    Some(Query::parse(query).ok()?.iter().map(|(name, value)| (name.to_vec(), value.to_vec())).collect())
}

/// A path without what does not count in it: empty and `.` segments, which are one bit apart.
fn canonical_path(path: &str) -> Vec<&str> {
    let mut segments = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()),
            segment => segments.push(segment),
        }
    }
    if ["/", "/.", "/.."].iter().any(|end| path.ends_with(end)) && !segments.is_empty() {
        segments.push("");
    }
    segments
}
