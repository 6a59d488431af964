//! A secret that keeps its signing keys takes what it would take without them, and nothing else.

#![expect(clippy::unwrap_used, reason = "tests may panic, in their helpers too")]

use crypto::SecretBytes;
use http::{HeaderMap, HeaderValue, Uri};
use proptest::prelude::*;
use sigv4::{Placement, Secret, SignatureError, SignedRequest, Signer, parse};

/// 2026-11-22T23:59:50Z: ten seconds before another day.
const NOW: i64 = 1_795_391_990;
const SIGNER: Signer<'static> = Signer {
    access_key_id: "AKIDEXAMPLE",
    secret: b"the secret",
    session_token: None,
    region: "eu-west-1",
    service: "kms",
};

fn secret(text: &[u8]) -> Secret {
    Secret::new(SecretBytes::copy_of(text))
}

/// What a secret that keeps signing keys, and the same without them, say of a request; they must say the same.
fn verdict(signer: &Signer<'_>, placement: Placement, now: i64, by: &Secret) -> Result<(), SignatureError> {
    let uri = Uri::from_static("https://kms.example/");
    let mut headers = HeaderMap::new();
    headers.insert("host", HeaderValue::from_static("kms.example"));
    let mut query = String::new();
    if placement == Placement::Query {
        let link = signer.presign("POST", &uri, &headers, b"{}", 60, now).unwrap();
        link.query().unwrap().clone_into(&mut query);
    } else {
        signer.sign_headers("POST", &uri, &mut headers, b"{}", now).unwrap();
    }
    let request = SignedRequest {
        method: "POST",
        path: "/",
        query: &query,
        headers: &headers,
        authority: None,
        body: b"{}",
    };
    let presented = parse(&request).unwrap();
    let outcome = presented.check_signature_of(&request, by);
    assert_eq!(outcome, presented.check_signature(&request, by.expose()));
    let changed = SignedRequest { body: b"{ }", ..request };
    assert_eq!(presented.check_signature_of(&changed, by), Err(SignatureError::Mismatch));
    outcome
}

#[test]
fn a_kept_key_is_that_of_its_day_region_and_service_alone() {
    let secret = secret(SIGNER.secret);
    for placement in [Placement::Authorization, Placement::Query] {
        for (signer, now) in [
            (SIGNER, NOW),
            (SIGNER, NOW + 1),
            (SIGNER, NOW + 10),
            (Signer { region: "eu-west-2", ..SIGNER }, NOW),
            (Signer { service: "iam", ..SIGNER }, NOW),
            // More scopes than are kept, and the first again.
            (Signer { service: "sts", ..SIGNER }, NOW),
            (Signer { region: "us-east-1", ..SIGNER }, NOW + 10),
            (SIGNER, NOW),
        ] {
            assert_eq!(verdict(&signer, placement, now, &secret), Ok(()));
        }
    }
}

#[test]
fn a_signature_by_the_key_of_another_scope_is_refused() {
    let secret = secret(SIGNER.secret);
    verdict(&SIGNER, Placement::Authorization, NOW, &secret).unwrap();
    let uri = Uri::from_static("https://kms.example/");
    let mut headers = HeaderMap::new();
    SIGNER.sign_headers("POST", &uri, &mut headers, b"", NOW).unwrap();
    let authorization = headers.get("authorization").unwrap().to_str().unwrap().to_owned();
    for (from, to) in [("20261122", "20261123"), ("eu-west-1", "eu-west-2"), ("/kms/", "/iam/")] {
        assert!(authorization.contains(from));
        headers.insert("authorization", authorization.replace(from, to).parse().unwrap());
        let request = SignedRequest {
            method: "POST",
            path: "/",
            query: "",
            headers: &headers,
            authority: None,
            body: b"",
        };
        let presented = parse(&request).unwrap();
        for _ in 0..2 {
            assert_eq!(presented.check_signature_of(&request, &secret), Err(SignatureError::Mismatch));
        }
    }
}

#[test]
fn a_secret_takes_nothing_that_another_signed() {
    let (one, other) = (secret(SIGNER.secret), secret(b"another"));
    let by_other = Signer { secret: b"another", ..SIGNER };
    for _ in 0..2 {
        assert_eq!(verdict(&SIGNER, Placement::Authorization, NOW, &one), Ok(()));
        assert_eq!(verdict(&by_other, Placement::Authorization, NOW, &other), Ok(()));
        for (signer, secret) in [(&SIGNER, &other), (&by_other, &one)] {
            let refused = Err(SignatureError::Mismatch);
            assert_eq!(verdict(signer, Placement::Authorization, NOW, secret), refused);
        }
    }
}

proptest! {
    #[test]
    fn in_any_order_of_scopes_and_secrets(
        calls in prop::collection::vec((0_u8..3, 0_u8..3, 0_u8..2, any::<bool>()), 1..20),
    ) {
        let secret = secret(SIGNER.secret);
        for (day, region, service, is_ours) in calls {
            let signer = Signer {
                secret: if is_ours { SIGNER.secret } else { b"another" },
                region: ["eu-west-1", "eu-west-2", "us-east-1"].get(usize::from(region)).unwrap(),
                service: ["kms", "sts"].get(usize::from(service)).unwrap(),
                ..SIGNER
            };
            let now = NOW + i64::from(day) * 86_400;
            let expected = if is_ours { Ok(()) } else { Err(SignatureError::Mismatch) };
            prop_assert_eq!(verdict(&signer, Placement::Authorization, now, &secret), expected);
        }
    }
}
