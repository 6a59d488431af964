//! A request that somebody recorded: what it is worth later, elsewhere and in parts.

use crate::fixture::{Call, Setup, start};

use super::forge::{DATE, Forged, listed, refused};

const INVALID: &str = "InvalidSignatureException";

#[tokio::test]
async fn a_recording_is_worth_nothing_once_its_time_is_over() {
    let server = start(Setup::default()).await;
    let recorded = Forged::new(server.address).text();
    listed(&server, "at once", &recorded).await;
    server.clock.advance(300);
    listed(&server, "at the end of its five minutes", &recorded).await;
    server.clock.advance(1);
    refused(&server, "after them", &recorded, 400, "Signature expired").await;
    // Another time is another signature.
    let again = recorded.replacen(DATE, "20261122T120501Z", 1);
    refused(&server, "with the time of now", again, 400, INVALID).await;
    let scope = recorded.replacen("/20261122/", "/20261123/", 1);
    refused(&server, "with another day", scope, 400, INVALID).await;
    for later in [86_400, 10 * 365 * 86_400] {
        server.clock.advance(later);
        refused(&server, "much later", &recorded, 400, "Signature expired").await;
    }
}

#[tokio::test]
async fn a_recording_is_worth_nothing_to_another_server() {
    let [one, other] = [start(Setup::default()).await, start(Setup::default()).await];
    let recorded = Forged::new(one.address).text();
    refused(
        &other,
        "for the first server's host",
        recorded.replacen(&one.address.to_string(), &other.address.to_string(), 1),
        400,
        INVALID,
    )
    .await;
}

/// The signature of one request on the head or body of another.
#[tokio::test]
async fn parts_of_two_recordings_make_none() {
    let server = start(Setup::default()).await;
    let list = Forged::new(server.address);
    let mut paged = list.clone();
    paged.body = r#"{"Limit":1}"#.to_owned();
    let (list, paged) = (list.text(), paged.text());
    let (head, _) = list.split_once("content-length").unwrap();
    let (_, tail) = paged.split_once("content-length").unwrap();
    refused(
        &server,
        "the head of one, the body of another",
        format!("{head}content-length{tail}"),
        400,
        INVALID,
    )
    .await;
    let signature_of = |text: &str| text.split_once("Signature=").unwrap().1[..64].to_owned();
    let swapped = list.replacen(&signature_of(&list), &signature_of(&paged), 1);
    refused(&server, "the signature of another", swapped, 400, INVALID).await;
}

/// Every digit of a signature counts.
#[tokio::test]
async fn a_signature_is_right_as_a_whole() {
    let server = start(Setup::default()).await;
    let honest = Forged::new(server.address).text();
    let at = honest.find("Signature=").unwrap() + "Signature=".len();
    for digit in at..at + 64 {
        let mut changed = honest.clone().into_bytes();
        changed[digit] = if changed[digit] == b'0' { b'1' } else { b'0' };
        refused(&server, &format!("digit {}", digit - at), changed, 400, "does not match").await;
    }
    for short in [0, 1, 32, 63] {
        let mut changed = honest.clone();
        changed.replace_range(at + short..at + 64, "");
        refused(&server, &format!("{short} digits"), changed, 400, "IncompleteSignatureException").await;
    }
    server.call(&Call::default()).await.succeeded("and the whole one is right");
}
