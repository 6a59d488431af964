//! Session tokens that are not what they should be.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::*;

#[tokio::test]
async fn one_serves_only_the_access_key_and_the_server_it_was_made_for() {
    let bench = Bench::new().await;
    let one = bench.identities.issue_session(&bench.key.id, MIN_SESSION, NOW).await.unwrap();
    let two = bench.identities.issue_session(&bench.key.id, MIN_SESSION, NOW).await.unwrap();
    let long = "A".repeat(1 << 20);
    // Before and after the session is remembered.
    for _ in 0..2 {
        for (case, id, token) in [
            ("another session's", one.access_key_id.as_str(), two.session_token.as_str()),
            ("with a long-lived key", &bench.key.id, &one.session_token),
            ("with a key that is none", "ASIAIOSFODNN7EXAMPLE", &one.session_token),
            ("cut short", &one.access_key_id, &one.session_token[..40]),
            ("empty", &one.access_key_id, ""),
            ("not base64", &one.access_key_id, "%%%"),
            ("far too long", &one.access_key_id, &long),
        ] {
            let error = refusal(&bench.identities, id, Some(token), NOW).await;
            assert!(matches!(error, IamError::InvalidSessionToken { .. }), "{case}");
            let text = format!("{error} {error:?}");
            assert!(token.is_empty() || !text.contains(token), "{case}");
        }
        let token = Some(one.session_token.as_str());
        assert!(bench.identities.find(&one.access_key_id, token, NOW).await.is_ok());
    }
    let elsewhere = Bench::new().await;
    let error = refusal(&elsewhere.identities, &one.access_key_id, Some(&one.session_token), NOW).await;
    assert!(matches!(error, IamError::InvalidSessionToken { .. }));
}

#[tokio::test]
async fn one_with_any_bit_changed_or_any_byte_missing_is_none() {
    let bench = Bench::new().await;
    let role = bench.role("app", &allow("kms:*")).await;
    let issued = role_session(&role).issue(&bench.records).unwrap();
    let id = issued.access_key_id.as_str();
    assert!(bench.find(id, Some(&issued.session_token)).await.is_ok());
    let sealed = STANDARD.decode(&issued.session_token).unwrap();
    for place in 0..sealed.len() {
        for bit in 0..8 {
            let mut edited = sealed.clone();
            edited[place] ^= 1 << bit;
            let error = refusal(&bench.identities, id, Some(&STANDARD.encode(edited)), NOW).await;
            assert!(matches!(error, IamError::InvalidSessionToken { .. }), "byte {place}, bit {bit}");
        }
        let error = refusal(&bench.identities, id, Some(&STANDARD.encode(&sealed[..place])), NOW).await;
        assert!(matches!(error, IamError::InvalidSessionToken { .. }), "{place} bytes");
    }
    let longer = format!("{}AAAA", STANDARD.encode(&sealed[..sealed.len() / 3 * 3]));
    assert!(bench.find(id, Some(&longer)).await.is_err());
}

#[tokio::test]
async fn what_is_sealed_for_something_else_is_none() {
    let bench = Bench::new().await;
    let other = STANDARD.encode(bench.records.seal("import token", b"{}"));
    let raw = bench.store.raw("iam/account/111122223333").await.unwrap();
    for token in [other, STANDARD.encode(raw)] {
        let error = refusal(&bench.identities, "ASIAIOSFODNN7EXAMPLE", Some(&token), NOW).await;
        assert!(matches!(error, IamError::InvalidSessionToken { .. }));
    }
}
