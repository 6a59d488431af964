//! An endpoint for tests: it verifies the signature of what it gets and answers from a script.

use std::convert::Infallible;
use std::sync::Mutex;

use bytes::Bytes;
use crypto::SecretBytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use crate::{Client, Credentials};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/// One answer of a script.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) request_id: Option<&'static str>,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn ok(body: impl Into<String>) -> Self {
        Self { status: 200, request_id: None, body: body.into() }
    }

    pub(crate) fn error(status: u16, code: &str) -> Self {
        Self { status, request_id: None, body: format!(r#"{{"__type":"{code}"}}"#) }
    }
}

pub(crate) fn credentials() -> Credentials {
    Credentials {
        access_key_id: "AKIDEXAMPLE".to_owned(),
        secret: SecretBytes::copy_of(SECRET.as_bytes()),
        session_token: None,
    }
}

pub(crate) async fn listener() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    (listener, address)
}

pub(crate) async fn client_of() -> (TcpListener, Client) {
    let (listener, address) = listener().await;
    let client = Client::new(&address, "us-east-1", credentials()).unwrap();
    (listener, client)
}

/// Runs `call` while `listener` gives `answers` in turn. Also returns what was asked: target and body.
pub(crate) async fn during<T>(
    listener: TcpListener,
    answers: Vec<Answer>,
    call: impl Future<Output = T>,
) -> (T, Vec<String>) {
    let answers = Mutex::new(answers.into_iter());
    serving(listener, |_, _| answers.lock().unwrap().next().expect("no further request"), call).await
}

/// Runs `call` while `listener` answers with what `respond` makes of operation and body.
pub(crate) async fn serving<T>(
    listener: TcpListener,
    respond: impl Fn(&str, &[u8]) -> Answer,
    call: impl Future<Output = T>,
) -> (T, Vec<String>) {
    let seen = Mutex::new(Vec::new());
    let answer = async |request: Request<Incoming>| {
        let (target, body) = verified(request).await;
        seen.lock().unwrap().push(format!("{target} {}", String::from_utf8_lossy(&body)));
        let operation = target.strip_prefix("TrentService.").unwrap();
        let answer = respond(operation, &body);
        let mut response = Response::builder().status(answer.status);
        if let Some(id) = answer.request_id {
            response = response.header("x-amzn-RequestId", id);
        }
        Ok::<_, Infallible>(response.body(Full::new(Bytes::from(answer.body))).unwrap())
    };
    let serve = async {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let connection = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service_fn(&answer));
            // A client that goes away in the middle is a case of some tests.
            let _ = connection.await;
        }
    };
    let result = tokio::select! { () = serve => unreachable!(), result = call => result };
    (result, seen.into_inner().unwrap())
}

async fn verified(request: Request<Incoming>) -> (String, Bytes) {
    let (head, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let signed = sigv4::SignedRequest {
        method: head.method.as_str(),
        path: head.uri.path(),
        query: head.uri.query().unwrap_or_default(),
        headers: &head.headers,
        authority: None,
        body: &body,
    };
    let presented = sigv4::parse(&signed).unwrap();
    presented.check_scope("kms").unwrap();
    presented.check_time(crate::now()).unwrap();
    presented.check_signature(&signed, SECRET.as_bytes()).unwrap();
    assert_eq!(presented.access_key_id(), "AKIDEXAMPLE");
    assert_eq!(head.method, "POST");
    assert_eq!(head.headers["content-type"], "application/x-amz-json-1.1");
    (head.headers["x-amz-target"].to_str().unwrap().to_owned(), body)
}
