//! HTTP, with every wait and every length bounded.

use std::error::Error;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{Client, Error as SendError};
use hyper_util::rt::TokioExecutor;

use crate::answer::Answer;
use crate::{ClientError, Endpoint};

/// How long a TCP connection may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a call may take in all: a server that makes a 4096-bit RSA key for the answer may need some seconds.
const CALL_TIMEOUT: Duration = Duration::from_mins(1);
/// Largest answer read, in bytes. The largest of the API, a list of 1000 key materials, has about a third of it.
pub(crate) const MAX_ANSWER: usize = 2 * 1024 * 1024;

/// Plain HTTP has its own client, so that it never needs certificates.
enum Transport {
    Plain(Client<HttpConnector, Full<Bytes>>),
    Tls(Client<HttpsConnector<HttpConnector>, Full<Bytes>>),
}

/// Connections to one endpoint, kept for the next call.
pub(crate) struct Connection {
    transport: Transport,
    endpoint: String,
}

impl Connection {
    pub(crate) fn to(endpoint: &Endpoint) -> Result<Self, ClientError> {
        let mut tcp = HttpConnector::new();
        tcp.set_connect_timeout(Some(CONNECT_TIMEOUT));
        tcp.set_nodelay(true);
        let client = Client::builder(TokioExecutor::new());
        let transport = if endpoint.tls() {
            tcp.enforce_http(false);
            let tls = HttpsConnectorBuilder::new().with_native_roots().map_err(ClientError::Certificates)?;
            Transport::Tls(client.build(tls.https_only().enable_all_versions().wrap_connector(tcp)))
        } else {
            Transport::Plain(client.build(tcp))
        };
        Ok(Self { transport, endpoint: endpoint.to_string() })
    }

    /// Sends one request and reads its answer to the end.
    pub(crate) async fn send(
        &self,
        operation: &'static str,
        request: Request<Full<Bytes>>,
    ) -> Result<Answer, ClientError> {
        tokio::time::timeout(CALL_TIMEOUT, self.exchange(operation, request)).await.unwrap_or_else(|_| {
            Err(ClientError::Timeout { operation, endpoint: self.endpoint.clone(), limit: CALL_TIMEOUT })
        })
    }

    async fn exchange(
        &self,
        operation: &'static str,
        request: Request<Full<Bytes>>,
    ) -> Result<Answer, ClientError> {
        let response = match &self.transport {
            Transport::Plain(client) => client.request(request).await,
            Transport::Tls(client) => client.request(request).await,
        };
        let response: Response<Incoming> = response.map_err(|error| self.unsent(operation, &error))?;
        let (head, body) = response.into_parts();
        let body = Limited::new(body, MAX_ANSWER).collect().await.map_err(|error| {
            if error.is::<http_body_util::LengthLimitError>() {
                let reason = format!("it has more than {MAX_ANSWER} bytes");
                ClientError::BadAnswer { operation, reason }
            } else {
                self.lost(operation, innermost(error.as_ref()))
            }
        })?;
        Ok(Answer { status: head.status, headers: head.headers, body: body.to_bytes() })
    }

    fn unsent(&self, operation: &'static str, error: &SendError) -> ClientError {
        let reason = innermost(error);
        if error.is_connect() {
            ClientError::Connect { endpoint: self.endpoint.clone(), reason }
        } else {
            self.lost(operation, reason)
        }
    }

    fn lost(&self, operation: &'static str, reason: String) -> ClientError {
        ClientError::Lost { operation, endpoint: self.endpoint.clone(), reason }
    }
}

/// The cause at the end of the chain, which is the one that says something: "connection refused" rather than
/// "client error".
fn innermost(error: &(dyn Error + 'static)) -> String {
    let mut cause = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}
