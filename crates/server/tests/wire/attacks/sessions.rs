//! Session tokens that somebody changed, mixed up or took for something else.

use crate::fixture::{Call, Client, Setup, start};

use super::credentials::Credentials;

const UNKNOWN: &str = "UnrecognizedClientException";
const INVALID: &str = "The security token included in the request is invalid.";
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

#[tokio::test]
async fn every_character_of_a_token_counts() {
    let server = start(Setup::default()).await;
    let honest = Credentials::of_session(&server).await;
    server.call(&honest.call()).await.succeeded("what is changed below");
    let mut client = Client::new(server.connect().await).await;
    let length = honest.token().len();
    for at in 0..length {
        let own = honest.token().as_bytes()[at];
        // One of each kind; at the end, where digits of base64 may hold bits that mean nothing, all of them.
        let others: &[u8] = if at + 4 >= length { ALPHABET } else { b"Aa0+=-%,." };
        for other in others.iter().copied().filter(|other| *other != own) {
            let mut token = honest.token().as_bytes().to_vec();
            token[at] = other;
            let token = String::from_utf8(token).unwrap();
            let call = Call { token: Some(&token), ..honest.call() };
            let case = format!("{} instead of {} at {at}", char::from(other), char::from(own));
            client.send(call.signed(server.address)).await.is_refused(&case, 400, UNKNOWN, INVALID);
        }
    }
    client.send(honest.call().signed(server.address)).await.succeeded("and as it was");
}

#[tokio::test]
async fn a_token_is_whole_and_nothing_more() {
    let server = start(Setup::default()).await;
    let honest = Credentials::of_session(&server).await;
    let token = honest.token();
    let length = token.len();
    let mut changed = vec![
        ("twice", token.repeat(2)),
        ("padded", format!("{token}=")),
        ("with four more", format!("{token}AAAA")),
        ("after four others", format!("AAAA{token}")),
        ("in upper case", token.to_uppercase()),
        ("for URLs", token.replace('+', "-").replace('/', "_") + "-_"),
        ("with a space", format!("{} {}", &token[..40], &token[40..])),
        ("without padding", format!("{}A", token.trim_end_matches('='))),
        ("backwards", token.chars().rev().collect()),
        ("as long as is read", "A".repeat(16_384)),
    ];
    changed.extend((0..length).step_by(7).skip(1).map(|end| ("cut", token[..end].to_owned())));
    changed.extend((1..length).step_by(61).map(|start| ("without its beginning", token[start..].to_owned())));
    for (case, token) in changed {
        let call = Call { token: Some(&token), ..honest.call() };
        server.call(&call).await.is_refused(case, 400, UNKNOWN, INVALID);
    }
    let longer = "A".repeat(16_385);
    let answer = server.call(&Call { token: Some(&longer), ..honest.call() }).await;
    answer.is_refused("longer", 400, "IncompleteSignatureException", "session token");
}

#[tokio::test]
async fn a_token_goes_with_its_access_key() {
    let [server, elsewhere] = [start(Setup::default()).await, start(Setup::default()).await];
    let (one, two) = (Credentials::of_session(&server).await, Credentials::of_session(&server).await);
    let foreign = Credentials::of_session(&elsewhere).await;
    for (case, call) in [
        ("the token of another session", Call { token: Some(two.token()), ..one.call() }),
        ("the key and secret of another session", Call { token: Some(one.token()), ..two.call() }),
        ("the key of another session", Call { key: &two.key, ..one.call() }),
        ("without its token", Call { token: None, ..one.call() }),
        ("with a key that lasts", Call { token: Some(one.token()), ..Call::default() }),
        ("with a key that is none", Call { key: "ASIAIOSFODNN7EXAMPLE", ..one.call() }),
        ("with the key that it was made by", Call { key: "test", ..one.call() }),
        ("of another server", foreign.call()),
    ] {
        server.call(&call).await.is_refused(case, 400, UNKNOWN, INVALID);
    }
    // As a parameter of a presigned request it is the same token.
    for credentials in [&one, &two] {
        server.call(&credentials.call()).await.succeeded("each its own");
    }
    let wrong = Call { secret: &two.secret, ..one.call() };
    server.call(&wrong).await.is_refused(
        "another's secret",
        400,
        "InvalidSignatureException",
        "does not match",
    );
}

/// All that the server seals and hands out looks alike, and is not.
#[tokio::test]
async fn what_was_sealed_for_one_purpose_serves_no_other() {
    let server = start(Setup::default()).await;
    let honest = Credentials::of_session(&server).await;
    let call = |target: &'static str, body: String| {
        let address = &server;
        async move {
            let target = format!("TrentService.{target}");
            address.call(&Call { target: &target, body: &body, ..Call::default() }).await
        }
    };
    let mut keys = Vec::new();
    for _ in 0..2 {
        let made = call("CreateKey", r#"{"Origin":"EXTERNAL"}"#.to_owned()).await;
        keys.push(made.json()["KeyMetadata"]["KeyId"].as_str().unwrap().to_owned());
    }
    let page = call("ListKeys", r#"{"Limit":1}"#.to_owned()).await.json();
    let asked = format!(
        r#"{{"KeyId":"{}","WrappingAlgorithm":"RSAES_OAEP_SHA_256","WrappingKeySpec":"RSA_2048"}}"#,
        keys[0]
    );
    let import = call("GetParametersForImport", asked).await.json();
    let plain = call("CreateKey", "{}".to_owned()).await.json();
    let plain = plain["KeyMetadata"]["KeyId"].as_str().unwrap();
    let granted = format!(
        r#"{{"KeyId":"{plain}","GranteePrincipal":"arn:aws:iam::111122223333:root","Operations":["Decrypt"]}}"#
    );
    let grant = call("CreateGrant", granted).await.json();
    let sealed = call("Encrypt", format!(r#"{{"KeyId":"{plain}","Plaintext":"AAAA"}}"#)).await.json();
    for (case, value) in [
        ("a marker", &page["NextMarker"]),
        ("an import token", &import["ImportToken"]),
        ("a grant token", &grant["GrantToken"]),
        ("a ciphertext", &sealed["CiphertextBlob"]),
    ] {
        let token = value.as_str().unwrap_or_else(|| panic!("{case}: {value}"));
        let answer = server.call(&Call { token: Some(token), ..honest.call() }).await;
        answer.is_refused(case, 400, UNKNOWN, INVALID);
    }
    let token = honest.token();
    for (target, body, code) in [
        (
            "ListKeys",
            format!(r#"{{"Marker":"{}"}}"#, &token[..1000.min(token.len())]),
            "InvalidMarkerException",
        ),
        ("Decrypt", format!(r#"{{"CiphertextBlob":"{token}"}}"#), "InvalidCiphertextException"),
        (
            "Encrypt",
            format!(r#"{{"KeyId":"{plain}","Plaintext":"AAAA","GrantTokens":["{token}"]}}"#),
            "InvalidGrantTokenException",
        ),
        (
            "ImportKeyMaterial",
            format!(
                r#"{{"KeyId":"{}","ImportToken":"{token}","EncryptedKeyMaterial":"AAAA","ExpirationModel":"KEY_MATERIAL_DOES_NOT_EXPIRE"}}"#,
                keys[0]
            ),
            "InvalidImportTokenException",
        ),
    ] {
        call(target, body).await.is_refused(target, 400, code, "");
    }
}
