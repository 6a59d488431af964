//! Requests without a signature, of which one kind is taken: it has a token in its body. Who sends it is a stranger
//! until the token is proved.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{Either, Full};
use hyper::body::{Body, Frame};
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use server::Limits;
use server::limits::MAX_STRANGERS_BODY;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::task::JoinSet;

use crate::fixture::{Answer, Call, Client, Running, Setup, exchange, patiently, request, start};

const FORM: &str = "application/x-www-form-urlencoded";
const TOKEN_FORM: &str = "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleSessionName=job&\
                          RoleArn=arn%3Aaws%3Aiam%3A%3A000000000000%3Arole%2Fa&WebIdentityToken=";
const UNSIGNED: &str = "MissingAuthenticationToken";

fn unsigned(server: &Running, body: &str) -> http::Request<Full<Bytes>> {
    let mut headers = http::HeaderMap::new();
    headers.insert("host", server.address.to_string().parse().unwrap());
    headers.insert("content-type", FORM.parse().unwrap());
    request(http::Method::POST, "/", headers, body)
}

async fn sent(server: &Running, body: &str) -> Answer {
    server.send(unsigned(server, body)).await
}

fn head(server: &Running, length: usize) -> String {
    format!(
        "POST / HTTP/1.1\r\nhost: {}\r\ncontent-type: {FORM}\r\ncontent-length: {length}\r\n\r\n",
        server.address
    )
}

#[tokio::test]
async fn nothing_else_is_done_unsigned() {
    let server = start(Setup::default()).await;
    for body in [
        "",
        "Action=GetCallerIdentity&Version=2011-06-15",
        "Action=AssumeRole&Version=2011-06-15&RoleSessionName=a&RoleArn=arn:aws:iam::000000000000:role/a",
        "Action=ListUsers&Version=2010-05-08",
        "Action=NoSuchThing&Version=2011-06-15",
        "Action=AssumeRoleWithWebIdentity",
        "Action=AssumeRoleWithWebIdentity&Version=2010-05-08",
        "Action=AssumeRoleWithWebIdentity&Action=GetCallerIdentity&Version=2011-06-15",
        "%",
        "\u{fc}",
        "{}",
    ] {
        sent(&server, body).await.is_refused_in_xml(body, 403, UNSIGNED, "missing Authentication Token");
    }
    let mut json = Call { body: TOKEN_FORM, ..Call::default() }.signed(server.address);
    json.headers_mut().remove("authorization");
    server.send(json).await.is_refused("as JSON", 400, "MissingAuthenticationTokenException", "");
}

#[tokio::test]
async fn a_token_that_proves_nothing() {
    let server = start(Setup::default()).await;
    let answer = sent(&server, &format!("{TOKEN_FORM}abcd")).await;
    answer.is_refused_in_xml("no token", 400, "InvalidIdentityToken", "");
    let answer = sent(&server, &format!("{TOKEN_FORM}a&Tags=b")).await;
    answer.is_refused_in_xml("short", 400, "ValidationError", "webIdentityToken");
    assert!(!answer.text().contains("Value 'a'"), "a secret is not repeated: {}", answer.text());
}

#[tokio::test]
async fn little_is_read_of_a_stranger() {
    let server = start(Setup::default()).await;
    let of = |length: usize| format!("{TOKEN_FORM}{}", "a".repeat(length - TOKEN_FORM.len()));
    let answer = sent(&server, &of(MAX_STRANGERS_BODY)).await;
    answer.is_refused_in_xml("as much as is read", 400, "ValidationError", "webIdentityToken");
    let answer = sent(&server, &of(MAX_STRANGERS_BODY + 1)).await;
    answer.is_refused_in_xml("more", 413, "RequestEntityTooLarge", "exceeded 32768 bytes");
    let chunk = "a".repeat(MAX_STRANGERS_BODY + 1);
    let chunked = format!(
        "POST / HTTP/1.1\r\nhost: {}\r\ncontent-type: {FORM}\r\ntransfer-encoding: chunked\r\n\r\n{:x}\r\n{chunk}\r\n0\r\n\r\n",
        server.address,
        chunk.len()
    );
    let answer = exchange(&mut server.connect().await, chunked.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
}

#[tokio::test]
async fn strangers_take_nothing_from_those_who_sign() {
    let limits = Limits { strangers_bodies: 1000, ..Limits::default() };
    // On one thread, what comes first is read first.
    let server = start(Setup { limits, threads: Some(0), ..Setup::default() }).await;
    let mut waiting = server.connect().await;
    waiting.write_all((head(&server, 900) + "A").as_bytes()).await.unwrap();
    // That the first has its share is told by the refusal of another.
    let refused = patiently(async {
        loop {
            let answer = sent(&server, TOKEN_FORM).await;
            if answer.status == 503 {
                break answer;
            }
        }
    });
    let refused = refused.await;
    refused.is_refused_in_xml("no room", 503, "ServiceUnavailable", "Try again later");
    assert!(refused.text().contains("<Type>Receiver</Type>"));
    server.call(&Call::query("sts", "Action=GetCallerIdentity")).await.succeeded("signed");
    server.call(&Call::default()).await.succeeded("signed, to KMS");
    drop(waiting);
}

/// A body that never comes to its end.
struct Unfinished(Option<Bytes>);

impl Body for Unfinished {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.take().map_or(Poll::Pending, |bytes| Poll::Ready(Some(Ok(Frame::data(bytes)))))
    }
}

#[tokio::test]
async fn a_connection_has_one_such_request_at_a_time() {
    let server = start(Setup::default()).await;
    let io = TokioIo::new(server.connect().await);
    let (mut sender, connection) = http2::handshake(TokioExecutor::new(), io).await.unwrap();
    let mut tasks = JoinSet::new();
    tasks.spawn(async move { drop(connection.await) });
    let mut send = |body: Either<Full<Bytes>, Unfinished>| {
        let mut request = unsigned(&server, "").map(|_| body);
        *request.uri_mut() = format!("http://{}/", server.address).parse().unwrap();
        request.headers_mut().remove("host");
        sender.send_request(request)
    };
    let first = send(Either::Right(Unfinished(Some(Bytes::from_static(b"Action=")))));
    tasks.spawn(async move { drop(first.await) });
    let full = || Either::Left(Full::new(Bytes::from_static(TOKEN_FORM.as_bytes())));
    patiently(async {
        while send(full()).await.unwrap().status() != 503 {
            // The server has not seen the first yet.
        }
    })
    .await;
    sent(&server, TOKEN_FORM).await.is_refused_in_xml("another connection", 400, "ValidationError", "");
}

#[tokio::test]
async fn strangers_do_not_keep_connections() {
    let idle = Duration::from_millis(300);
    let limits = Limits { idle, ..Limits::default() };
    let server = start(Setup { limits, ..Setup::default() }).await;
    let mut stream = server.connect().await;
    let one = head(&server, TOKEN_FORM.len()) + TOKEN_FORM;
    let mut ended = false;
    // As often as it likes: the connection is ended all the same.
    for _ in 0..100_000 {
        if stream.write_all(one.as_bytes()).await.is_err() {
            ended = true;
            break;
        }
        let mut some = [0; 4096];
        if patiently(stream.read(&mut some)).await.unwrap_or(0) == 0 {
            ended = true;
            break;
        }
    }
    assert!(ended, "the connection is still there");
}

#[tokio::test]
async fn a_slow_body_is_given_up() {
    let limits = Limits { body: Duration::from_millis(100), ..Limits::default() };
    let server = start(Setup { limits, ..Setup::default() }).await;
    let answer = exchange(&mut server.connect().await, (head(&server, 100) + "A").as_bytes()).await;
    assert!(
        answer.starts_with("HTTP/1.1 408 ") && answer.contains("<Code>RequestTimeout</Code>"),
        "{answer}"
    );
    Client::new(server.connect().await)
        .await
        .send(Call::default().signed(server.address))
        .await
        .succeeded("others");
}
