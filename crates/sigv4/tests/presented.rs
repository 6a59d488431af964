//! The three places of a signature, what each must hold, and what none may.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may panic, in their helpers too")]

use http::{HeaderMap, HeaderName, HeaderValue, Uri};
use sigv4::{Placement, Presented, SignatureError, SignedRequest, Signer, parse};

const SECRET: &[u8] = b"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
/// 2026-11-22T12:00:00Z.
const NOW: i64 = 1_795_348_800;
const SIGNER: Signer<'static> = Signer {
    access_key_id: "AKIDEXAMPLE",
    secret: SECRET,
    session_token: Some("session/token=="),
    region: "us-east-1",
    service: "kms",
};

/// A request of one of the three placements, free to be spoiled.
#[derive(Clone)]
struct Sent {
    query: String,
    headers: HeaderMap,
}

impl Sent {
    fn new(placement: Placement) -> Self {
        let uri = Uri::from_static("https://kms.example/");
        let mut headers = HeaderMap::new();
        headers.insert("content-type", HeaderValue::from_static("application/x-amz-json-1.1"));
        headers.insert("x-amz-target", HeaderValue::from_static("TrentService.ListKeys"));
        headers.insert("host", HeaderValue::from_static("kms.example"));
        let mut query = String::new();
        match placement {
            Placement::Query => {
                let uri = SIGNER.presign("POST", &uri, &headers, b"{}", 60, NOW).unwrap();
                uri.query().unwrap().clone_into(&mut query);
            }
            _ => SIGNER.sign_headers("POST", &uri, &mut headers, b"{}", NOW).unwrap(),
        }
        if placement == Placement::LooseHeaders {
            let authorization = headers.remove("authorization").unwrap();
            let fields = authorization.to_str().unwrap().strip_prefix("AWS4-HMAC-SHA256 ").unwrap();
            headers.insert("x-amz-algorithm", HeaderValue::from_static("AWS4-HMAC-SHA256"));
            for field in fields.split(", ") {
                let (name, value) = field.split_once('=').unwrap();
                let name = HeaderName::try_from(format!("x-amz-{name}")).unwrap();
                headers.insert(name, value.parse().unwrap());
            }
        }
        Self { query, headers }
    }

    fn request(&self) -> SignedRequest<'_> {
        SignedRequest {
            method: "POST",
            path: "/",
            query: &self.query,
            headers: &self.headers,
            authority: None,
            body: b"{}",
        }
    }

    fn parse(&self) -> Result<Presented, SignatureError> {
        parse(&self.request())
    }

    fn verify(&self) -> Result<Presented, SignatureError> {
        let presented = self.parse()?;
        presented.check_scope("kms")?;
        presented.check_time(NOW)?;
        presented.check_signature(&self.request(), SECRET)?;
        Ok(presented)
    }

    fn set(&mut self, name: &'static str, value: &str) -> &mut Self {
        self.headers.insert(name, value.parse().unwrap());
        self
    }

    fn add(&mut self, name: &'static str, value: &str) -> &mut Self {
        self.headers.append(name, value.parse().unwrap());
        self
    }

    fn remove(&mut self, name: &str) -> &mut Self {
        self.headers.remove(name).unwrap();
        self
    }

    /// Replaces text in the place that holds the signature.
    fn replace(&mut self, from: &str, to: &str) -> &mut Self {
        if self.query.is_empty() {
            let authorization = self.headers["authorization"].to_str().unwrap();
            assert!(authorization.contains(from), "{authorization}");
            let changed = authorization.replace(from, to);
            self.set("authorization", &changed)
        } else {
            assert!(self.query.contains(from), "{}", self.query);
            self.query = self.query.replace(from, to);
            self
        }
    }
}

const EVERYWHERE: [Placement; 3] = [Placement::Authorization, Placement::Query, Placement::LooseHeaders];

fn authorization() -> Sent {
    Sent::new(Placement::Authorization)
}

fn query() -> Sent {
    Sent::new(Placement::Query)
}

fn malformed(what: &'static str) -> SignatureError {
    SignatureError::Malformed { what }
}

#[test]
fn each_place_is_read_and_verified() {
    for placement in EVERYWHERE {
        let presented = Sent::new(placement).verify().unwrap();
        assert_eq!(presented.placement(), placement);
        assert_eq!(presented.access_key_id(), "AKIDEXAMPLE");
        assert_eq!(presented.session_token(), Some("session/token=="));
        assert_eq!(presented.region(), "us-east-1");
        assert_eq!(presented.signed_at(), NOW);
        let debug = format!("{presented:?}");
        assert!(!debug.contains("session/token"), "{debug}");
    }
}

#[test]
fn a_request_without_signature_says_so() {
    let mut sent = authorization();
    assert_eq!(sent.remove("authorization").parse().err(), Some(SignatureError::Missing));
}

#[test]
fn a_request_carries_one_signature() {
    for one in EVERYWHERE {
        for other in EVERYWHERE {
            let (mut both, other_sent) = (Sent::new(one), Sent::new(other));
            both.headers.extend(other_sent.headers);
            both.query.push_str(if one == other { "" } else { &other_sent.query });
            let expected = if one == other { None } else { Some(SignatureError::Ambiguous) };
            assert_eq!(both.verify().err(), expected, "{one:?} and {other:?}");
        }
    }
    for part in ["X-Amz-Signature=0", "x-amz-credential=0", "X-Amz-Expires=604800", "X-Amz-Security-Token=t"]
    {
        let mut sent = authorization();
        sent.query.push_str(part);
        assert_eq!(sent.parse().err(), Some(SignatureError::Ambiguous), "{part}");
    }
    assert_eq!(query().set("x-amz-security-token", "other").parse().err(), Some(SignatureError::Ambiguous));
    assert_eq!(authorization().set("x-amz-signature", "0").parse().err(), Some(SignatureError::Ambiguous));
}

#[test]
fn absent_parts_are_named() {
    for (field, name) in [
        ("Credential=AKIDEXAMPLE/20261122/us-east-1/kms/aws4_request, ", "Credential"),
        ("SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target, ", "SignedHeaders"),
    ] {
        let error = authorization().replace(field, "").parse().unwrap_err();
        assert_eq!(error.to_string(), format!("Authorization header requires '{name}' parameter."));
    }
    let error = authorization().remove("x-amz-date").parse().unwrap_err();
    assert_eq!(error.to_string(), "Authorization header requires 'X-Amz-Date' header.");
    for name in ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders"]
    {
        let error = query().replace(&format!("{name}="), "b=").parse().unwrap_err();
        assert_eq!(error.to_string(), format!("AWS query-string requires '{name}' parameter."));
        if name != "X-Amz-Expires" {
            let error = Sent::new(Placement::LooseHeaders).remove(name).parse().unwrap_err();
            assert_eq!(error.to_string(), format!("Signature in headers requires '{name}' header."));
        }
    }
}

#[test]
fn other_algorithms_are_refused() {
    for other in ["AWS4-ECDSA-P256-SHA256", "aws4-hmac-sha256", "SDK-HMAC-SHA256"] {
        assert_eq!(
            authorization().replace("AWS4-HMAC-SHA256", other).parse().err(),
            Some(SignatureError::Algorithm)
        );
        assert_eq!(query().replace("AWS4-HMAC-SHA256", other).parse().err(), Some(SignatureError::Algorithm));
    }
    for other in ["", "Bearer abc", "Basic QTpC", "AWS4-HMAC-SHA256,Credential=a"] {
        assert_eq!(
            authorization().set("authorization", other).parse().err(),
            Some(SignatureError::Algorithm),
            "{other}"
        );
    }
}

#[test]
fn the_authorization_header_is_read_strictly() {
    let cases: [(&str, &str, Option<SignatureError>); 7] = [
        (", ", ",", None),
        (", ", ",  ", None),
        ("SignedHeaders=", "signedheaders=", Some(malformed("Authorization header"))),
        (", Signature=", ", Extra=1, Signature=", Some(malformed("Authorization header"))),
        (", Signature=", ", Extra, Signature=", Some(malformed("Authorization header"))),
        (
            ", Signature=",
            ", Signature=00, Signature=",
            Some(SignatureError::Repeated { name: "Signature".into() }),
        ),
        ("Credential=AKIDEXAMPLE", "Credential==AKIDEXAMPLE", Some(malformed("Credential"))),
    ];
    for (from, to, expected) in cases {
        assert_eq!(authorization().replace(from, to).verify().err(), expected, "{to}");
    }
    let long = format!("AWS4-HMAC-SHA256 Credential={}", "a".repeat(8192));
    let error = authorization().set("authorization", &long).parse().unwrap_err();
    assert_eq!(
        error.to_string(),
        "The length in bytes of the Authorization header exceeds the limit of 8192."
    );
}

#[test]
fn what_must_be_single_is_refused_twice() {
    for name in
        ["authorization", "x-amz-date", "x-amz-security-token", "x-amz-target", "host", "content-type"]
    {
        let mut sent = authorization();
        let value = sent.headers[name].to_str().unwrap().to_owned();
        let error = sent.add(name, &value).verify().err().unwrap();
        assert!(
            matches!(&error, SignatureError::Repeated { name: n } if n.eq_ignore_ascii_case(name)),
            "{error}"
        );
    }
    let mut sent = query();
    sent.query.push_str("&X-Amz-Expires=604800");
    assert_eq!(sent.parse().err(), Some(SignatureError::Repeated { name: "x-amz-expires".into() }));
}

#[test]
fn a_credential_has_five_parts() {
    let good = "AKIDEXAMPLE/20261122/us-east-1/kms/aws4_request";
    for bad in [
        "AKIDEXAMPLE",
        "AKIDEXAMPLE/20261122/us-east-1/kms",
        "AKIDEXAMPLE/20261122/us-east-1/kms/aws4_request/more",
        "AKID/EXAMPLE/20261122/us-east-1/kms/aws4_request",
        "/20261122/us-east-1/kms/aws4_request",
        "A B/20261122/us-east-1/kms/aws4_request",
        "",
    ] {
        assert_eq!(authorization().replace(good, bad).parse().err(), Some(malformed("Credential")), "{bad}");
    }
    let longest = "A".repeat(128);
    assert!(authorization().replace("AKIDEXAMPLE", &longest).parse().is_ok());
    let longer = "A".repeat(129);
    assert_eq!(authorization().replace("AKIDEXAMPLE", &longer).parse().err(), Some(malformed("Credential")));
}

#[test]
fn the_scope_is_this_service_in_a_region_on_that_day() {
    let service = || SignatureError::ScopeService { service: "kms".into() };
    for (from, to, expected) in [
        ("/us-east-1/", "//", SignatureError::ScopeRegion),
        ("/us-east-1/", "/US-EAST-1/", SignatureError::ScopeRegion),
        ("/us-east-1/", "/us east/", SignatureError::ScopeRegion),
        ("/kms/", "/s3/", service()),
        ("/kms/", "/KMS/", service()),
        ("/kms/", "//", service()),
        ("/aws4_request", "/aws4", SignatureError::ScopeTerminator),
        ("/20261122/", "/20261121/", SignatureError::ScopeDate),
        ("/20261122/", "//", SignatureError::ScopeDate),
    ] {
        let presented = authorization().replace(from, to).parse().unwrap();
        assert_eq!(presented.check_scope("kms"), Err(expected), "{to}");
    }
    for (length, is_good) in [(64, true), (65, false)] {
        let region = format!("/{}/", "a".repeat(length));
        let presented = authorization().replace("/us-east-1/", &region).parse().unwrap();
        assert_eq!(presented.check_scope("kms").is_ok(), is_good, "{length}");
    }
}

#[test]
fn a_true_scope_of_another_region_needs_another_key() {
    let error = authorization().replace("/us-east-1/", "/us-west-2/").verify().err();
    assert_eq!(error, Some(SignatureError::Mismatch));
}

#[test]
fn headers_are_valid_five_minutes_each_way() {
    let presented = authorization().parse().unwrap();
    let expired = |now| SignatureError::Expired { signed_at: NOW, earliest: now - 300, now };
    let early = |now| SignatureError::NotYetCurrent { signed_at: NOW, latest: now + 300, now };
    for (now, expected) in [
        (NOW - 301, Err(early(NOW - 301))),
        (NOW - 300, Ok(())),
        (NOW, Ok(())),
        (NOW + 300, Ok(())),
        (NOW + 301, Err(expired(NOW + 301))),
    ] {
        assert_eq!(presented.check_time(now), expected);
    }
    assert!(presented.check_time(i64::MIN).is_err());
    assert!(presented.check_time(i64::MAX).is_err());
}

#[test]
fn a_presigned_request_lives_as_long_as_it_says() {
    let presented = query().parse().unwrap();
    let expired = |now| SignatureError::PresignedExpired { expired_at: NOW + 60, now };
    let early = |now| SignatureError::NotYetCurrent { signed_at: NOW, latest: now + 300, now };
    for (now, expected) in [
        (NOW - 301, Err(early(NOW - 301))),
        (NOW - 300, Ok(())),
        (NOW + 60, Ok(())),
        (NOW + 61, Err(expired(NOW + 61))),
    ] {
        assert_eq!(presented.check_time(now), expected);
    }
    for (seconds, is_good) in [
        ("1", true),
        ("604800", true),
        ("604801", false),
        ("0", false),
        ("-1", false),
        ("%2B60", false),
        ("", false),
    ] {
        let outcome = query().replace("X-Amz-Expires=60", &format!("X-Amz-Expires={seconds}")).parse();
        assert_eq!(outcome.is_ok(), is_good, "{seconds}");
    }
    let error = query().replace("X-Amz-Expires=60", "X-Amz-Expires=61").verify().err();
    assert_eq!(error, Some(SignatureError::Mismatch));
}

#[test]
fn a_bad_date_is_repeated_bounded_and_escaped() {
    let long = "9".repeat(500);
    for (date, echo) in [
        ("2026-11-22T12:00:00Z", "2026-11-22T12:00:00Z"),
        ("Sun, 22 Nov 2026 12:00:00 GMT", "Sun, 22 Nov 2026 12:00:00 GMT"),
        ("a\tb", "a\\tb"),
        (long.as_str(), &long[..SignatureError::ECHO]),
    ] {
        let outcome = authorization().set("x-amz-date", date).parse().err();
        assert_eq!(outcome, Some(SignatureError::BadDate(echo.into())), "{date}");
    }
}

#[test]
fn signed_headers_are_lower_case_sorted_and_bounded() {
    let good = "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target";
    let list = |names: String| format!("SignedHeaders={names}");
    let many = |count: usize| (0..count).map(|n| format!("h{n:03}")).collect::<Vec<_>>().join(";");
    for bad in [
        "",
        ";",
        "host;",
        "Host",
        "host;host",
        "x-amz-date;host",
        "host;x amz",
        "host;h\u{e4}",
        "authorization;host",
        "host;x-amz-signature",
    ] {
        let mut sent = authorization();
        let changed = sent.headers["authorization"].to_str().unwrap().replace(good, &list(bad.into()));
        sent.headers.insert("authorization", HeaderValue::from_bytes(changed.as_bytes()).unwrap());
        let outcome = sent.parse().err();
        assert!(matches!(outcome, Some(SignatureError::Malformed { .. })), "{bad}: {outcome:?}");
    }
    assert!(authorization().replace(good, &list(many(64))).parse().is_ok());
    for too_much in [many(65), "h".repeat(4097)] {
        let outcome = authorization().replace(good, &list(too_much)).parse().err();
        assert!(matches!(outcome, Some(SignatureError::TooLarge { .. })), "{outcome:?}");
    }
}

#[test]
fn a_signature_is_64_digits_in_lower_case() {
    for (placement, prefix) in
        [(Placement::Authorization, "Signature="), (Placement::Query, "X-Amz-Signature=")]
    {
        let sent = Sent::new(placement);
        let text = if placement == Placement::Query {
            &sent.query
        } else {
            sent.headers["authorization"].to_str().unwrap()
        };
        let signature = text.rsplit_once(prefix).unwrap().1;
        let upper = signature.to_uppercase();
        for bad in
            ["", "0", &signature[1..], &format!("{signature}0"), &format!("g{}", &signature[1..]), &upper]
        {
            let outcome = sent.clone().replace(signature, bad).parse().err();
            assert_eq!(outcome, Some(malformed("Signature")), "{bad}");
        }
    }
}

#[test]
fn a_session_token_is_signed_and_bounded() {
    let outcome = authorization().set("x-amz-security-token", "another").verify().err();
    assert_eq!(outcome, Some(SignatureError::Mismatch));
    let outcome = authorization().remove("x-amz-security-token").verify().err();
    assert_eq!(outcome, Some(SignatureError::AbsentHeader { name: "x-amz-security-token".into() }));
    let outcome = authorization().set("x-amz-security-token", "").parse().err();
    assert_eq!(outcome, Some(malformed("session token")));
    for (length, is_good) in [(16_384, true), (16_385, false)] {
        let outcome = authorization().set("x-amz-security-token", &"t".repeat(length)).parse();
        assert_eq!(outcome.is_ok(), is_good, "{length}");
    }
}

#[test]
fn what_is_added_must_be_signed() {
    for placement in EVERYWHERE {
        let outcome = Sent::new(placement).set("x-amz-grant", "all").verify().err();
        assert_eq!(outcome, Some(SignatureError::UnsignedHeader { name: "x-amz-grant".into() }));
        assert!(Sent::new(placement).set("x-forwarded-for", "10.0.0.1").verify().is_ok());
    }
}

#[test]
fn loose_headers_sign_the_same_text() {
    let mut loose = Sent::new(Placement::LooseHeaders);
    assert_eq!(loose.headers["x-amz-signature"].len(), 64);
    loose.set("x-amz-target", "TrentService.ScheduleKeyDeletion");
    assert_eq!(loose.verify().err(), Some(SignatureError::Mismatch));
}

/// The scheme sorts the query, so a signature does not say which of two parameters of one name came first: anyone on
/// the way can turn them round. Whoever acts on parameters must refuse a second one.
#[test]
fn the_order_of_parameters_is_not_signed_but_all_else_of_them_is() {
    let headers = HeaderMap::from_iter([(http::header::HOST, HeaderValue::from_static("kms.example"))]);
    let uri = Uri::from_static("https://kms.example/?Action=ListKeys&Action=CreateKey");
    let signed = SIGNER.presign("POST", &uri, &headers, b"{}", 60, NOW).unwrap();
    let sent = Sent { query: signed.query().unwrap().to_owned(), headers };
    assert!(sent.verify().is_ok());
    let turned = |from: &str, to: &str| sent.clone().replace(from, to).verify().err();
    assert_eq!(turned("Action=ListKeys&Action=CreateKey", "Action=CreateKey&Action=ListKeys"), None);
    for (from, to) in [
        ("Action=ListKeys&", ""),
        ("Action=ListKeys&", "Action=ListKeys&Action=ListKeys&"),
        ("Action=ListKeys", "Action=ListAliases"),
        ("Action=ListKeys", "action=ListKeys"),
        ("Action=ListKeys&Action=CreateKey", "Action=ListKeys%26Action=CreateKey"),
        ("Action=ListKeys&", "Action=ListKeys&Limit=1&"),
    ] {
        assert_eq!(turned(from, to), Some(SignatureError::Mismatch), "{to}");
    }
}
