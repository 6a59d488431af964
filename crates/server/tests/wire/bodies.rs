//! Bodies: too large, too slow, cut off.

use std::time::Duration;

use api::limits::MAX_BODY;
use server::Limits;
use server::limits::SMALL_BODY;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::fixture::{Call, Client, Client2, NOW, Setup, exchange, patiently, start};

const TOO_LARGE: &str = "HTTP content length exceeded 200000 bytes.";

#[tokio::test]
async fn the_limit_is_exact() {
    let server = start(Setup::default()).await;
    let padded = |length: usize| format!("{{}}{}", " ".repeat(length - 2));
    let largest = padded(MAX_BODY);
    let larger = padded(MAX_BODY + 1);
    server.call(&Call { body: &largest, ..Call::default() }).await.succeeded("as large as may be");
    let answer = server.call(&Call { body: &larger, ..Call::default() }).await;
    answer.is_refused("HTTP/1.1", 413, "RequestEntityTooLargeException", TOO_LARGE);

    let client = Client2::new(server.connect().await).await;
    client
        .call(&Call { body: &largest, ..Call::default() }, "http", server.address)
        .await
        .succeeded("HTTP/2");
    let answer = client.call(&Call { body: &larger, ..Call::default() }, "http", server.address).await;
    answer.is_refused("HTTP/2", 413, "RequestEntityTooLargeException", TOO_LARGE);
    client.call(&Call::default(), "http", server.address).await.succeeded("the connection goes on");
}

#[tokio::test]
async fn a_client_that_sends_all_before_it_reads_gets_its_answer() {
    let server = start(Setup::default()).await;
    let body = " ".repeat(4_000_000);
    let head = |framing: &str| Call::default().head(server.address, framing);
    let announced = head(&format!("content-length: {}", body.len())) + &body;
    let chunked = format!("{}{:x}\r\n{body}\r\n0\r\n\r\n", head("transfer-encoding: chunked"), body.len());
    for request in [announced, chunked] {
        let answer = exchange(&mut server.connect().await, request.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 413 ") && answer.contains(TOO_LARGE), "{answer}");
    }
}

#[tokio::test]
async fn what_will_be_refused_is_not_awaited() {
    let server = start(Setup::default()).await;
    for head in ["content-length: 4000000\r\nexpect: 100-continue", "content-length: 99999999999"] {
        let request = Call::default().head(server.address, head);
        let answer = exchange(&mut server.connect().await, request.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 413 ") && answer.contains(TOO_LARGE), "{answer}");
    }
}

#[tokio::test]
async fn who_cannot_be_known_is_told_so_before_the_body() {
    let regions = vec!["us-east-1".to_owned()];
    let server = start(Setup { regions, ..Setup::default() }).await;
    let unsigned = format!("POST / HTTP/1.1\r\nhost: {}\r\nexpect: 100-continue\r\n", server.address);
    let asking = "content-length: 199999\r\nexpect: 100-continue";
    let head = |call: Call<'_>| call.head(server.address, asking);
    for (case, request, code) in [
        ("unsigned", unsigned + "content-length: 199999\r\n\r\n", "MissingAuthenticationTokenException"),
        (
            "unknown key",
            head(Call { key: "AKIAIOSFODNN7EXAMPLE", ..Call::default() }),
            "UnrecognizedClientException",
        ),
        (
            "no such token",
            head(Call { token: Some("FwoGZXIvYXdz"), ..Call::default() }),
            "UnrecognizedClientException",
        ),
        (
            "another Region",
            head(Call { region: "eu-west-1", ..Call::default() }),
            "InvalidSignatureException",
        ),
        ("another service", head(Call { service: "s3", ..Call::default() }), "InvalidSignatureException"),
        ("too old", head(Call { at: NOW - 301, ..Call::default() }), "InvalidSignatureException"),
    ] {
        let answer = exchange(&mut server.connect().await, request.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 400 ") && answer.contains(code), "{case}: {answer}");
    }
}

#[tokio::test]
async fn bodies_that_are_awaited_keep_large_ones_out_and_small_ones_not() {
    let limits = Limits { bodies: 405_000, ..Limits::default() };
    let server = start(Setup { limits, ..Setup::default() }).await;
    // Whoever does not sign takes nothing, whatever they send.
    let unsigned = format!("POST / HTTP/1.1\r\nhost: {}\r\ncontent-length: 200000\r\n\r\n", server.address);
    let mut strangers = Vec::new();
    for _ in 0..4 {
        let mut stranger = server.connect().await;
        stranger.write_all((unsigned.clone() + &" ".repeat(199_999)).as_bytes()).await.unwrap();
        strangers.push(stranger);
    }
    let head = Call::default().head(server.address, "content-length: 200000\r\nexpect: 100-continue");
    let mut holding = Vec::new();
    for _ in 0..2 {
        let mut stream = server.connect().await;
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut answer = [0; 12];
        patiently(stream.read_exact(&mut answer)).await.unwrap();
        assert_eq!(&answer, b"HTTP/1.1 100", "it is asked for, so there is room for it");
        holding.push(stream);
    }
    let large = "{}".to_owned() + &" ".repeat(SMALL_BODY);
    let large = Call { body: &large, ..Call::default() };
    let answer = server.call(&Call { body: &" ".repeat(MAX_BODY), ..large.clone() }).await;
    answer.is_refused("a third", 503, "ServiceUnavailableException", "Try again later");
    let chunked = large.head(server.address, "transfer-encoding: chunked") + "2\r\n{}\r\n0\r\n\r\n";
    let answer = exchange(&mut server.connect().await, chunked.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 503 "), "what may become large counts as large: {answer}");
    let small = "{}".to_owned() + &" ".repeat(SMALL_BODY - 2);
    server.call(&Call { body: &small, ..Call::default() }).await.succeeded("small ones pass");
    drop(holding);
    let freed = async { while server.call(&large).await.status != 200 {} };
    patiently(freed).await;
}

#[tokio::test]
async fn a_body_that_does_not_come_is_not_awaited_for_ever() {
    let limits = Limits { body: Duration::from_millis(50), ..Limits::default() };
    let server = start(Setup { limits, ..Setup::default() }).await;
    let whole = Call::default().text(server.address);
    let answer = exchange(&mut server.connect().await, &whole.as_bytes()[..whole.len() - 1]).await;
    assert!(answer.starts_with("HTTP/1.1 408 ") && answer.contains("RequestTimeoutException"), "{answer}");
    assert!(answer.to_ascii_lowercase().contains("connection: close"), "{answer}");
    server.call(&Call::default()).await.succeeded("others are served");
}

#[tokio::test]
async fn a_body_cut_off_ends_its_connection_only() {
    let server = start(Setup::default()).await;
    let whole = Call::default().text(server.address);
    let mut stream = server.connect().await;
    stream.write_all(&whole.as_bytes()[..whole.len() - 1]).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut rest = Vec::new();
    drop(patiently(stream.read_to_end(&mut rest)).await);
    assert!(!String::from_utf8_lossy(&rest).contains(" 200 "));
    server.call(&Call::default()).await.succeeded("others are served");
}

#[tokio::test]
async fn the_connection_goes_on_after_errors() {
    let server = start(Setup::default()).await;
    let mut client = Client::new(server.connect().await).await;
    for (call, status) in [
        (Call { body: "{", ..Call::default() }, 400),
        (Call::default(), 200),
        (Call { secret: "wrong", ..Call::default() }, 400),
        (Call { key: "AKIAIOSFODNN7EXAMPLE", ..Call::default() }, 400),
        (Call { target: "TrentService.NoSuchThing", ..Call::default() }, 400),
        (Call::default(), 200),
    ] {
        assert_eq!(client.send(call.signed(server.address)).await.status, status);
    }
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_order() {
    let server = start(Setup::default()).await;
    let texts = [
        Call { target: "TrentService.NoSuchThing", ..Call::default() }.text(server.address),
        Call::default().text(server.address),
        Call { body: "{", ..Call::default() }.text(server.address),
        Call::default().text(server.address).replacen("\r\n", "\r\nconnection: close\r\n", 1),
    ];
    let answers = exchange(&mut server.connect().await, texts.concat().as_bytes()).await;
    let statuses: Vec<_> = answers.split("HTTP/1.1 ").skip(1).map(|answer| answer[..3].to_owned()).collect();
    assert_eq!(statuses, ["400", "200", "400", "200"]);
    let order = ["UnknownOperationException", "Keys", "SerializationException", "Truncated"];
    let places: Vec<_> = order.iter().map(|word| answers.rfind(word)).collect();
    assert!(places.iter().all(Option::is_some), "{answers}");
}
