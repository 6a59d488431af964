//! Clients that are slow, silent or nonsense, and the end of the server.

use std::time::Duration;

use server::Limits;
use server::limits::{MAX_HEAD, MAX_HEADERS};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::fixture::{Call, Client, Client2, Setup, exchange, patiently, start};

/// Short enough not to be noticed, long enough for what comes in one piece.
const SHORT: Duration = Duration::from_millis(50);

#[tokio::test]
async fn silent_and_slow_clients_are_let_go() {
    let limits = Limits { head: SHORT, ..Limits::default() };
    let server = start(Setup { limits, ..Setup::default() }).await;
    for (case, sent) in [
        ("nothing", ""),
        ("half the preface of HTTP/2", "PRI * HTTP/2"),
        ("half a request line", "POST / HT"),
        ("half a head", "POST / HTTP/1.1\r\nhost: localhost\r\nx-amz-"),
    ] {
        let answer = exchange(&mut server.connect().await, sent.as_bytes()).await;
        assert!(!answer.contains(" 200 "), "{case}: {answer}");
    }
    server.call(&Call::default()).await.succeeded("others are served");
}

#[tokio::test]
async fn an_idle_http2_connection_is_let_go() {
    let limits = Limits { stall: SHORT, ..Limits::default() };
    let server = start(Setup { limits, ..Setup::default() }).await;
    let mut stream = server.connect().await;
    // The preface and an empty SETTINGS frame, and then nothing.
    stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").await.unwrap();
    let mut received = Vec::new();
    drop(patiently(stream.read_to_end(&mut received)).await);
    assert!(!received.is_empty(), "the server spoke HTTP/2 before it ended the connection");
}

/// Frames of HTTP/2 (RFC 9113): no settings, and a ping.
const SETTINGS: &[u8] = b"\0\0\0\x04\0\0\0\0\0";
const PING: &[u8] = b"\0\0\x08\x06\0\0\0\0\0anything";

#[tokio::test]
async fn pings_do_not_keep_a_connection() {
    let limits = Limits { idle: SHORT, drain: SHORT, ..Limits::default() };
    let server = start(Setup { limits, ..Setup::default() }).await;
    let mut stream = server.connect().await;
    stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await.unwrap();
    stream.write_all(SETTINGS).await.unwrap();
    // Each answer is answered by another ping, but not the server's farewell, which holds a ping of its own.
    let until_the_end = async {
        let mut buffer = [0; 1024];
        while stream.write_all(PING).await.is_ok() && stream.read(&mut buffer).await.is_ok_and(|n| n > 0) {}
    };
    patiently(until_the_end).await;
}

#[tokio::test]
async fn requests_without_a_true_signature_do_not_keep_a_connection() {
    let limits = Limits { idle: SHORT, drain: SHORT, ..Limits::default() };
    let server = start(Setup { limits, ..Setup::default() }).await;
    for call in
        [Call { key: "AKIAIOSFODNN7EXAMPLE", ..Call::default() }, Call { secret: "wrong", ..Call::default() }]
    {
        let mut stream = server.connect().await;
        let text = call.text(server.address);
        let until_the_end = async {
            let mut buffer = [0; 4096];
            while stream.write_all(text.as_bytes()).await.is_ok()
                && stream.read(&mut buffer).await.is_ok_and(|n| n > 0)
            {}
        };
        patiently(until_the_end).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_is_used_is_kept() {
    let server = start(Setup { threads: Some(0), ..Setup::default() }).await;
    let mut client = Client::new(server.connect().await).await;
    for turn in 0..5 {
        client.send(Call::default().signed(server.address)).await.succeeded(&turn.to_string());
        tokio::time::advance(Limits::default().idle.mul_f32(0.9)).await;
    }
}

#[tokio::test]
async fn who_is_silent_gives_way_when_all_connections_are_taken() {
    let limits = Limits { connections: 2, idle_when_full: SHORT, ..Limits::default() };
    let server = start(Setup { limits, ..Setup::default() }).await;
    let mut silent = server.connect().await;
    let _http2 = {
        let mut stream = server.connect().await;
        stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await.unwrap();
        stream.write_all(SETTINGS).await.unwrap();
        stream
    };
    patiently(server.call(&Call::default())).await.succeeded("whoever comes next");
    let mut rest = Vec::new();
    drop(patiently(silent.read_to_end(&mut rest)).await);
}

#[tokio::test]
async fn heads_of_http2_are_bounded_as_others_are() {
    let server = start(Setup::default()).await;
    let client = Client2::new(server.connect().await).await;
    let send = async |name: &'static str, value: String, count: usize| {
        let mut request = Call::default().signed(server.address);
        *request.uri_mut() = format!("http://{}/", server.address).parse().unwrap();
        request.headers_mut().remove("host");
        for _ in 0..count {
            request.headers_mut().append(name, value.parse().unwrap());
        }
        client.sender.clone().send_request(request).await.unwrap().status().as_u16()
    };
    assert_eq!(send("x-many", "a".to_owned(), 50).await, 200);
    assert_eq!(send("x-many", "a".to_owned(), MAX_HEADERS).await, 431);
    assert_eq!(send("x-long", "a".repeat(MAX_HEAD), 1).await, 431);
    client.call(&Call::default(), "http", server.address).await.succeeded("the connection goes on");
}

#[tokio::test]
async fn nonsense_is_refused_and_hurts_nobody() {
    let server = start(Setup::default()).await;
    let header = format!("POST / HTTP/1.1\r\nhost: x\r\nx-long: {}\r\n\r\n", "a".repeat(100_000));
    let headers = format!("POST / HTTP/1.1\r\nhost: x\r\n{}\r\n", "x-many: a\r\n".repeat(1000));
    for (case, sent, status) in [
        ("not HTTP", "hello?\r\n\r\n", "400"),
        ("TLS on a plain port", "\x16\x03\x01\x02\0\x01\0\x01\u{7c}\x03\x03\r\n\r\n", "400"),
        ("a header too large", &header, "431"),
        ("too many headers", &headers, "431"),
        (
            "two lengths",
            "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n",
            "400",
        ),
        ("a length and chunks", "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: x\r\n\r\n", "400"),
    ] {
        let answer = exchange(&mut server.connect().await, sent.as_bytes()).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{case}: {answer:?}");
    }
    server.call(&Call::default()).await.succeeded("others are served");
}

#[tokio::test]
async fn at_the_end_what_runs_is_finished_and_nothing_else_taken() {
    let server = start(Setup::default()).await;
    let address = server.address;
    let mut idle = server.connect().await;
    let text = Call::default().text(address);
    let (most, last) = text.split_at(text.len() - 1);
    let mut running = server.connect().await;
    running.write_all(most.as_bytes()).await.unwrap();
    // The idle connection is seen to be there, by an answer, before the end begins.
    idle.write_all(text.as_bytes()).await.unwrap();
    let mut start_of_answer = [0; 12];
    patiently(idle.read_exact(&mut start_of_answer)).await.unwrap();
    let http2 = Client2::new(server.connect().await).await;
    http2.call(&Call::default(), "http", address).await.succeeded("HTTP/2 before the end");

    let ended = server.stop();
    let mut rest = Vec::new();
    drop(patiently(idle.read_to_end(&mut rest)).await);
    let answer = exchange(&mut running, last.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    ended.await;
    assert!(TcpStream::connect(address).await.is_err(), "nobody listens any more");
}

#[tokio::test]
async fn at_the_end_nobody_is_awaited_for_ever() {
    let limits = Limits { drain: SHORT, ..Limits::default() };
    let server = start(Setup { limits, ..Setup::default() }).await;
    let text = Call::default().text(server.address);
    let mut hanging = server.connect().await;
    hanging.write_all(&text.as_bytes()[..text.len() - 1]).await.unwrap();
    server.stop().await;
    let mut rest = Vec::new();
    drop(patiently(hanging.read_to_end(&mut rest)).await);
    assert!(!String::from_utf8_lossy(&rest).contains(" 200 "));
}
