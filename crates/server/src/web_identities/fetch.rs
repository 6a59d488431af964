//! Fetching a key set: one request, no redirects, bounded in bytes and time.

use std::error::Error as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Request, Uri, header};
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper_rustls::{ConfigBuilderExt as _, HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use iam::web_identity::MAX_JWKS;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use tokio::time::timeout;

use super::WebIdentityError;

/// For all of a fetch: name, connection, answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// What key sets are asked for as: by their own name (RFC 7517, section 8.5.2), and as issuers usually have them.
const ACCEPT: HeaderValue = HeaderValue::from_static("application/jwk-set+json, application/json");

/// What it takes to reach the host of a key set.
pub(super) struct Fetcher {
    client: Client<HttpsConnector<HttpConnector>, Empty<Bytes>>,
}

impl Fetcher {
    /// Trusts the authorities in the PEM file `ca`; without one, those of the system. Unencrypted connections are for
    /// URLs that say so, which the configuration allows on this machine only.
    pub(super) fn new(url: &Uri, ca: Option<&Path>) -> Result<Self, WebIdentityError> {
        let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(std::io::Error::other);
        let no_authorities = |source| WebIdentityError::NoAuthorities { url: url.to_string(), source };
        let config = config.map_err(no_authorities)?;
        let config = match ca {
            Some(path) => config.with_root_certificates(authorities(path)?),
            // Where there is nothing to encrypt, there is nobody to trust.
            None if url.scheme_str() == Some("http") => config.with_root_certificates(RootCertStore::empty()),
            None => config.with_native_roots().map_err(no_authorities)?,
        };
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        let tls = HttpsConnectorBuilder::new().with_tls_config(config.with_no_client_auth());
        let connector = tls.https_or_http().enable_all_versions().wrap_connector(tcp);
        // A connection a fetch: hours lie between two.
        let client = Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build(connector);
        Ok(Self { client })
    }

    /// The body of a successful answer. The error says what is wrong.
    pub(super) async fn get(&self, url: &Uri) -> Result<Vec<u8>, String> {
        let late = || format!("there was no answer within {} seconds", PATIENCE.as_secs());
        timeout(PATIENCE, self.exchange(url)).await.unwrap_or_else(|_| Err(late()))
    }

    async fn exchange(&self, url: &Uri) -> Result<Vec<u8>, String> {
        let mut request = Request::new(Empty::new());
        *request.uri_mut() = url.clone();
        request.headers_mut().insert(header::ACCEPT, ACCEPT);
        let response = self.client.request(request).await.map_err(|error| innermost(&error))?;
        let status = response.status();
        if status.is_redirection() {
            return Err(format!(
                "the answer is {status}, and redirects are not followed: configure where it leads to"
            ));
        }
        if !status.is_success() {
            return Err(format!("the answer is {status}"));
        }
        let body = Limited::new(response.into_body(), MAX_JWKS).collect().await;
        body.map(|body| body.to_bytes().to_vec())
            .map_err(|error| format!("the answer broke off or has more than {MAX_JWKS} bytes: {error}"))
    }
}

fn authorities(path: &Path) -> Result<RootCertStore, WebIdentityError> {
    let unusable = || WebIdentityError::Authority { path: path.to_owned() };
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(path).map_err(|_| unusable())? {
        roots.add(certificate.map_err(|_| unusable())?).map_err(|_| unusable())?;
    }
    if roots.is_empty() { Err(unusable()) } else { Ok(roots) }
}

/// What was at the bottom of a failure.
fn innermost(error: &hyper_util::client::legacy::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(below) = cause.source() {
        cause = below;
    }
    if error.source().is_none() { error.to_string() } else { cause.to_string() }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::sync::Arc;

    use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
    use tokio::net::TcpListener;
    use tokio::task::JoinSet;
    use tokio_rustls::TlsAcceptor;

    use super::*;

    fn data(name: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
    }

    /// A server that answers each connection with the same bytes, and the port it has.
    struct Host {
        port: u16,
        _task: JoinSet<()>,
    }

    async fn host(answer: String, tls: bool) -> Host {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let tls = tls.then(|| crate::tls(&data("localhost.pem"), &data("localhost-key.pem")).unwrap());
        // Only HTTP/1.1 is spoken here.
        let tls = tls.map(|config| {
            let mut config = Arc::unwrap_or_clone(config);
            config.alpn_protocols.clear();
            TlsAcceptor::from(Arc::new(config))
        });
        let mut task = JoinSet::new();
        task.spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                match &tls {
                    // A client that does not trust the certificate ends the handshake.
                    Some(tls) => {
                        if let Ok(stream) = tls.accept(stream).await {
                            reply(stream, &answer).await;
                        }
                    }
                    None => reply(stream, &answer).await,
                }
            }
        });
        Host { port, _task: task }
    }

    async fn reply(mut stream: impl AsyncRead + AsyncWrite + Unpin, answer: &str) {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.unwrap());
        }
        assert!(head.starts_with(b"GET /keys HTTP/1.1\r\n"), "{}", String::from_utf8_lossy(&head));
        drop(stream.write_all(answer.as_bytes()).await);
        drop(stream.shutdown().await);
    }

    fn answer(status: &str, body: &str) -> String {
        format!(
            "HTTP/1.1 {status}\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
    }

    async fn fetched(url: &str, ca: Option<&Path>) -> Result<String, String> {
        let url = url.parse().unwrap();
        let bytes = Fetcher::new(&url, ca).unwrap().get(&url).await?;
        Ok(String::from_utf8(bytes).unwrap())
    }

    #[tokio::test]
    async fn what_a_host_answers() {
        let largest = "a".repeat(MAX_JWKS);
        for (case, answer, expected) in [
            ("a key set", answer("200 OK", "{}"), Ok("{}")),
            ("as large as may be", answer("200 OK", &largest), Ok(largest.as_str())),
            ("larger", answer("200 OK", &"a".repeat(MAX_JWKS + 1)), Err("has more than")),
            ("cut short", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{}".to_owned(), Err("broke off")),
            ("an error", answer("404 Not Found", "{}"), Err("the answer is 404")),
            ("a redirect", answer("302 Found", "{}"), Err("redirects are not followed")),
            ("no HTTP", "hello".to_owned(), Err("")),
        ] {
            let host = host(answer, false).await;
            let found = fetched(&format!("http://127.0.0.1:{}/keys", host.port), None).await;
            match (found, expected) {
                (Ok(found), Ok(expected)) => assert!(found == expected, "{case}"),
                (Err(found), Err(expected)) => assert!(found.contains(expected), "{case}: {found}"),
                (found, _) => panic!("{case}: {:?}", found.map(|text| text.len())),
            }
        }
    }

    #[tokio::test]
    async fn hosts_are_trusted_by_the_authorities_given() {
        let host = host(answer("200 OK", "{}"), true).await;
        let url = format!("https://localhost:{}/keys", host.port);
        let ours = data("localhost.pem");
        assert_eq!(fetched(&url, Some(&ours)).await.as_deref(), Ok("{}"));
        let error = fetched(&url, None).await.unwrap_err();
        assert!(error.contains("certificate"), "{error}");
        let named = format!("https://127.0.0.2:{}/keys", host.port);
        assert!(fetched(&named, Some(&ours)).await.is_err(), "the certificate is of another name");
        let nobody = format!("https://localhost:{}/keys", closed_port().await);
        assert!(fetched(&nobody, Some(&ours)).await.is_err());
    }

    async fn closed_port() -> u16 {
        TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port()
    }

    #[test]
    fn authorities_that_are_none() {
        for name in ["absent.pem", "localhost-key.pem"] {
            let url = Uri::from_static("https://localhost/keys");
            let error = Fetcher::new(&url, Some(&data(name))).err().unwrap().to_string();
            assert!(error.contains(name) && error.contains("PEM"), "{error}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_does_not_answer_is_not_awaited_for_ever() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/keys", listener.local_addr().unwrap());
        let error = fetched(&url, None).await.unwrap_err();
        assert_eq!(error, "there was no answer within 10 seconds");
    }
}
