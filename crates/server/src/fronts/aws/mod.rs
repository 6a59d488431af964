//! The AWS KMS API: JSON 1.1 over `POST /`, the operation in `X-Amz-Target`, the caller in the signature.
//!
//! A request is judged in this order, and the first failure is the answer: the number of headers; path and method;
//! whether it may come from where it comes from (`hosts`); who it claims to be from (`auth`); the body's size; the
//! signature (`auth`); the operation (`target`); the content type; then all that [`kms`] has to say. All that the head
//! tells comes before the body, so that nobody holds memory who does not name an access key of ours; and the signature
//! comes before the operation, so that a stranger learns nothing but that they must sign.

mod answer;
mod auth;
mod members;
mod target;

use std::sync::Arc;
use std::time::Instant;

use api::{Error, ErrorCode};
use bytes::Bytes;
use http::request::Parts;
use http::{Method, Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper::body::Incoming;
use iam::Identities;
use kms::{Clock, Kms};
use sigv4::{Placement, SignedRequest};
use tracing::{Instrument as _, Span, error, field, info, info_span};
use uuid::Uuid;

use self::answer::Answer;
use self::auth::Claim;
use crate::body::{self, BodyError, Room};
use crate::contain::contain;
use crate::hosts::{self, Hosts};
use crate::limits::{Limits, MAX_HEADERS};
use crate::peers::Peer;

/// The only path of the API.
const PATH: &str = "/";

/// The AWS front of a server.
pub(crate) struct Front {
    kms: Arc<Kms>,
    identities: Arc<Identities>,
    clock: Arc<dyn Clock>,
    hosts: Hosts,
    room: Room,
    pub(crate) limits: Limits,
}

impl Front {
    pub(crate) fn new(
        kms: Arc<Kms>,
        identities: Arc<Identities>,
        clock: Arc<dyn Clock>,
        hosts: Hosts,
        limits: Limits,
    ) -> Self {
        Self { kms, identities, clock, hosts, room: Room::new(&limits), limits }
    }

    /// Answers a request, whatever it is.
    pub(crate) async fn answer(&self, request: Request<Incoming>, peer: &Peer) -> Response<Full<Bytes>> {
        let id = Uuid::new_v4();
        let empty = field::Empty;
        let span = info_span!("request", %id, peer = %peer.address, operation = empty, account = empty, region = empty);
        async {
            let began = Instant::now();
            let answer = contain(self.respond(request, peer, id)).await.unwrap_or_else(|_| {
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

    async fn respond(&self, request: Request<Incoming>, peer: &Peer, id: Uuid) -> Answer {
        let (head, body) = request.into_parts();
        let version = head.version;
        if head.headers.len() > MAX_HEADERS {
            return Answer::too_many_headers().closing(version);
        }
        let asks_first = head.headers.contains_key(header::EXPECT);
        let claim = match self.admit(&head).await {
            Ok(claim) => claim,
            Err(refusal) => {
                drop(head);
                let at_its_end = body::discard(body, asks_first, self.limits.body).await;
                return if at_its_end { refusal } else { refusal.closing(version) };
            }
        };
        let body = match body::read(body, weight(&head), asks_first, &self.room, self.limits.body).await {
            Ok(body) => body,
            Err(reason) => return Answer::failure(&refused(reason)).closing(version),
        };
        self.call(&head, &body.bytes, claim, peer, id).await.map_or_else(failed, Answer::success)
    }

    /// Judges all that the head of a request tells.
    async fn admit(&self, head: &Parts) -> Result<Claim, Answer> {
        if head.uri.path() != PATH {
            let text = format!(
                "There is nothing at this path. The AWS KMS API is at {PATH}: give SDKs the endpoint URL without a path."
            );
            return Err(Answer::misplaced(StatusCode::NOT_FOUND, &text));
        }
        if head.method != Method::POST {
            let text = "This is the endpoint of an AWS KMS API, which takes POST requests. Try: aws kms list-keys --endpoint-url <this URL>";
            return Err(Answer::misplaced(StatusCode::METHOD_NOT_ALLOWED, text));
        }
        if hosts::is_of_a_page(head) {
            let text = "Web pages cannot use this API: requests with an Origin or Sec-Fetch-Site header are not taken.";
            return Err(failed(Error::new(ErrorCode::AccessDenied, text)));
        }
        if !self.hosts.take(head) {
            let text = "This development server is called by a name of this machine, such as http://localhost or \
                        http://127.0.0.1. To call it by another, start it with: trent dev --allow-host <name>";
            return Err(failed(Error::new(ErrorCode::AccessDenied, text)));
        }
        self.claim(&signed(head, b"")).await.map_err(failed)
    }

    async fn call(
        &self,
        head: &Parts,
        body: &Bytes,
        claim: Claim,
        peer: &Peer,
        id: Uuid,
    ) -> Result<Vec<u8>, Error> {
        let request = signed(head, body);
        let (caller, placement) = claim.prove(&request, peer.address.ip(), id)?;
        let _in_progress = peer.has_signed();
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

fn signed<'a>(head: &'a Parts, body: &'a [u8]) -> SignedRequest<'a> {
    SignedRequest {
        method: head.method.as_str(),
        path: head.uri.path(),
        query: head.uri.query().unwrap_or_default(),
        headers: &head.headers,
        authority: head.uri.authority().map(http::uri::Authority::as_str),
        body,
    }
}

/// About how many bytes of memory a head takes.
fn weight(head: &Parts) -> usize {
    let headers: usize = head.headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    headers + head.uri.query().map_or(0, str::len)
}

/// The answer to an error, whose cause is for the log only.
#[expect(clippy::needless_pass_by_value, reason = "it is handed to map_err")]
fn failed(error: Error) -> Answer {
    if let Some(cause) = error.cause() {
        error!(cause, "the request failed");
    }
    Answer::failure(&error)
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
