//! The bare protocol: HTTP/1.1 and HTTP/2 on one port, and clients that are slow, rude or wrong.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, Uri, Version, header};
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;
use sigv4::Signer;
use tokio::task::JoinSet;

use crate::server::{Folder, Server};

/// Far above what any answer here needs: only so that a hanging server fails the test and not the whole run.
const PATIENCE: Duration = Duration::from_mins(1);
/// The largest body that is read, in bytes (observed on the live service).
const MAX_BODY: usize = 200_000;

struct Answer {
    status: StatusCode,
    version: Version,
    headers: HeaderMap,
    body: Bytes,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    #[track_caller]
    fn is_error(&self, status: u16, code: &str) {
        assert_eq!(
            (self.status.as_u16(), self.json()["__type"].as_str()),
            (status, Some(code)),
            "{:?}",
            self.body
        );
    }
}

/// A signed request for `operation` with `body`.
fn signed(server: &Server, operation: &str, body: &[u8]) -> Request<Full<Bytes>> {
    let uri: Uri = format!("{}/", server.endpoint()).parse().unwrap();
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-amz-json-1.1"));
    headers.insert("x-amz-target", format!("TrentService.{operation}").parse().unwrap());
    let signer = Signer {
        access_key_id: "test",
        secret: b"test",
        session_token: None,
        region: "us-east-1",
        service: "kms",
    };
    let now = jiff::Timestamp::now().as_second();
    signer.sign_headers("POST", &uri, &mut headers, body, now).unwrap();
    let mut request = Request::post(uri).body(Full::new(Bytes::copy_from_slice(body))).unwrap();
    *request.headers_mut() = headers;
    request
}

async fn send(request: Request<Full<Bytes>>, http2: bool) -> Answer {
    let client = Client::builder(TokioExecutor::new()).http2_only(http2).build_http();
    send_with(&client, request).await
}

type Connections = Client<hyper_util::client::legacy::connect::HttpConnector, Full<Bytes>>;

async fn send_with(client: &Connections, request: Request<Full<Bytes>>) -> Answer {
    let response = tokio::time::timeout(PATIENCE, client.request(request)).await.unwrap().unwrap();
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Answer { status: parts.status, version: parts.version, headers: parts.headers, body }
}

/// The same request over either version: HTTP/2 begins with prior knowledge.
async fn over_both(server: &Server, operation: &str, body: &[u8]) -> [Answer; 2] {
    let answers = [
        send(signed(server, operation, body), false).await,
        send(signed(server, operation, body), true).await,
    ];
    assert_eq!(answers.each_ref().map(|answer| answer.version), [Version::HTTP_11, Version::HTTP_2]);
    answers
}

fn start(name: &str) -> (Folder, Server) {
    let folder = Folder::new(name);
    let server = Server::start(&folder);
    (folder, server)
}

#[tokio::test]
async fn both_versions_of_http_answer_alike() {
    let (_folder, server) = start("protocol-versions");
    for answer in over_both(&server, "ListKeys", b"{}").await {
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.json()["Truncated"], Value::Bool(false));
        assert_eq!(answer.headers[header::CONTENT_TYPE], "application/x-amz-json-1.1");
        let id = answer.headers["x-amzn-requestid"].to_str().unwrap();
        assert_eq!(id.split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
    }
    for answer in over_both(&server, "DescribeKey", br#"{"KeyId":"alias/none"}"#).await {
        answer.is_error(400, "NotFoundException");
        assert!(answer.headers.contains_key("x-amzn-requestid"));
    }
    for answer in over_both(&server, "Nonsense", b"{}").await {
        answer.is_error(400, "UnknownOperationException");
    }
    for answer in over_both(&server, "ListKeys", b"{").await {
        answer.is_error(400, "SerializationException");
    }
}

#[tokio::test]
async fn many_requests_share_one_http2_connection() {
    let (_folder, server) = start("protocol-streams");
    let client: Connections = Client::builder(TokioExecutor::new()).http2_only(true).build_http();
    let mut running = JoinSet::new();
    for _ in 0..200 {
        let (client, request) =
            (client.clone(), signed(&server, "GenerateRandom", br#"{"NumberOfBytes":16}"#));
        running.spawn(async move { send_with(&client, request).await.json()["Plaintext"].to_string() });
    }
    let mut drawn = running.join_all().await;
    drawn.sort_unstable();
    drawn.dedup();
    assert_eq!(drawn.len(), 200);
}

#[tokio::test]
async fn request_ids_are_never_the_same() {
    let (_folder, server) = start("protocol-ids");
    let [first, second] = over_both(&server, "ListKeys", b"{}").await;
    assert_ne!(first.headers["x-amzn-requestid"], second.headers["x-amzn-requestid"]);
}

#[tokio::test]
async fn a_body_beyond_the_bound_is_answered_and_not_read_to_its_end() {
    let (_folder, server) = start("protocol-oversize");
    for length in [MAX_BODY + 1, 10 * MAX_BODY] {
        for answer in over_both(&server, "ListKeys", &vec![b' '; length]).await {
            assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
            let text = answer.json()["message"].to_string();
            assert!(text.contains("HTTP content length exceeded 200000 bytes."), "{text}");
        }
    }
    for answer in over_both(&server, "ListKeys", &vec![b' '; MAX_BODY]).await {
        assert_eq!(answer.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn only_post_to_the_root_is_the_api() {
    let (_folder, server) = start("protocol-methods");
    for (method, path, status) in [
        (Method::GET, "/?Version=1", 405),
        (Method::PUT, "/", 405),
        (Method::DELETE, "/", 405),
        (Method::POST, "/keys", 404),
        (Method::GET, "/favicon.ico", 404),
    ] {
        for http2 in [false, true] {
            let uri = format!("{}{path}", server.endpoint());
            let request = Request::builder().method(&method).uri(uri).body(Full::default()).unwrap();
            let answer = send(request, http2).await;
            assert_eq!(answer.status.as_u16(), status, "{method} {path}");
            assert!(answer.headers.contains_key("x-amzn-requestid"), "{method} {path}");
        }
    }
}

/// Sends bytes, and gives what came back until the server closed the connection.
fn exchange(address: SocketAddr, sent: &[u8], then: Then) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    // The server may close before it has read everything.
    drop(stream.write_all(sent));
    if matches!(then, Then::GoAway) {
        drop(stream.shutdown(Shutdown::Write));
    }
    let mut answer = Vec::new();
    drop(stream.read_to_end(&mut answer));
    String::from_utf8_lossy(&answer).into_owned()
}

/// What a client does after it has sent everything.
#[derive(Clone, Copy)]
enum Then {
    GoAway,
    WaitForTheServerToClose,
}

#[tokio::test]
async fn what_is_no_request_ends_a_connection_and_nothing_else() {
    let (_folder, mut server) = start("protocol-garbage");
    let head = format!("POST / HTTP/1.1\r\nHost: {}\r\n", server.address);
    let too_many = "X-Header: x\r\n".repeat(500);
    let garbage: [(&str, Vec<u8>); 9] = [
        ("nothing", Vec::new()),
        ("noise", (0..=255).cycle().take(5000).collect()),
        ("a TLS hello", vec![0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03]),
        ("half a head", head.clone().into_bytes()),
        ("an endless header", format!("{head}X-Long: {}\r\n\r\n", "x".repeat(300_000)).into_bytes()),
        ("too many headers", format!("{head}{too_many}\r\n").into_bytes()),
        ("two lengths", format!("{head}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{{}}").into_bytes()),
        ("a length that is none", format!("{head}Content-Length: -1\r\n\r\n").into_bytes()),
        ("a body that ends early", format!("{head}Content-Length: 100\r\n\r\n{{}}").into_bytes()),
    ];
    for (name, bytes) in garbage {
        let answer = exchange(server.address, &bytes, Then::GoAway);
        assert!(!answer.starts_with("HTTP/1.1 2"), "{name}: {answer}");
        assert!(server.is_running(), "{name} ended the server:\n{}", server.log());
    }
    let [answer, _] = over_both(&server, "ListKeys", b"{}").await;
    assert_eq!(answer.status, StatusCode::OK);
}

#[tokio::test]
async fn an_unsigned_request_gets_an_error_and_its_connection_lives() {
    let (_folder, server) = start("protocol-unsigned");
    let head = format!(
        "POST / HTTP/1.1\r\nHost: {}\r\nX-Amz-Target: TrentService.ListKeys\r\n\
         Content-Type: application/x-amz-json-1.1\r\nContent-Length: 2\r\n",
        server.address
    );
    let two = format!("{head}\r\n{{}}{head}Connection: close\r\n\r\n{{}}");
    let answer = exchange(server.address, two.as_bytes(), Then::WaitForTheServerToClose);
    assert_eq!(answer.matches("HTTP/1.1 400").count(), 2, "{answer}");
    assert_eq!(answer.matches("MissingAuthenticationTokenException").count(), 2, "{answer}");
}

#[tokio::test]
async fn slow_clients_keep_nobody_waiting() {
    let (_folder, server) = start("protocol-slow");
    // Some stop in the middle of the head, some in the middle of the body, some never begin; all stay connected.
    let head = format!("POST / HTTP/1.1\r\nHost: {}\r\nContent-Length: 10\r\n", server.address);
    let beginnings = [String::new(), head.clone(), format!("{head}\r\n{{"), "PRI * HTTP/2.0\r\n".to_owned()];
    let slow: Vec<TcpStream> = beginnings
        .iter()
        .cycle()
        .take(200)
        .map(|beginning| {
            let mut stream = TcpStream::connect(server.address).unwrap();
            stream.write_all(beginning.as_bytes()).unwrap();
            stream
        })
        .collect();
    for answer in over_both(&server, "ListKeys", b"{}").await {
        assert_eq!(answer.status, StatusCode::OK);
    }
    drop(slow);
}

#[tokio::test]
async fn a_signature_is_good_for_its_own_body_only() {
    let (_folder, server) = start("protocol-replay");
    let true_one = signed(&server, "GenerateRandom", br#"{"NumberOfBytes":16}"#);
    let (parts, _) = true_one.into_parts();
    let other_body = Full::new(Bytes::from_static(br#"{"NumberOfBytes":17}"#));
    send(Request::from_parts(parts, other_body), false).await.is_error(400, "InvalidSignatureException");
}
