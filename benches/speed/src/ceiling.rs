//! The ceiling: what a server does that does nothing. It reads a request, verifies its signature with a signing key in
//! memory, and answers 200 bytes, with the same HTTP library and settings as Trent's connections have.
//!
//! It is a process of its own, so that what it works is counted alone.

use std::convert::Infallible;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use bytes::Bytes;
use crypto::SecretBytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use kms::{Clock as _, SystemClock};
use sigv4::{Secret, SignatureError, SignedRequest, parse};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::Outcome;
use crate::process::Process;
use crate::wire::{Target, Who};

/// The word on the command line that makes this program the ceiling.
pub(crate) const COMMAND: &str = "ceiling";
const ACCESS_KEY_ID: &str = "AKIACEILING000000000";
const SECRET: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyzABCD";
/// The same secret with the signing keys that are derived from it, so that they are not for each request.
static KEPT: LazyLock<Secret> = LazyLock::new(|| Secret::new(SecretBytes::copy_of(SECRET)));
/// What is answered.
const ANSWER: &[u8] = &[b'x'; 200];
/// How long the head of a request may take; without a timer the library would do less than it does for Trent.
const HEAD: Duration = Duration::from_mins(1);

/// The ceiling, running.
pub(crate) struct Ceiling {
    pub(crate) process: Process,
    pub(crate) target: Arc<Target>,
}

impl Ceiling {
    pub(crate) fn start() -> Outcome<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg(COMMAND)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let stdout = child.stdout.take().ok_or("the ceiling has no output")?;
        let process = Process::of(child);
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        let address: SocketAddr = line.trim().parse()?;
        let who = Who { access_key_id: ACCESS_KEY_ID.to_owned(), secret: SecretBytes::copy_of(SECRET) };
        Ok(Self { process, target: Target::new(address, Arc::new(who))? })
    }
}

/// Serves until the process that started it is gone.
pub(crate) fn serve() -> Outcome<()> {
    std::thread::spawn(|| {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        writeln!(std::io::stdout(), "{}", listener.local_addr()?)?;
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                accepted = listener.accept() => {
                    let (stream, _) = accepted?;
                    connections.spawn(serve_connection(stream));
                }
                Some(_) = connections.join_next() => {}
            }
        }
    })
}

async fn serve_connection(stream: TcpStream) {
    let _ = stream.set_nodelay(true);
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEAD);
    builder.http2().timer(TokioTimer::new());
    let service = service_fn(|request| async { Ok::<_, Infallible>(answer(request).await) });
    // Whoever measures sees that a connection broke.
    let _ = builder.serve_connection(TokioIo::new(stream), service).await;
}

async fn answer(request: Request<Incoming>) -> Response<Full<Bytes>> {
    let (head, body) = request.into_parts();
    let Ok(body) = body.collect().await else { return status(StatusCode::BAD_REQUEST) };
    let body = body.to_bytes();
    let signed = SignedRequest {
        method: head.method.as_str(),
        path: head.uri.path(),
        query: head.uri.query().unwrap_or_default(),
        headers: &head.headers,
        authority: None,
        body: &body,
    };
    if verify(&signed).is_err() {
        return status(StatusCode::FORBIDDEN);
    }
    let mut response = Response::new(Full::new(Bytes::from_static(ANSWER)));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/x-amz-json-1.1"));
    response
}

fn verify(request: &SignedRequest<'_>) -> Result<(), SignatureError> {
    let presented = parse(request)?;
    presented.check_scope("kms")?;
    presented.check_time(SystemClock.now().seconds())?;
    if presented.access_key_id() != ACCESS_KEY_ID {
        return Err(SignatureError::Mismatch);
    }
    presented.check_signature_of(request, &KEPT)
}

fn status(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = status;
    response
}
