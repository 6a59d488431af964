//! Requests signed by hand, so that an attack can sign what no honest client would, and send it byte for byte.

use std::fmt::Write as _;
use std::net::SocketAddr;

use crate::fixture::{Running, exchange};

/// [`crate::fixture::NOW`] as a signature writes it.
pub(super) const DATE: &str = "20261122T120000Z";
const DAY: &str = "20261122";

/// A request of HTTP/1.1: `ListKeys` by the root of 000000000000, with every header signed that it has, unless told
/// otherwise.
#[derive(Clone)]
pub(super) struct Forged {
    pub(super) key: String,
    pub(super) secret: String,
    pub(super) region: String,
    pub(super) service: String,
    /// The names in the list of signed headers.
    pub(super) signed: Vec<String>,
    /// Names in lower case, and values, in the order in which they are sent.
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: String,
}

impl Forged {
    pub(super) fn new(address: SocketAddr) -> Self {
        let [key, secret, region, service, body] =
            ["test", "test", "us-east-1", "kms", "{}"].map(str::to_owned);
        let forged = Self { key, secret, region, service, signed: Vec::new(), headers: Vec::new(), body };
        forged
            .with("content-type", "application/x-amz-json-1.1")
            .with("host", &address.to_string())
            .with("x-amz-date", DATE)
            .with("x-amz-target", "TrentService.ListKeys")
    }

    /// The same with one more header, signed.
    pub(super) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self.signed.push(name.to_owned());
        self.signed.sort();
        self
    }

    /// The same, with `name` left out of the list of signed headers.
    pub(super) fn not_signing(mut self, name: &str) -> Self {
        self.signed.retain(|signed| signed != name);
        self
    }

    /// The same without the header `name`, and without its signature.
    pub(super) fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(sent, _)| sent != name);
        self.not_signing(name)
    }

    /// The request as it is sent. Its connection ends with it.
    pub(super) fn text(&self) -> String {
        let mut text = String::from("POST / HTTP/1.1\r\nconnection: close\r\n");
        for (name, value) in &self.headers {
            text.extend([name, ": ", value, "\r\n"]);
        }
        let length = self.body.len();
        let _ = write!(text, "authorization: {}\r\ncontent-length: {length}\r\n\r\n", self.authorization());
        text + &self.body
    }

    fn authorization(&self) -> String {
        let Self { key, secret, region, service, .. } = self;
        let list = self.signed.join(";");
        let mut canonical = String::from("POST\n/\n\n");
        for name in &self.signed {
            let values: Vec<_> =
                self.headers.iter().filter(|(sent, _)| sent == name).map(|(_, value)| value.trim()).collect();
            let _ = writeln!(canonical, "{name}:{}", values.join(","));
        }
        let _ = write!(canonical, "\n{list}\n{}", hex(&crypto::sha256(self.body.as_bytes())));
        let scope = format!("{DAY}/{region}/{service}/aws4_request");
        let text =
            format!("AWS4-HMAC-SHA256\n{DATE}\n{scope}\n{}", hex(&crypto::sha256(canonical.as_bytes())));
        let mut chain = format!("AWS4{secret}").into_bytes();
        for part in scope.split('/').chain([text.as_str()]) {
            chain = crypto::hmac_sha256(&chain, &[part.as_bytes()]).to_vec();
        }
        let signature = hex(&chain);
        format!("AWS4-HMAC-SHA256 Credential={key}/{scope}, SignedHeaders={list}, Signature={signature}")
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What comes back for bytes sent on a connection of their own, to its end.
pub(super) async fn send(server: &Running, bytes: impl AsRef<[u8]>) -> String {
    exchange(&mut server.connect().await, bytes.as_ref()).await
}

/// Sends, and expects a refusal with this status and, unless it comes from below the API, this code.
pub(super) async fn refused(server: &Running, case: &str, bytes: impl AsRef<[u8]>, status: u16, code: &str) {
    let answer = send(server, bytes).await;
    assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{case}: {answer}");
    assert!(answer.contains(code), "{case}: {answer}");
    assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{case}: {answer}");
}

/// Sends, and expects the answer to `ListKeys`, once.
pub(super) async fn listed(server: &Running, case: &str, bytes: impl AsRef<[u8]>) {
    let answer = send(server, bytes).await;
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains("\"Keys\":["), "{case}: {answer}");
    assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{case}: {answer}");
}
