//! A typed client for the KMS API, and the client's side of the import ceremony.
//!
//! [`Client::call`] takes any request of `api` and gives its response, from this project's server or from AWS KMS:
//! one HTTP request, signed with SigV4, with every wait and every answer bounded. [`ceremony`] builds on it what the
//! owner of key material does: choose a wrapping, wrap, hand over, and make sure the key now is the one that was meant.

mod answer;
pub mod ceremony;
mod connection;
mod credentials;
mod endpoint;
mod error;
#[cfg(test)]
mod testing;

use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request};
use http_body_util::Full;

use crate::connection::Connection;
pub use crate::credentials::Credentials;
pub use crate::endpoint::Endpoint;
pub use crate::error::{ClientError, Refusal};

/// The service's name in credential scopes.
const SERVICE: &str = "kms";
/// What precedes an operation's name in `X-Amz-Target` (service model, `targetPrefix`).
const TARGET_PREFIX: &str = "TrentService";
/// How long to wait before another attempt after an answer that says "too many requests". The tightest quota of AWS,
/// one `GetParametersForImport` in four seconds, is met by the sum of these.
const PAUSES: &[Duration] = &[Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4)];

/// A caller of one endpoint in one Region under one identity.
pub struct Client {
    endpoint: Endpoint,
    region: String,
    credentials: Credentials,
    connection: Connection,
    pauses: &'static [Duration],
}

impl Client {
    /// A client of `endpoint` (`http://host:port` or `https://…`, nothing after the host) that signs for `region`.
    ///
    /// Nothing is sent yet. For `https` the trusted certificates of the system are read; the environment variable
    /// `SSL_CERT_FILE` names others in their place.
    pub fn new(endpoint: &str, region: &str, credentials: Credentials) -> Result<Self, ClientError> {
        let endpoint = Endpoint::parse(endpoint)?;
        endpoint::check_region(region)?;
        let connection = Connection::to(&endpoint)?;
        Ok(Self { endpoint, region: region.to_owned(), credentials, connection, pauses: PAUSES })
    }

    /// Where requests go.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Carries out one operation. A request that the service declined for load, and only such a one, is sent again
    /// after a pause; any other failure is the caller's, who knows whether repeating does harm.
    pub async fn call<R: api::Request>(&self, request: &R) -> Result<R::Response, ClientError> {
        let operation = R::SPEC.name;
        let body = serde_json::to_vec(request)
            .map_err(|_| ClientError::Unwritable { operation, reason: "it has no JSON form".to_owned() })?;
        let body = Bytes::from(body);
        let mut pauses = self.pauses.iter();
        loop {
            let answer = self.connection.send(operation, self.signed(operation, body.clone())?).await?;
            match answer.read::<R::Response>(operation) {
                Err(error) if error.is_overload() => match pauses.next() {
                    Some(pause) => tokio::time::sleep(*pause).await,
                    None => return Err(error),
                },
                result => return result,
            }
        }
    }

    fn signed(&self, operation: &'static str, body: Bytes) -> Result<Request<Full<Bytes>>, ClientError> {
        let unwritable = |reason: String| ClientError::Unwritable { operation, reason };
        let target = HeaderValue::from_str(&format!("{TARGET_PREFIX}.{operation}"))
            .map_err(|error| unwritable(error.to_string()))?;
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-amz-json-1.1"));
        headers.insert(HeaderName::from_static("x-amz-target"), target);
        headers.insert(USER_AGENT, HeaderValue::from_static(concat!("trent/", env!("CARGO_PKG_VERSION"))));
        self.credentials
            .signer(&self.region)
            .sign_headers(Method::POST.as_str(), self.endpoint.uri(), &mut headers, &body, now())
            .map_err(|error| unwritable(error.to_string()))?;
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = Method::POST;
        request.uri_mut().clone_from(self.endpoint.uri());
        *request.headers_mut() = headers;
        Ok(request)
    }
}

/// Seconds since the epoch.
#[expect(
    clippy::disallowed_methods,
    reason = "a signature states the real time of the machine that makes it"
)]
fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::{Answer, client_of, credentials, during, listener};

    fn key_list() -> Answer {
        let keys = json!({ "Keys": [{ "KeyId": "1", "KeyArn": "arn:1" }], "Truncated": false });
        Answer::ok(keys.to_string())
    }

    #[tokio::test]
    async fn a_call_is_signed_and_its_answer_read() {
        let (listener, client) = client_of().await;
        let (result, seen) = during(listener, vec![key_list()], client.call(&api::ListKeys::request())).await;
        assert_eq!(result.unwrap().keys.len(), 1);
        assert_eq!(seen, ["TrentService.ListKeys {}"]);
    }

    #[tokio::test]
    async fn a_session_token_is_part_of_the_signature() {
        let (listener, address) = listener().await;
        let mut credentials = credentials();
        credentials.session_token = Some("token/with+signs==".to_owned());
        let client = Client::new(&address, "eu-central-1", credentials).unwrap();
        let (result, _) = during(listener, vec![key_list()], client.call(&api::ListKeys::request())).await;
        assert!(result.is_ok());
    }

    #[tokio::test]
    async fn an_operation_without_an_answer() {
        for body in ["", "{}"] {
            let (listener, client) = client_of().await;
            let request = api::CreateAlias::request("alias/a", "1");
            let (result, _) = during(listener, vec![Answer::ok(body)], client.call(&request)).await;
            assert_eq!(result.unwrap(), api::Empty, "{body:?}");
        }
    }

    #[tokio::test]
    async fn a_refusal_carries_code_message_and_request_id() {
        let (listener, client) = client_of().await;
        let body = json!({ "__type": "com.example#NotFoundException", "Message": "no\u{1b}[31m such key" });
        let answer = Answer { status: 400, request_id: Some("r-1"), body: body.to_string() };
        let (result, _) = during(listener, vec![answer], client.call(&api::DescribeKey::request("k"))).await;
        let error = result.unwrap_err();
        assert_eq!(
            error.to_string(),
            "DescribeKey was refused: NotFoundException: no\u{fffd}[31m such key (request id r-1)"
        );
        assert_eq!(error.code(), Some("NotFoundException"));
    }

    #[tokio::test]
    async fn a_request_declined_for_load_is_repeated_with_a_fresh_signature() {
        let (listener, mut client) = client_of().await;
        client.pauses = &[Duration::ZERO, Duration::ZERO];
        let throttled = || Answer::error(400, "ThrottlingException");
        let busy = Answer::error(503, "ServiceUnavailableException");
        let answers = vec![throttled(), busy, key_list()];
        let (result, seen) = during(listener, answers, client.call(&api::ListKeys::request())).await;
        assert!(result.is_ok());
        assert_eq!(seen.len(), 3);
    }

    #[tokio::test]
    async fn patience_ends() {
        let (listener, mut client) = client_of().await;
        client.pauses = &[Duration::ZERO];
        let answers =
            vec![Answer::error(400, "ThrottlingException"), Answer::error(400, "ThrottlingException")];
        let (result, seen) = during(listener, answers, client.call(&api::ListKeys::request())).await;
        assert_eq!(result.unwrap_err().code(), Some("ThrottlingException"));
        assert_eq!(seen.len(), 2);
    }

    #[tokio::test]
    async fn answers_that_are_none() {
        let cases = [
            (Answer { status: 502, request_id: None, body: "<html>Bad Gateway".into() }, "HTTP status 502"),
            (Answer::ok("<html>hello"), "line 1"),
            (Answer::ok(r#"{"Keys":"s3cret"}"#), "line 1"),
            (Answer::ok("x".repeat(connection::MAX_ANSWER + 1)), "more than"),
            (Answer { status: 307, request_id: None, body: String::new() }, "HTTP status 307"),
        ];
        for (answer, text) in cases {
            let (listener, client) = client_of().await;
            let (result, _) = during(listener, vec![answer], client.call(&api::ListKeys::request())).await;
            let error = result.unwrap_err().to_string();
            assert!(error.contains(text), "{error}");
            assert!(!error.contains("s3cret"), "{error}");
        }
    }

    #[tokio::test]
    async fn nobody_listens() {
        let (listener, client) = client_of().await;
        drop(listener);
        let error = client.call(&api::ListKeys::request()).await.unwrap_err();
        assert!(matches!(error, ClientError::Connect { .. }), "{error}");
        assert!(error.to_string().contains(&client.endpoint().to_string()), "{error}");
    }

    #[tokio::test]
    async fn a_broken_connection_leaves_the_outcome_open() {
        let (listener, client) = client_of().await;
        let hang_up = async {
            let (stream, _) = listener.accept().await.unwrap();
            stream.readable().await.unwrap();
            drop(stream);
            std::future::pending::<()>().await;
        };
        let request = api::ListKeys::request();
        let result =
            tokio::select! { () = hang_up => unreachable!(), result = client.call(&request) => result };
        let error = result.unwrap_err();
        assert!(matches!(error, ClientError::Lost { .. }), "{error}");
    }
}
