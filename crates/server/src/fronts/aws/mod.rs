//! The AWS KMS API: JSON 1.1 over `POST /`, the operation in `X-Amz-Target`, the caller in the signature.
//!
//! A request is judged in this order, and the first failure is the answer: method and path; the body's size; the
//! signature (`auth`); the operation (`target`); the content type; then all that [`kms`] has to say. The signature
//! comes before the operation so that a stranger learns nothing but that they must sign.

mod answer;
mod auth;
mod members;
mod target;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use api::{Error, ErrorCode};
use bytes::Bytes;
use http::request::Parts;
use http::{Method, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use iam::Identities;
use kms::{Clock, Kms};
use sigv4::{Placement, SignedRequest};
use tokio::sync::Semaphore;
use tracing::{Instrument as _, Span, error, field, info, info_span};
use uuid::Uuid;

use self::answer::Answer;
use crate::body::{self, BodyError};
use crate::contain::contain;
use crate::limits::{Limits, MAX_BODIES};

/// The only path of the API.
const PATH: &str = "/";

/// The AWS front of a server.
pub(crate) struct Front {
    kms: Arc<Kms>,
    identities: Arc<Identities>,
    clock: Arc<dyn Clock>,
    regions: Vec<String>,
    /// One permit for each byte that all request bodies together may have.
    room: Arc<Semaphore>,
    pub(crate) limits: Limits,
}

impl Front {
    pub(crate) fn new(
        kms: Arc<Kms>,
        identities: Arc<Identities>,
        clock: Arc<dyn Clock>,
        regions: Vec<String>,
        limits: Limits,
    ) -> Self {
        Self { kms, identities, clock, regions, room: Arc::new(Semaphore::new(MAX_BODIES)), limits }
    }

    /// Answers a request, whatever it is.
    pub(crate) async fn answer(&self, request: Request<Incoming>, peer: SocketAddr) -> Response<Full<Bytes>> {
        let id = Uuid::new_v4();
        let empty = field::Empty;
        let span = info_span!("request", %id, %peer, operation = empty, account = empty, region = empty);
        async {
            let began = Instant::now();
            let answer = contain(self.respond(request, peer)).await.unwrap_or_else(|_| {
                error!("the request ended in a panic");
                Answer::failure(&Error::internal("panic"))
            });
            let (status, code) = (answer.status.as_u16(), answer.code.map(ErrorCode::as_str));
            let micros = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
            info!(status, code, micros, "answered");
            answer.into_response(id)
        }
        .instrument(span)
        .await
    }

    async fn respond(&self, request: Request<Incoming>, peer: SocketAddr) -> Answer {
        let (head, body) = request.into_parts();
        if head.uri.path() != PATH {
            let text = format!(
                "There is nothing at this path. The AWS KMS API is at {PATH}: give SDKs the endpoint URL without a path."
            );
            return Answer::misplaced(StatusCode::NOT_FOUND, &text);
        }
        if head.method != Method::POST {
            let text = "This is the endpoint of an AWS KMS API, which takes POST requests. Try: aws kms list-keys --endpoint-url <this URL>";
            return Answer::misplaced(StatusCode::METHOD_NOT_ALLOWED, text);
        }
        let body = match body::read(&head.headers, body, &self.room, self.limits.body).await {
            Ok(body) => body,
            Err(reason) => return Answer::failure(&refused(reason)).closing(head.version),
        };
        match self.call(&head, &body.bytes, peer).await {
            Ok(output) => Answer::success(output),
            Err(error) => {
                if let Some(cause) = error.cause() {
                    error!(cause, "the request failed");
                }
                Answer::failure(&error)
            }
        }
    }

    async fn call(&self, head: &Parts, body: &Bytes, peer: SocketAddr) -> Result<Vec<u8>, Error> {
        let request = SignedRequest {
            method: head.method.as_str(),
            path: head.uri.path(),
            query: head.uri.query().unwrap_or_default(),
            headers: &head.headers,
            authority: head.uri.authority().map(http::uri::Authority::as_str),
            body,
        };
        let (caller, placement) = self.authenticate(&request, peer.ip()).await?;
        let span = Span::current();
        span.record("account", &caller.account).record("region", &caller.region);
        let entry = target::find(&head.headers)?;
        span.record("operation", entry.spec.name);
        let input = match placement {
            Placement::Query if body.is_empty() => members::from_query(request.query, entry.spec)?,
            _ => {
                target::check_content_type(&head.headers)?;
                body.clone()
            }
        };
        (entry.call)(&self.kms, &caller, input).await
    }
}

fn refused(reason: BodyError) -> Error {
    let (code, text) = match reason {
        BodyError::TooLarge => {
            let text = format!("HTTP content length exceeded {} bytes.", api::limits::MAX_BODY);
            (ErrorCode::RequestEntityTooLarge, text)
        }
        BodyError::TooSlow => {
            (ErrorCode::RequestTimeout, "The request body did not arrive in time. Send it again.".to_owned())
        }
        BodyError::Broken => {
            (ErrorCode::Serialization, "The request body ended before its end. Send it again.".to_owned())
        }
        BodyError::NoRoom => (
            ErrorCode::ServiceUnavailable,
            "Too many requests are being received. Try again later.".to_owned(),
        ),
    };
    Error::new(code, text)
}
