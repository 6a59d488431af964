//! A running server, and requests to it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use api::Timestamp;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, Uri};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use iam::{Iam, Identities};
use kms::{Kms, ManualClock, Settings};
use seal::{Records, RootKey};
use serde_json::Value;
use server::{Hosts, Limits, Projects, Server, WebIdentities};
use sigv4::Signer;
use store::{Memory, Store};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// 2026-11-22T12:00:00Z.
pub(crate) const NOW: i64 = 1_795_348_800;
/// Longer than anything here takes: a test that waits this long has failed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// What a test may choose.
#[derive(Default)]
pub(crate) struct Setup {
    pub(crate) limits: Limits,
    /// Those that serve connections; two, unless time stands still, which it does on one runtime only.
    pub(crate) threads: Option<usize>,
    pub(crate) regions: Vec<String>,
    pub(crate) hosts: Hosts,
    pub(crate) tls: Option<Arc<rustls::ServerConfig>>,
    /// Where the records are; by default, new memory.
    pub(crate) store: Option<Arc<dyn Store>>,
    pub(crate) web_identities: WebIdentities,
    /// By default, those of development.
    pub(crate) projects: Option<Projects>,
}

pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    pub(crate) identities: Arc<Identities>,
    /// The clock of signatures.
    pub(crate) clock: Arc<ManualClock>,
    stop: oneshot::Sender<()>,
    task: JoinSet<()>,
}

pub(crate) async fn start(setup: Setup) -> Running {
    let store = setup.store.unwrap_or_else(|| Arc::new(Memory::default()));
    let records = Records::open(store, &RootKey::generate()).await.unwrap();
    let records = Arc::new(records);
    let identities = Arc::new(Identities::dev(Arc::clone(&records), "aws"));
    let clock = Arc::new(ManualClock::at(Timestamp::from_seconds(NOW)));
    let settings = Settings { pkcs1_wrapping: true, regions: setup.regions, ..Settings::default() };
    let kms_clock = Arc::new(ManualClock::at(Timestamp::from_seconds(NOW)));
    let iam = Iam::new(Arc::clone(&records), Arc::clone(&identities));
    let server = Server {
        kms: Kms::new(records, kms_clock, settings),
        iam: Arc::new(iam.with_issuers(setup.web_identities.issuers())),
        web_identities: setup.web_identities,
        identities: Arc::clone(&identities),
        clock: Arc::clone(&clock) as _,
        hosts: setup.hosts,
        projects: setup.projects.unwrap_or_else(Projects::dev),
        tls: setup.tls,
        limits: setup.limits,
        threads: setup.threads.unwrap_or(2),
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let mut task = JoinSet::new();
    task.spawn(async move { server.run(listener, async { stopped.await.unwrap_or(()) }).await.unwrap() });
    Running { address, identities, clock, stop, task }
}

impl Running {
    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Asks the server to end; what is returned ends when it has.
    pub(crate) fn stop(self) -> impl Future<Output = ()> {
        let Self { stop, mut task, .. } = self;
        stop.send(()).unwrap();
        async move { patiently(task.join_next()).await.unwrap().unwrap() }
    }

    /// Sends a request on a connection of its own.
    pub(crate) async fn send(&self, request: Request<Full<Bytes>>) -> Answer {
        Client::new(self.connect().await).await.send(request).await
    }

    pub(crate) async fn call(&self, call: &Call<'_>) -> Answer {
        self.send(call.signed(self.address)).await
    }
}

pub(crate) async fn patiently<F: Future>(future: F) -> F::Output {
    timeout(PATIENCE, future).await.expect("the server did not do in time what it must")
}

/// A signed request of the AWS front. By default: `ListKeys` by the root of 000000000000.
#[derive(Clone)]
pub(crate) struct Call<'a> {
    pub(crate) target: &'a str,
    pub(crate) body: &'a str,
    pub(crate) content_type: &'a str,
    pub(crate) key: &'a str,
    pub(crate) secret: &'a str,
    pub(crate) token: Option<&'a str>,
    pub(crate) region: &'a str,
    pub(crate) service: &'a str,
    pub(crate) at: i64,
}

impl Default for Call<'_> {
    fn default() -> Self {
        Self {
            target: "TrentService.ListKeys",
            body: "{}",
            content_type: "application/x-amz-json-1.1",
            key: "test",
            secret: "test",
            token: None,
            region: "us-east-1",
            service: "kms",
            at: NOW,
        }
    }
}

impl<'a> Call<'a> {
    pub(crate) fn signer(&self) -> Signer<'_> {
        Signer {
            access_key_id: self.key,
            secret: self.secret.as_bytes(),
            session_token: self.token,
            region: self.region,
            service: self.service,
        }
    }

    /// The headers before signing.
    pub(crate) fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in [("x-amz-target", self.target), ("content-type", self.content_type)] {
            if !value.is_empty() {
                headers.insert(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
            }
        }
        headers
    }

    pub(crate) fn signed(&self, address: SocketAddr) -> Request<Full<Bytes>> {
        let uri: Uri = format!("http://{address}/").parse().unwrap();
        let mut headers = self.headers();
        self.signer().sign_headers("POST", &uri, &mut headers, self.body.as_bytes(), self.at).unwrap();
        request(Method::POST, "/", headers, self.body)
    }

    /// A request of the Query protocol, in a body: `form` without its version.
    pub(crate) fn query(service: &'a str, form: &str) -> Self {
        let version = if service == "iam" { "2010-05-08" } else { "2011-06-15" };
        Self {
            target: "",
            body: format!("{form}&Version={version}").leak(),
            content_type: "application/x-www-form-urlencoded; charset=utf-8",
            service,
            ..Self::default()
        }
    }

    /// The request in the text of HTTP/1.1.
    pub(crate) fn text(&self, address: SocketAddr) -> String {
        self.head(address, &format!("content-length: {}", self.body.len())) + self.body
    }

    /// The head of that, with other words about its body.
    pub(crate) fn head(&self, address: SocketAddr, framing: &str) -> String {
        let signed = self.signed(address);
        let mut headers = String::new();
        for (name, value) in signed.headers() {
            headers.extend([name.as_str(), ": ", value.to_str().unwrap(), "\r\n"]);
        }
        format!("POST / HTTP/1.1\r\n{headers}{framing}\r\n\r\n")
    }
}

pub(crate) fn request(method: Method, target: &str, headers: HeaderMap, body: &str) -> Request<Full<Bytes>> {
    let mut request = Request::new(Full::new(Bytes::from(body.to_owned())));
    *request.method_mut() = method;
    *request.uri_mut() = target.parse().unwrap();
    *request.headers_mut() = headers;
    request
}

/// A connection of HTTP/1.1.
pub(crate) struct Client {
    sender: http1::SendRequest<Full<Bytes>>,
    _connection: JoinSet<()>,
}

impl Client {
    pub(crate) async fn new(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) -> Self {
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move { drop(connection.await) });
        Self { sender, _connection: tasks }
    }

    pub(crate) async fn send(&mut self, request: Request<Full<Bytes>>) -> Answer {
        patiently(self.sender.ready()).await.unwrap();
        Answer::read(patiently(self.sender.send_request(request)).await.unwrap()).await
    }
}

/// A connection of HTTP/2.
pub(crate) struct Client2 {
    pub(crate) sender: http2::SendRequest<Full<Bytes>>,
    _connection: JoinSet<()>,
}

impl Client2 {
    pub(crate) async fn new(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) -> Self {
        let (sender, connection) =
            http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move { drop(connection.await) });
        Self { sender, _connection: tasks }
    }

    /// Sends `call` with its host as `:authority` and no `Host` header, as clients of HTTP/2 do.
    pub(crate) async fn call(&self, call: &Call<'_>, scheme: &str, address: SocketAddr) -> Answer {
        let mut request = call.signed(address);
        *request.uri_mut() = format!("{scheme}://{address}/").parse().unwrap();
        request.headers_mut().remove("host");
        let mut sender = self.sender.clone();
        Answer::read(patiently(sender.send_request(request)).await.unwrap()).await
    }
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    async fn read(response: http::Response<hyper::body::Incoming>) -> Self {
        let (head, body) = response.into_parts();
        let body = patiently(body.collect()).await.unwrap().to_bytes();
        Self { status: head.status, headers: head.headers, body }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn is_refused(&self, case: &str, status: u16, code: &str, text: &str) {
        let json = self.json();
        assert_eq!(json["__type"], code, "{case}: {json}");
        assert_eq!(self.status, status, "{case}");
        let message = json["message"].as_str().unwrap_or_default();
        assert!(message.contains(text), "{case}: {message}");
        assert_eq!(self.header("x-amzn-requestid").len(), 36, "{case}");
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// What stands in the first element of this name, as it was sent.
    pub(crate) fn element(&self, name: &str) -> Option<&str> {
        let (_, after) = self.text().split_once(&format!("<{name}>"))?;
        after.split_once(&format!("</{name}>")).map(|(inside, _)| inside)
    }

    /// The same as [`is_refused`](Self::is_refused), in XML.
    pub(crate) fn is_refused_in_xml(&self, case: &str, status: u16, code: &str, text: &str) {
        assert_eq!(self.element("Code"), Some(code), "{case}: {}", self.text());
        assert_eq!(self.status, status, "{case}");
        let message = quick_xml::escape::unescape(self.element("Message").unwrap_or_default()).unwrap();
        assert!(message.contains(text), "{case}: {message}");
        assert_eq!(self.header("content-type"), "text/xml", "{case}");
        assert_eq!(self.element("RequestId"), Some(self.header("x-amzn-requestid")), "{case}");
    }

    pub(crate) fn succeeded(&self, case: &str) {
        assert_eq!(self.status, 200, "{case}: {}", String::from_utf8_lossy(&self.body));
    }
}

/// Sends bytes, and gives all that comes back until the server ends the connection.
pub(crate) async fn exchange(stream: &mut TcpStream, bytes: &[u8]) -> String {
    // The server may have ended the connection before all was sent.
    drop(stream.write_all(bytes).await);
    let mut received = Vec::new();
    drop(patiently(stream.read_to_end(&mut received)).await);
    String::from_utf8(received).unwrap()
}
