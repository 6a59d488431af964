//! A connection that sends one request after the other, each with a fresh signature.
//!
//! It is HTTP/1.1 of hyper and the signer of `sigv4`, which are what the crate `client` is made of, without what
//! that adds for people: a pool (a connection here must be one connection), reading answers into types (which costs the
//! machine that is measured as much as the server takes), and the patience that sends throttled requests again (here each is
//! to be counted).

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use crypto::SecretBytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use kms::{Clock as _, SystemClock};
use serde_json::Value;
use sigv4::Signer;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::Outcome;

/// The Region that all requests are signed for.
pub(crate) const REGION: &str = "eu-west-1";
/// How long an answer is awaited; the crate `client` waits as long.
const PATIENCE: Duration = Duration::from_mins(1);
/// How often a request is tried on yet another connection because the last was ended before it was sent.
const MOST_ATTEMPTS: u32 = 3;

/// Who signs.
pub(crate) struct Who {
    pub(crate) access_key_id: String,
    pub(crate) secret: SecretBytes,
}

/// A server, and who calls it.
pub(crate) struct Target {
    address: SocketAddr,
    uri: Uri,
    who: Arc<Who>,
}

impl Target {
    pub(crate) fn new(address: SocketAddr, who: Arc<Who>) -> Outcome<Arc<Self>> {
        Ok(Arc::new(Self { address, uri: format!("http://{address}/").parse()?, who }))
    }
}

/// One request of the API.
#[derive(Clone)]
pub(crate) struct Call {
    pub(crate) operation: &'static str,
    pub(crate) body: Bytes,
}

impl Call {
    pub(crate) fn new(operation: &'static str, body: String) -> Self {
        Self { operation, body: body.into() }
    }
}

/// An answer of status 200, and how long it took.
pub(crate) struct Answer {
    pub(crate) body: Bytes,
    pub(crate) took: Duration,
}

impl Answer {
    /// A text in the answer, by its place.
    pub(crate) fn text(&self, pointer: &str) -> Result<String, Refusal> {
        let json: Value =
            serde_json::from_slice(&self.body).map_err(|_| Refusal::new("an answer without JSON"))?;
        let found = json.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        found.ok_or_else(|| Refusal::new(format!("an answer without {pointer}")))
    }
}

/// Why there was no answer of status 200: what is counted of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Refusal {
    /// The code of an error, as `ThrottlingException`, or what happened to the connection.
    pub(crate) kind: String,
}

impl Refusal {
    pub(crate) fn new(kind: impl Into<String>) -> Self {
        Self { kind: kind.into() }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.kind)
    }
}

impl std::error::Error for Refusal {}

/// A connection, opened when it is first needed and again after it ended.
pub(crate) struct Connection {
    target: Arc<Target>,
    sender: Option<SendRequest<Full<Bytes>>>,
    driver: JoinSet<()>,
}

/// Why a request was not answered.
enum Lost {
    /// None of it was sent: the server had ended the connection before.
    NotSent(Box<Request<Full<Bytes>>>),
    Broken(hyper::Error),
}

impl Connection {
    pub(crate) fn to(target: &Arc<Target>) -> Self {
        Self { target: Arc::clone(target), sender: None, driver: JoinSet::new() }
    }

    /// Sends a request and reads its answer to the end. Signing it is not part of what it takes.
    pub(crate) async fn call(&mut self, call: &Call) -> Result<Answer, Refusal> {
        let request = self.target.signed(call)?;
        self.send(request).await
    }

    /// Sends a request as it is.
    pub(crate) async fn send(&mut self, request: Request<Full<Bytes>>) -> Result<Answer, Refusal> {
        let (mut request, mut attempts) = (request, 0);
        loop {
            let is_new = self.sender.as_ref().is_none_or(SendRequest::is_closed);
            if is_new {
                self.open().await?;
            }
            let began = Instant::now();
            match timeout(PATIENCE, self.exchange(request)).await {
                Ok(Ok((200, body))) => return Ok(Answer { body, took: began.elapsed() }),
                Ok(Ok((status, body))) => return Err(refusal(status, &body)),
                // As every client of HTTP/1.1 does: what was not sent is sent on another connection.
                Ok(Err(Lost::NotSent(unsent))) if attempts < MOST_ATTEMPTS => {
                    (request, attempts) = (*unsent, attempts + 1);
                    self.sender = None;
                }
                Ok(Err(lost)) => {
                    self.sender = None;
                    let why = match lost {
                        Lost::NotSent(_) => "closed at once, again and again".to_owned(),
                        Lost::Broken(error) => error.to_string(),
                    };
                    return Err(Refusal::new(format!("connection broken: {why}")));
                }
                Err(_) => {
                    self.sender = None;
                    return Err(Refusal::new("no answer within a minute"));
                }
            }
        }
    }

    async fn exchange(&mut self, request: Request<Full<Bytes>>) -> Result<(u16, Bytes), Lost> {
        // It was opened right before; a request that is lost all the same is one that is counted.
        let Some(sender) = self.sender.as_mut() else { return Ok((0, Bytes::new())) };
        if sender.ready().await.is_err() {
            return Err(Lost::NotSent(Box::new(request)));
        }
        let response =
            sender.try_send_request(request).await.map_err(|mut error| match error.take_message() {
                Some(unsent) => Lost::NotSent(Box::new(unsent)),
                None => Lost::Broken(error.into_error()),
            })?;
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.map_err(Lost::Broken)?.to_bytes();
        Ok((status, body))
    }

    async fn open(&mut self) -> Result<(), Refusal> {
        let failed = |error: String| Refusal::new(format!("cannot connect: {error}"));
        let stream = self.target.connect().await.map_err(|error| failed(error.to_string()))?;
        let (sender, connection) =
            handshake(TokioIo::new(stream)).await.map_err(|error| failed(error.to_string()))?;
        self.driver = JoinSet::new();
        self.driver.spawn(async move { drop(connection.await) });
        self.sender = Some(sender);
        Ok(())
    }
}

impl Target {
    /// A connection to it that nothing was sent on.
    pub(crate) async fn connect(&self) -> std::io::Result<TcpStream> {
        let stream = TcpStream::connect(self.address).await?;
        stream.set_nodelay(true)?;
        Ok(stream)
    }

    /// The request of a call, signed now.
    pub(crate) fn signed(&self, call: &Call) -> Result<Request<Full<Bytes>>, Refusal> {
        self.signed_at(call, 0)
    }

    /// The request of a call, signed so many seconds from now.
    pub(crate) fn signed_at(&self, call: &Call, from_now: i64) -> Result<Request<Full<Bytes>>, Refusal> {
        let unsignable = |_| Refusal::new("cannot be signed");
        let target = HeaderValue::from_str(&format!("TrentService.{}", call.operation))
            .map_err(|_| Refusal::new("cannot be sent"))?;
        let mut headers = HeaderMap::with_capacity(8);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-amz-json-1.1"));
        headers.insert(HeaderName::from_static("x-amz-target"), target);
        let signer = Signer {
            access_key_id: &self.who.access_key_id,
            secret: self.who.secret.expose(),
            session_token: None,
            region: REGION,
            service: "kms",
        };
        let now = SystemClock.now().seconds() + from_now;
        signer
            .sign_headers(Method::POST.as_str(), &self.uri, &mut headers, &call.body, now)
            .map_err(unsignable)?;
        let mut request = Request::new(Full::new(call.body.clone()));
        *request.method_mut() = Method::POST;
        *request.headers_mut() = headers;
        Ok(request)
    }
}

fn refusal(status: u16, body: &[u8]) -> Refusal {
    let json: Value = serde_json::from_slice(body).unwrap_or_default();
    let code = json.get("__type").and_then(Value::as_str).and_then(|code| code.rsplit('#').next());
    Refusal::new(code.map_or_else(|| format!("HTTP status {status}"), str::to_owned))
}
