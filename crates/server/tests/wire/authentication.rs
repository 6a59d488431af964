//! Every way of not being the caller one claims to be, and every way of being it.

use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri};

use crate::fixture::{Answer, Call, NOW, Running, Setup, request, start};

/// A change to a signed request, as someone on the way could make it.
type Tamper = fn(&mut HeaderMap);

fn set(headers: &mut HeaderMap, name: &'static str, value: &str) {
    headers.insert(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
}

fn edit_authorization(headers: &mut HeaderMap, from: &str, to: &str) {
    let value = headers["authorization"].to_str().unwrap().replace(from, to);
    set(headers, "authorization", &value);
}

#[tokio::test]
async fn each_failure_has_its_code() {
    let server = start(Setup::default()).await;
    let missing = "MissingAuthenticationTokenException";
    let incomplete = "IncompleteSignatureException";
    let invalid = "InvalidSignatureException";
    let cases: [(&str, Tamper, &str, &str); 13] = [
        (
            "no signature",
            |h| drop(h.remove("authorization")),
            missing,
            "Request is missing Authentication Token",
        ),
        (
            "nothing but the algorithm",
            |h| set(h, "authorization", "AWS4-HMAC-SHA256 "),
            incomplete,
            "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter.",
        ),
        ("another scheme", |h| set(h, "authorization", "Basic dGVzdDp0ZXN0"), incomplete, "AWS4-HMAC-SHA256"),
        ("no date", |h| drop(h.remove("x-amz-date")), incomplete, "requires 'X-Amz-Date'"),
        (
            "a date of another form",
            |h| set(h, "x-amz-date", "Sun, 22 Nov 2026"),
            incomplete,
            "Date must be in ISO-8601",
        ),
        ("a second place", |h| set(h, "x-amz-signature", "00"), incomplete, "one signature"),
        (
            "the scope of another day",
            |h| edit_authorization(h, "/20261122/", "/20261121/"),
            invalid,
            "Date in Credential scope does not match",
        ),
        (
            "another terminator",
            |h| edit_authorization(h, "/aws4_request", "/aws5_request"),
            invalid,
            "valid terminator: 'aws4_request'",
        ),
        (
            "a region that is none",
            |h| edit_authorization(h, "/us-east-1/", "/US EAST/"),
            invalid,
            "valid region",
        ),
        (
            "another operation than was signed",
            |h| set(h, "x-amz-target", "TrentService.CreateKey"),
            invalid,
            "The request signature we calculated does not match",
        ),
        ("a header that was not signed", |h| set(h, "x-amz-extra", "1"), invalid, "'x-amz-extra'"),
        (
            "another hash of the body",
            |h| set(h, "x-amz-content-sha256", &"0".repeat(64)),
            invalid,
            "x-amz-content-sha256",
        ),
        (
            "an unknown key instead",
            |h| edit_authorization(h, "Credential=test/", "Credential=AKIAIOSFODNN7EXAMPLE/"),
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
        ),
    ];
    for (case, tamper, code, text) in cases {
        let mut request = Call::default().signed(server.address);
        tamper(request.headers_mut());
        server.send(request).await.is_refused(case, 400, code, text);
    }
}

#[tokio::test]
async fn wrong_secrets_scopes_and_keys() {
    let server = start(Setup::default()).await;
    let unknown = "UnrecognizedClientException";
    let invalid = "InvalidSignatureException";
    for (case, call, code, text) in [
        (
            "wrong secret",
            Call { secret: "tset", ..Call::default() },
            invalid,
            "does not match the signature you provided",
        ),
        ("another service", Call { service: "s3", ..Call::default() }, invalid, "correct service: 'kms'"),
        (
            "unknown key",
            Call { key: "AKIAIOSFODNN7EXAMPLE", ..Call::default() },
            unknown,
            "token included in the request is invalid",
        ),
        (
            "a token with a key that has none",
            Call { token: Some("FwoGZXIvYXdz"), ..Call::default() },
            unknown,
            "is invalid",
        ),
    ] {
        server.call(&call).await.is_refused(case, 400, code, text);
    }
    let tampered = Call::default().signed(server.address).map(|_| "{ }".to_owned().into());
    server.send(tampered).await.is_refused("another body", 400, invalid, "does not match");
    server.call(&Call::default()).await.succeeded("and the server is still there");
}

#[tokio::test]
async fn the_clock_window_is_five_minutes_each_way() {
    let server = start(Setup::default()).await;
    let invalid = "InvalidSignatureException";
    for (seconds, refusal) in [
        (
            -301,
            Some(
                "Signature expired: 20261122T115459Z is now earlier than 20261122T115500Z (20261122T120000Z - 5 min.)",
            ),
        ),
        (-300, None),
        (0, None),
        (300, None),
        (
            301,
            Some(
                "Signature not yet current: 20261122T120501Z is still later than 20261122T120500Z (20261122T120000Z + 5 min.)",
            ),
        ),
    ] {
        let answer = server.call(&Call { at: NOW + seconds, ..Call::default() }).await;
        match refusal {
            None => answer.succeeded(&seconds.to_string()),
            Some(text) => answer.is_refused(&seconds.to_string(), 400, invalid, text),
        }
    }
}

#[tokio::test]
async fn regions_are_those_configured_or_any() {
    let regions = vec!["eu-central-1".to_owned(), "eu-west-1".to_owned()];
    let server = start(Setup { regions, ..Setup::default() }).await;
    server.call(&Call { region: "eu-west-1", ..Call::default() }).await.succeeded("one of them");
    let other = server.call(&Call::default()).await;
    other.is_refused(
        "another",
        400,
        "InvalidSignatureException",
        "Credential should be scoped to a valid region.",
    );
    let any = start(Setup::default()).await;
    any.call(&Call { region: "mars-north-7", ..Call::default() }).await.succeeded("any");
}

#[tokio::test]
async fn the_caller_is_who_signed() {
    let server = start(Setup::default()).await;
    for (key, region, account) in
        [("test", "us-east-1", "000000000000"), ("111122223333", "eu-west-1", "111122223333")]
    {
        let call = Call { key, region, target: "TrentService.CreateKey", ..Call::default() };
        let answer = server.call(&call).await;
        let arn = answer.json()["KeyMetadata"]["Arn"].as_str().unwrap_or_default().to_owned();
        assert!(arn.starts_with(&format!("arn:aws:kms:{region}:{account}:key/")), "{arn}");
    }
    let seen = server.call(&Call { region: "eu-west-1", ..Call::default() }).await;
    assert_eq!(seen.json()["Keys"], serde_json::json!([]), "another account's keys are not listed");
}

#[tokio::test]
async fn sessions() {
    let server = start(Setup::default()).await;
    let [one, two] = [
        server.identities.issue_session("test", 900, NOW).await.unwrap(),
        server.identities.issue_session("111122223333", 900, NOW).await.unwrap(),
    ];
    let secret = String::from_utf8(one.secret.expose().to_vec()).unwrap();
    let call =
        Call { key: &one.access_key_id, secret: &secret, token: Some(&one.session_token), ..Call::default() };
    server.call(&call).await.succeeded("its own token");

    let unknown = "UnrecognizedClientException";
    let invalid = "The security token included in the request is invalid.";
    let other = Call { token: Some(&two.session_token), ..call.clone() };
    server.call(&other).await.is_refused("another's token", 400, unknown, invalid);
    let none = Call { token: None, ..call.clone() };
    server.call(&none).await.is_refused("no token", 400, unknown, invalid);
    let wrong = Call { secret: "wrong", ..call.clone() };
    server.call(&wrong).await.is_refused("wrong secret", 400, "InvalidSignatureException", "does not match");

    server.clock.advance(900);
    let late = Call { at: NOW + 900, ..call };
    let text = "The security token included in the request is expired";
    server.call(&late).await.is_refused("expired", 400, "ExpiredTokenException", text);
}

/// The Authorization header taken apart into the headers that some API descriptions show.
fn loosened(
    mut request: Request<http_body_util::Full<bytes::Bytes>>,
) -> Request<http_body_util::Full<bytes::Bytes>> {
    let authorization = request.headers_mut().remove("authorization").unwrap();
    let (algorithm, fields) = authorization.to_str().unwrap().split_once(' ').unwrap();
    set(request.headers_mut(), "x-amz-algorithm", algorithm);
    for field in fields.split(", ") {
        let (name, value) = field.split_once('=').unwrap();
        let name = match name {
            "Credential" => "x-amz-credential",
            "SignedHeaders" => "x-amz-signedheaders",
            _ => "x-amz-signature",
        };
        set(request.headers_mut(), name, value);
    }
    request
}

#[tokio::test]
async fn loose_headers_are_another_spelling() {
    let server = start(Setup::default()).await;
    let call = Call { content_type: "application/json", ..Call::default() };
    server.send(loosened(call.signed(server.address))).await.succeeded("loose headers");
    let wrong = Call { secret: "wrong", ..call };
    let answer = server.send(loosened(wrong.signed(server.address))).await;
    answer.is_refused("wrong secret", 400, "InvalidSignatureException", "does not match");
}

async fn presigned(server: &Running, call: &Call<'_>, query: &str, expires: u32) -> Answer {
    let uri: Uri = format!("http://{}/?{query}", server.address).parse().unwrap();
    let headers = call.headers();
    let signed =
        call.signer().presign("POST", &uri, &headers, call.body.as_bytes(), expires, call.at).unwrap();
    let mut headers = headers;
    set(&mut headers, "host", &server.address.to_string());
    server.send(request(Method::POST, signed.path_and_query().unwrap().as_str(), headers, call.body)).await
}

#[tokio::test]
async fn presigned_requests() {
    let server = start(Setup::default()).await;
    server.call(&Call { target: "TrentService.CreateKey", ..Call::default() }).await.succeeded("first key");
    server.call(&Call { target: "TrentService.CreateKey", ..Call::default() }).await.succeeded("second key");
    let call = Call { body: "", ..Call::default() };

    let page = presigned(&server, &call, "Limit=1", 3600).await;
    page.succeeded("members in the query");
    assert_eq!(page.json()["Keys"].as_array().map(Vec::len), Some(1), "the limit of the query counts");
    let with_body = presigned(&server, &Call { body: r#"{"Limit":2}"#, ..call.clone() }, "", 3600).await;
    with_body.succeeded("a body that was signed");
    assert_eq!(with_body.json()["Keys"].as_array().map(Vec::len), Some(2));
    let plain = Call { content_type: "", ..call.clone() };
    presigned(&server, &plain, "", 3600).await.succeeded("no body, so no content type");

    let random = Call { target: "TrentService.GenerateRandom", ..call.clone() };
    let text = "'NumberOfBytes' must be an integer";
    presigned(&server, &random, "NumberOfBytes=many", 60).await.is_refused(
        "type",
        400,
        "SerializationException",
        text,
    );

    let invalid = "InvalidSignatureException";
    let wrong = Call { secret: "wrong", ..call.clone() };
    presigned(&server, &wrong, "", 3600).await.is_refused("wrong secret", 400, invalid, "does not match");
    server.clock.advance(61);
    presigned(&server, &call, "", 60).await.is_refused("expired", 400, invalid, "X-Amz-Expires has passed");
    presigned(&server, &call, "", 61).await.succeeded("in its last second");
}
