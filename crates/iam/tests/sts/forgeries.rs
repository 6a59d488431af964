//! Tokens that prove nothing, each forged in another way. All are refused before anything they say counts.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use crypto::hmac_sha256;
use iam::web_identity::{Issuers, MAX_TOKEN, TokenError, verify};
use serde_json::{Value, json};

use crate::idp::{ED25519, P256, RSA, STRANGER, jwks, published, token, token_of};
use crate::tokens::{GITHUB, GITLAB, KUBERNETES, NOW, issuers, of_github_job};

#[track_caller]
fn refused(token: &str, expected: &TokenError) {
    match verify(&issuers(), token, NOW) {
        Err(error) => assert_eq!(&error, expected),
        Ok(identity) => panic!("{identity:?} was believed"),
    }
}

fn with_header(header: &Value) -> String {
    let alg = header["alg"].as_str().unwrap_or_default().to_owned();
    token(header, &of_github_job(), |message| RSA.sign(&alg, message))
}

fn with_claim(claim: &str, value: Value) -> String {
    let mut claims = of_github_job();
    claims[claim] = value;
    RSA.token("RS256", &claims)
}

fn without_claim(claim: &str) -> String {
    let mut claims = of_github_job();
    claims.as_object_mut().unwrap().remove(claim);
    RSA.token("RS256", &claims)
}

#[test]
fn nobody_signed() {
    for alg in ["none", "None", "NONE", "", "RS1", "HS1", "ES256K"] {
        for header in [json!({"alg": alg, "kid": "rsa-1"}), json!({ "alg": alg })] {
            refused(&token(&header, &of_github_job(), |_| Vec::new()), &TokenError::Malformed);
        }
    }
    for header in
        [json!({"kid": "rsa-1"}), json!({"alg": null}), json!({"alg": 5}), json!({"alg": ["RS256"]})]
    {
        refused(&token(&header, &of_github_job(), |_| Vec::new()), &TokenError::Malformed);
    }
    let header = json!({"alg": "RS256", "kid": "rsa-1"});
    refused(&token(&header, &of_github_job(), |_| Vec::new()), &TokenError::Signature);
    refused(&token(&header, &of_github_job(), |_| vec![0; 256]), &TokenError::Signature);
}

#[test]
fn a_public_key_is_no_secret() {
    let pem = {
        use base64::engine::general_purpose::STANDARD;
        format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", STANDARD.encode(RSA.spki()))
    };
    let modulus = URL_SAFE_NO_PAD.decode(RSA.jwk()["n"].as_str().unwrap()).unwrap();
    for secret in [RSA.spki(), pem.as_bytes(), &modulus, b""] {
        for header in [json!({"alg": "HS256", "kid": "rsa-1"}), json!({"alg": "HS256"})] {
            let forged = token(&header, &of_github_job(), |message| hmac_sha256(secret, &[message]).to_vec());
            refused(&forged, &TokenError::NoSuchKey);
        }
    }
    // Even where the set holds a symmetric key.
    let issuers = Issuers::new([GITHUB]).unwrap();
    let oct = json!({"kty": "oct", "kid": "rsa-1", "alg": "HS256", "k": URL_SAFE_NO_PAD.encode(b"secret")});
    assert_eq!(issuers.set_keys(GITHUB, &jwks(&[oct])), Ok(0));
    let header = json!({"alg": "HS256", "kid": "rsa-1"});
    let forged = token(&header, &of_github_job(), |message| hmac_sha256(b"secret", &[message]).to_vec());
    assert_eq!(verify(&issuers, &forged, NOW).unwrap_err(), TokenError::NoSuchKey);
}

#[test]
fn another_key() {
    refused(&STRANGER.token("RS256", &of_github_job()), &TokenError::Signature);
    refused(&STRANGER.token("PS256", &of_github_job()), &TokenError::Signature);
    for kid in ["rsa-2", "", "RSA-1", "ed-1", "p256-1", "rsa-1 ", "../rsa-1"] {
        refused(&with_header(&json!({"alg": "RS256", "kid": kid})), &TokenError::NoSuchKey);
    }
    refused(&with_header(&json!({"alg": "RS256", "kid": 1})), &TokenError::Malformed);
    // A key that the token brings along, or says where to find.
    for (name, value) in [
        ("jwk", STRANGER.jwk()),
        ("jku", json!("https://stranger.example.com/jwks")),
        ("x5u", json!("https://stranger.example.com/x")),
        ("x5c", json!(["AAAA"])),
    ] {
        let mut header = json!({"alg": "RS256", "kid": "rsa-1"});
        header[name] = value;
        let forged = token(&header, &of_github_job(), |message| STRANGER.sign("RS256", message));
        refused(&forged, &TokenError::Signature);
    }
}

#[test]
fn the_algorithm_of_another_key() {
    for (alg, kid) in
        [("ES256", "rsa-1"), ("RS256", "p256-1"), ("ES384", "p256-1"), ("EdDSA", "p256-1"), ("ES256", "ed-1")]
    {
        let header = json!({"alg": alg, "kid": kid});
        refused(&token(&header, &of_github_job(), |_| vec![1; 64]), &TokenError::NoSuchKey);
    }
    // Of the right kind, but made with another of the key's algorithms.
    let header = json!({"alg": "PS256", "kid": "rsa-1"});
    let forged = token(&header, &of_github_job(), |message| RSA.sign("RS256", message));
    refused(&forged, &TokenError::Signature);
    // What the provider says the key is for holds.
    let issuers = Issuers::new([GITHUB]).unwrap();
    let mut only_rs256 = RSA.jwk();
    only_rs256["alg"] = json!("RS256");
    issuers.set_keys(GITHUB, &jwks(&[only_rs256])).unwrap();
    assert!(verify(&issuers, &RSA.token("RS256", &of_github_job()), NOW).is_ok());
    let other = verify(&issuers, &RSA.token("PS256", &of_github_job()), NOW);
    assert_eq!(other.unwrap_err(), TokenError::NoSuchKey);
}

#[test]
fn another_issuer() {
    let issuers = Issuers::new([GITHUB, GITLAB, KUBERNETES]).unwrap();
    issuers.set_keys(GITHUB, &jwks(&[RSA.jwk()])).unwrap();
    issuers.set_keys(GITLAB, &jwks(&[STRANGER.jwk(), ED25519.jwk()])).unwrap();
    // GitLab signs what GitHub would say, under the id of a key of GitHub's, or of its own.
    let forged = verify(&issuers, &STRANGER.token("RS256", &of_github_job()), NOW);
    assert_eq!(forged.unwrap_err(), TokenError::Signature);
    let forged = verify(&issuers, &ED25519.token("EdDSA", &of_github_job()), NOW);
    assert_eq!(forged.unwrap_err(), TokenError::NoSuchKey);
    let mut claims = of_github_job();
    claims["iss"] = json!(KUBERNETES);
    let early = verify(&issuers, &RSA.token("RS256", &claims), NOW);
    assert_eq!(early.unwrap_err(), TokenError::NoKeys { issuer: KUBERNETES.to_owned() });

    for iss in [
        "https://token.actions.githubusercontent.com/",
        "https://token.actions.githubusercontent.com.",
        "https://Token.actions.githubusercontent.com",
        "http://token.actions.githubusercontent.com",
        "token.actions.githubusercontent.com",
        " https://token.actions.githubusercontent.com",
        "https://stranger.example.com",
        "",
    ] {
        let unknown = TokenError::UnknownIssuer { issuer: iss.trim().to_owned() };
        refused(&with_claim("iss", json!(iss)), &unknown);
    }
    let long = with_claim("iss", json!("\u{7}é".repeat(10) + &"a".repeat(5000)));
    refused(&long, &TokenError::UnknownIssuer { issuer: "a".repeat(255) });
    let wrong = TokenError::Claim { claim: "iss", wanted: "a string" };
    refused(&with_claim("iss", json!([GITHUB])), &wrong);
    refused(&with_claim("iss", json!(null)), &wrong);
    refused(&without_claim("iss"), &TokenError::MissingClaim { claim: "iss" });
}

#[test]
fn claims_that_are_missing_or_not_what_they_must_be() {
    for claim in ["sub", "aud", "exp"] {
        refused(&without_claim(claim), &TokenError::MissingClaim { claim });
    }
    let time = "a whole number of seconds since 1970";
    for (claim, wanted, values) in [
        ("sub", "a string", vec![json!(1), json!(null), json!(["a"])]),
        ("sub", "a string of 1 to 255 characters", vec![json!(""), json!("a".repeat(256))]),
        (
            "aud",
            "a string or a list of strings",
            vec![json!([]), json!(1), json!([1]), json!({}), json!(null), json!(["a", 1])],
        ),
        (
            "exp",
            time,
            vec![json!((NOW + 100).to_string()), json!(1.8e9), json!(-1), json!(u64::MAX), json!(null)],
        ),
        ("nbf", time, vec![json!("0"), json!(0.5), json!(null)]),
        ("iat", time, vec![json!("0"), json!([]), json!(null)]),
    ] {
        for value in values {
            refused(&with_claim(claim, value), &TokenError::Claim { claim, wanted });
        }
    }
}

#[test]
fn expired_and_from_the_future() {
    let expired_at = NOW - 1;
    refused(&with_claim("exp", json!(expired_at)), &TokenError::Expired { now: NOW, expired_at });
    refused(&with_claim("exp", json!(0)), &TokenError::Expired { now: NOW, expired_at: 0 });
    for claim in ["nbf", "iat"] {
        let from = NOW + 301;
        refused(&with_claim(claim, json!(from)), &TokenError::NotYet { claim, from, now: NOW });
    }
}

#[test]
fn claims_that_are_there_twice() {
    let claims = of_github_job().to_string();
    let header = r#"{"alg":"RS256","kid":"rsa-1"}"#;
    for more in [r#""sub":"admin","#, r#""SUB":"admin","#, r#""exp":9999999999,"#, r#""Repository":"x","#] {
        let twice = claims.replacen('{', &format!("{{{more}"), 1);
        refused(&token_of(header, &twice, |message| RSA.sign("RS256", message)), &TokenError::Malformed);
    }
    let twice = r#"{"alg":"RS256","kid":"rsa-1","kid":"rsa-2"}"#;
    refused(&token_of(twice, &claims, |message| RSA.sign("RS256", message)), &TokenError::Malformed);
}

#[test]
fn headers_that_ask_for_more() {
    for (name, value) in
        [("crit", json!(["b64"])), ("crit", json!([])), ("zip", json!("DEF")), ("enc", json!("A256GCM"))]
    {
        let mut header = json!({"alg": "RS256", "kid": "rsa-1"});
        header[name] = value;
        refused(&with_header(&header), &TokenError::Critical);
    }
}

#[test]
fn every_part_that_is_changed_cut_or_added() {
    let issuers = issuers();
    let good = P256.token("ES256", &of_github_job());
    assert!(verify(&issuers, &good, NOW).is_ok());
    for at in 0..good.len() {
        let mut changed = good.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        assert!(verify(&issuers, &changed, NOW).is_err(), "changed at {at}");
    }
    for end in 0..good.len() {
        assert!(verify(&issuers, &good[..end], NOW).is_err(), "cut at {end}");
    }
    let parts: Vec<_> = good.split('.').collect();
    for (case, forged) in [
        ("an extra signature", format!("{good}.{}", parts[2])),
        ("a signature twice", format!("{good}{}", parts[2])),
        ("an empty part", format!("{good}.")),
        ("an empty first part", format!(".{good}")),
        ("five parts, as if encrypted", format!("{good}.x.y")),
        ("padding", format!("{good}==")),
        ("a space", format!("{good} ")),
        ("a line end", format!("{good}\n")),
        ("a scheme", format!("Bearer {good}")),
        ("the parts in another order", format!("{}.{}.{}", parts[1], parts[0], parts[2])),
        ("no claims", format!("{}..{}", parts[0], parts[2])),
        (
            "JSON serialization",
            json!({"payload": parts[1], "protected": parts[0], "signature": parts[2]}).to_string(),
        ),
        ("nothing", String::new()),
        ("dots", "..".to_owned()),
        ("not ASCII", "é.é.é".to_owned()),
    ] {
        assert!(verify(&issuers, &forged, NOW).is_err(), "{case}");
    }
    let der = P256.spki().to_vec();
    let forged = token(&json!({"alg": "ES256", "kid": "p256-1"}), &of_github_job(), |_| der.clone());
    refused(&forged, &TokenError::Signature);
}

#[test]
fn huge_and_deep() {
    let characters = MAX_TOKEN + 1;
    refused(&"a".repeat(characters), &TokenError::TooLong { characters });
    refused(&"é".repeat(characters), &TokenError::TooLong { characters });
    refused(&"a".repeat(MAX_TOKEN), &TokenError::Malformed);
    refused(&".".repeat(MAX_TOKEN), &TokenError::Malformed);
    let mut claims = of_github_job();
    claims["padding"] = json!("a".repeat(MAX_TOKEN));
    let long = RSA.token("RS256", &claims);
    refused(&long, &TokenError::TooLong { characters: long.len() });
    let header = r#"{"alg":"RS256","kid":"rsa-1"}"#;
    for deep in [
        format!(r#"{{"a":{}"#, "[".repeat(10_000)),
        format!(r#"{{"a":{}1{}}}"#, "[".repeat(200), "]".repeat(200)),
    ] {
        refused(&token_of(header, &deep, |message| RSA.sign("RS256", message)), &TokenError::Malformed);
        refused(&token_of(&deep, &of_github_job().to_string(), |_| Vec::new()), &TokenError::Malformed);
    }
    for claims in ["[]", "null", "5", "\"x\"", "", "{"] {
        refused(&token_of(header, claims, |message| RSA.sign("RS256", message)), &TokenError::Malformed);
    }
}

#[test]
fn keys_that_were_withdrawn() {
    let issuers = issuers();
    let good = RSA.token("RS256", &of_github_job());
    assert!(verify(&issuers, &good, NOW).is_ok());
    issuers.set_keys(GITHUB, &jwks(&[ED25519.jwk()])).unwrap();
    assert_eq!(verify(&issuers, &good, NOW).unwrap_err(), TokenError::NoSuchKey);
    issuers.set_keys(GITHUB, &published()).unwrap();
    assert!(verify(&issuers, &good, NOW).is_ok());
    issuers.set_keys(GITHUB, &jwks(&[])).unwrap();
    assert_eq!(verify(&issuers, &good, NOW).unwrap_err(), TokenError::NoSuchKey);
}

#[tokio::test]
async fn keys_that_are_missing_are_asked_for() {
    let issuers = Issuers::new([GITHUB]).unwrap();
    let issuer = issuers.clone();
    let wanted = async || {
        tokio::select! {
            biased;
            () = issuer.get(GITHUB).unwrap().wanted() => true,
            () = std::future::ready(()) => false,
        }
    };
    let good = RSA.token("RS256", &of_github_job());
    assert!(!wanted().await);
    assert!(verify(&issuers, &good, NOW).is_err());
    assert!(wanted().await && !wanted().await, "there are none yet");
    issuers.set_keys(GITHUB, &jwks(&[ED25519.jwk()])).unwrap();
    assert!(verify(&issuers, &good, NOW).is_err());
    assert!(wanted().await, "there is none of this id");
    issuers.set_keys(GITHUB, &published()).unwrap();
    assert!(verify(&issuers, &good, NOW).is_ok());
    assert!(verify(&issuers, &STRANGER.token("RS256", &of_github_job()), NOW).is_err());
    assert!(!wanted().await, "a bad signature is no reason");
}
