//! More connections than there may be: the next waits a little, and is told that there is no room.

use std::time::Duration;

use server::Limits;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::fixture::{Answer, Call, Client, Client2, Running, Setup, exchange, patiently, start};

/// Short enough not to be noticed.
const SHORT: Duration = Duration::from_millis(50);
/// What a client reads.
const TEXT: &str = "Too many connections are open. Try again later.";

/// A server with one slot, and the connection that has it.
async fn full(limits: Limits) -> (Running, Client) {
    let limits = Limits { connections: 1, ..limits };
    let server = start(Setup { limits, ..Setup::default() }).await;
    let mut first = Client::new(server.connect().await).await;
    first.send(Call::default().signed(server.address)).await.succeeded("the first has the slot");
    (server, first)
}

/// One at which nobody waits long.
fn impatient() -> Limits {
    Limits { slot: SHORT, ..Limits::default() }
}

fn ends_the_connection(answer: &Answer) {
    assert_eq!(answer.header("connection"), "close");
    assert_eq!(answer.header("retry-after"), "1");
}

#[tokio::test]
async fn the_next_connection_gets_the_slot_of_one_that_ends() {
    let (server, mut first) = full(Limits { slot: Duration::from_mins(1), ..Limits::default() }).await;
    let mut second = server.connect().await;
    second.write_all(Call::default().text(server.address).as_bytes()).await.unwrap();
    first.send(Call::default().signed(server.address)).await.succeeded("the first again");
    let nothing = second.try_read(&mut [0; 16]).map_err(|error| error.kind());
    assert_eq!(nothing, Err(std::io::ErrorKind::WouldBlock), "the second must wait");
    drop(first);
    let mut answer = [0; 12];
    patiently(second.read_exact(&mut answer)).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200");
}

#[tokio::test]
async fn whoever_gets_no_slot_is_told_so_in_the_form_of_the_api() {
    let (server, mut first) = full(impatient()).await;
    let json = server.call(&Call::default()).await;
    json.is_refused("KMS", 503, "ServiceUnavailableException", TEXT);
    ends_the_connection(&json);
    let xml = server.call(&Call::query("sts", "Action=GetCallerIdentity")).await;
    xml.is_refused_in_xml("STS", 503, "ServiceUnavailable", TEXT);
    ends_the_connection(&xml);
    let path = "/v1.0/0123456789abcdef0123456789abcdef/kms/list-keys";
    let head = format!("POST {path} HTTP/1.1\r\nhost: {}\r\ncontent-length: 2\r\n\r\n{{}}", server.address);
    let huawei = exchange(&mut server.connect().await, head.as_bytes()).await;
    assert!(huawei.starts_with("HTTP/1.1 503 ") && huawei.contains("error_msg"), "{huawei}");
    let http2 = Client2::new(server.connect().await).await;
    let answer = http2.call(&Call::default(), "http", server.address).await;
    answer.is_refused("HTTP/2", 503, "ServiceUnavailableException", TEXT);
    patiently(async { while http2.sender.clone().ready().await.is_ok() {} }).await;

    first.send(Call::default().signed(server.address)).await.succeeded("who has a slot is not disturbed");
    drop(first);
    let succeeds = async { while server.call(&Call::default()).await.status == 503 {} };
    patiently(succeeds).await;
    server.call(&Call::default()).await.succeeded("the slot is given back");
}

#[tokio::test]
async fn nothing_that_is_asked_is_done_and_a_body_does_not_hide_the_answer() {
    let (server, mut first) = full(impatient()).await;
    let call = Call { target: "TrentService.CreateKey", ..Call::default() };
    server.call(&call).await.is_refused("signed", 503, "ServiceUnavailableException", TEXT);
    let list = first.send(Call::default().signed(server.address)).await;
    assert_eq!(list.json()["Keys"], serde_json::json!([]), "no key was made");
    // Written to its end before anything is read, and never written to its end.
    for (length, sent) in [(1024 * 1024, 1024 * 1024), (100, 10)] {
        let head = Call::default().head(server.address, &format!("content-length: {length}"));
        let answer = exchange(&mut server.connect().await, (head + &"a".repeat(sent)).as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
        assert_eq!(answer.matches("HTTP/1.1").count(), 1);
    }
}

#[tokio::test]
async fn who_does_not_listen_is_not_awaited() {
    let limits = Limits { turned_away: 1, turning_away: SHORT, ..impatient() };
    let (server, mut first) = full(limits).await;
    for sent in ["", "POST / HT", "PRI * HTTP/2.0\r\n"] {
        let answer = exchange(&mut server.connect().await, sent.as_bytes()).await;
        assert!(!answer.contains(" 200 "), "{answer}");
    }
    first.send(Call::default().signed(server.address)).await.succeeded("who has a slot is not disturbed");
}

#[tokio::test]
async fn few_are_told_at_once_and_they_keep_nobody_from_a_slot() {
    let limits = Limits { waiting: 1, turned_away: 1, turning_away: Duration::from_mins(1), ..impatient() };
    let (server, first) = full(limits).await;
    let silent = server.connect().await;
    // Once it is the one that is being told, others are closed.
    let text = Call::default().text(server.address);
    let closed = async { while !exchange(&mut server.connect().await, text.as_bytes()).await.is_empty() {} };
    patiently(closed).await;
    drop(first);
    let succeeds = async {
        while !exchange(&mut server.connect().await, text.as_bytes()).await.starts_with("HTTP/1.1 200 ") {}
    };
    patiently(succeeds).await;
    drop(silent);
}
