//! Where a request ends: two that share a connection must not be cut in another place than the client meant.
//!
//! A proxy in front may read a length where the server reads chunks. What it takes for the body of one request would
//! then be another request here, of which the next client gets the answer. So a request that could be cut in two places
//! is refused, or is the last of its connection: what follows it is never read.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::fixture::{Call, Setup, patiently, start};

use super::forge::{listed, refused, send};

/// An honest request with these words about its body, and the body.
fn framed(address: SocketAddr, framing: &str, body: &str) -> String {
    Call::default().head(address, framing) + body
}

/// One that would be carried out if it were read: it makes a key.
fn smuggled(address: SocketAddr) -> String {
    Call { target: "TrentService.CreateKey", ..Call::default() }.text(address)
}

#[tokio::test]
async fn lengths_that_are_no_number_are_refused() {
    let server = start(Setup::default()).await;
    for framing in [
        "content-length: +2",
        "content-length: -2",
        "content-length: 0x2",
        "content-length: 2 2",
        "content-length: 2,2",
        "content-length: 2;",
        "content-length: ",
        "content-length: 2\r\ncontent-length: 3",
        "content-length: 2\r\ncontent-length: +2",
        "content-length: 18446744073709551616",
        "transfer-encoding: identity",
        "transfer-encoding: xchunked",
        "transfer-encoding: chunked, identity",
        "transfer-encoding: \"chunked\"",
        "transfer-encoding: chunked;q=1",
        "transfer-encoding: ",
        "transfer-encoding : chunked",
        "transfer-encoding:\r\n chunked",
        "transfer-encoding: chunked\r\ntransfer-encoding: identity",
    ] {
        let sent = framed(server.address, framing, "{}") + &smuggled(server.address);
        refused(&server, framing, sent, 400, "").await;
    }
    let endless = framed(server.address, "content-length: 18446744073709551615", "{}");
    refused(&server, "the largest number there is", endless, 431, "").await;
    let old = framed(server.address, "transfer-encoding: chunked", "2\r\n{}\r\n0\r\n\r\n");
    refused(&server, "chunks of HTTP/1.0", old.replacen("HTTP/1.1", "HTTP/1.0", 1), 400, "").await;
    let untouched = server.call(&Call::default()).await;
    assert_eq!(untouched.json()["Keys"], serde_json::json!([]), "no key was made");
}

#[tokio::test]
async fn after_a_length_and_chunks_nothing_more_is_read() {
    let server = start(Setup::default()).await;
    let chunks = "2\r\n{}\r\n0\r\n\r\n";
    let lengths = [chunks.len(), 2, 0, chunks.len() + smuggled(server.address).len()];
    for length in lengths {
        for framing in [
            format!("content-length: {length}\r\ntransfer-encoding: chunked"),
            format!("transfer-encoding: chunked\r\ncontent-length: {length}"),
            format!("content-length: {length}\r\nTransfer-Encoding: gzip\r\nTransfer-Encoding: chunked"),
        ] {
            let sent = framed(server.address, &framing, chunks) + &smuggled(server.address);
            listed(&server, &framing, sent).await;
        }
    }
    let untouched = server.call(&Call::default()).await;
    assert_eq!(untouched.json()["Keys"], serde_json::json!([]), "no key was made");
}

#[tokio::test]
async fn chunks_that_do_not_add_up_are_refused() {
    let server = start(Setup::default()).await;
    let chunked = |body: &str| framed(server.address, "transfer-encoding: chunked", body);
    let long = "a".repeat(100_000);
    for (case, body) in [
        ("a negative size", "-1\r\n{}\r\n0\r\n\r\n".to_owned()),
        ("a size with a sign", "+2\r\n{}\r\n0\r\n\r\n".to_owned()),
        ("a size with a prefix", "0x2\r\n{}\r\n0\r\n\r\n".to_owned()),
        ("a size beyond all", "fffffffffffffffff\r\n{}\r\n0\r\n\r\n".to_owned()),
        ("no size", "\r\n{}\r\n0\r\n\r\n".to_owned()),
        ("more than the size", "2\r\n{}{}\r\n0\r\n\r\n".to_owned()),
        ("less than the size", "9\r\n{}\r\n0\r\n\r\n".to_owned()),
        ("an extension without end", format!("2;{long}\r\n{{}}\r\n0\r\n\r\n")),
        ("trailers without end", format!("2\r\n{{}}\r\n0\r\nx: {long}\r\n\r\n")),
        ("more trailers than headers", format!("2\r\n{{}}\r\n0\r\n{}\r\n", "x: y\r\n".repeat(10_000))),
    ] {
        let answer = send(&server, chunked(&body) + &smuggled(server.address)).await;
        assert!(!answer.contains(" 200 "), "{case}: {answer}");
    }
    listed(
        &server,
        "an honest one",
        chunked("2\r\n{}\r\n0\r\n\r\n").replacen("\r\n", "\r\nconnection: close\r\n", 1),
    )
    .await;
    let trailers = "2\r\n{}\r\n0\r\nx-amz-target: TrentService.CreateKey\r\nauthorization: none\r\n\r\n";
    let closing = chunked(trailers).replacen("\r\n", "\r\nconnection: close\r\n", 1);
    listed(&server, "trailers mean nothing", closing).await;
    let untouched = server.call(&Call::default()).await;
    assert_eq!(untouched.json()["Keys"], serde_json::json!([]), "no key was made");
}

#[tokio::test]
async fn what_asks_to_become_another_protocol_stays_http() {
    let server = start(Setup::default()).await;
    let upgrade =
        "connection: upgrade, http2-settings, close\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAAQAAP__";
    for (case, extra) in [
        ("HTTP/2", upgrade),
        ("a web socket", "connection: upgrade, close\r\nupgrade: websocket\r\nsec-websocket-key: dGVzdA=="),
    ] {
        let sent = Call::default().text(server.address).replacen("\r\n", &format!("\r\n{extra}\r\n"), 1);
        listed(&server, case, sent).await;
    }
}

/// A body that is itself a request: the first is refused, and what is left is read as what it is, the next request, by
/// its own signature.
#[tokio::test]
async fn a_request_within_a_body_is_judged_by_its_own_signature() {
    let server = start(Setup::default()).await;
    let forged =
        Call { target: "TrentService.CreateKey", secret: "wrong", ..Call::default() }.text(server.address);
    let cut = framed(server.address, "content-length: 0", &forged);
    let mut stream = server.connect().await;
    stream.write_all(cut.as_bytes()).await.unwrap();
    let mut answers = String::new();
    patiently(async {
        while answers.matches("InvalidSignatureException").count() < 2 {
            let mut part = [0; 1024];
            let length = stream.read(&mut part).await.unwrap();
            assert_ne!(length, 0, "{answers}");
            answers.push_str(std::str::from_utf8(&part[..length]).unwrap());
        }
    })
    .await;
    assert_eq!(answers.matches("HTTP/1.1 400").count(), 2, "{answers}");
}
