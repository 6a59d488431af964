//! The AWS APIs: KMS in JSON (`kms`), IAM and STS in the Query protocol (`query`), all at one path and with one kind of
//! signature, whose scope says which of them a request is for.
//!
//! A request is judged in this order, and the first failure is the answer: the number of headers; path and method;
//! whether it may come from where it comes from (`hosts`); who it claims to be from (`auth`); the body's size; the
//! signature (`auth`); then what the API has to say about it. All that the head tells comes before the body, so that
//! nobody holds memory who does not name an access key of ours; and the signature comes before the operation, so that a
//! stranger learns nothing but that they must sign.
//!
//! There is one way in without a signature: an action whose proof is a token in its body (`AssumeRoleWithWebIdentity`).
//! Until the token is proved, its sender is a stranger: room of its own and little of it, one request at a time on a
//! connection, and nothing that keeps the connection.

mod api;
mod auth;
mod kms;
mod query;
mod refusal;

use std::sync::OnceLock;
use std::time::Instant;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderName, Request, Response, header};
use http_body_util::Full;
use hyper::body::Incoming;
use sigv4::{Presented, SignatureError};
use tracing::{Instrument as _, Span, field, info, info_span, warn};
use uuid::Uuid;

use self::api::Api;
use self::auth::{Claim, Proved};
use self::refusal::Refusal;
use crate::body::{Body, BodyError, Sender};
use crate::contain::contain;
use crate::fronts::answer::Answer;
use crate::fronts::caller::tell;
use crate::fronts::{Front, signed};
use crate::hosts;
use crate::limits::MAX_HEADERS;
use crate::peers::Peer;

/// Where the id of a request is told.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
/// The only path of the APIs.
const PATH: &str = "/";

/// What clients of AWS are answered.
pub(super) struct Aws<'a> {
    pub(super) front: &'a Front,
}

/// Who a request may be from.
enum Entrant {
    /// Whoever has the secret of an access key that is known.
    Claimed(Box<Claim>),
    /// Anyone, with a token in the body.
    Stranger,
}

/// A request on its way through the front.
struct Received<'a> {
    head: Parts,
    api: Api,
    peer: &'a Peer,
    id: Uuid,
}

impl Aws<'_> {
    /// Answers a request, whatever it is.
    pub(super) async fn answer(&self, request: Request<Incoming>, peer: &Peer) -> Response<Full<Bytes>> {
        let id = Uuid::new_v4();
        let empty = field::Empty;
        let span = info_span!(
            "request", %id, peer = %peer.address, service = empty, operation = empty, account = empty,
            principal = empty, region = empty
        );
        async {
            let began = Instant::now();
            let api = OnceLock::new();
            let answer = contain(self.respond(request, peer, id, &api)).await.unwrap_or_else(|_| {
                let api = api.get().copied().unwrap_or(Api::Kms);
                api.refuse(&Refusal::Failed("the request ended in a panic".to_owned()), id)
            });
            let (status, code) = (answer.status(), answer.code());
            let micros = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
            info!(status, code, micros, "answered");
            answer.into_response(REQUEST_ID, id)
        }
        .instrument(span)
        .await
    }

    async fn respond(
        &self,
        request: Request<Incoming>,
        peer: &Peer,
        id: Uuid,
        found: &OnceLock<Api>,
    ) -> Answer {
        let (head, body) = request.into_parts();
        let signature = sigv4::parse(&signed(&head, b""));
        let api = *found.get_or_init(|| Api::of(&head, signature.as_ref()));
        Span::current().record("service", api.name());
        let (version, asks_first) = (head.version, head.headers.contains_key(header::EXPECT));
        let received = Received { head, api, peer, id };
        if received.head.headers.len() > MAX_HEADERS {
            return api.refuse(&Refusal::TooManyHeaders, id).closing(version);
        }
        match self.admit(&received, signature).await {
            Ok(Entrant::Claimed(claim)) => match self.receive(&received, body, Sender::Known).await {
                Ok(body) => self.call(&received, &body.bytes, *claim).await,
                Err(answer) => answer,
            },
            Ok(Entrant::Stranger) => {
                let Some(_turn) = peer.without_signature() else {
                    let refusal = api.refuse(&Refusal::Body(BodyError::NoRoom), id);
                    drop(received);
                    return self.turn_away(body, asks_first, refusal, version).await;
                };
                match self.receive(&received, body, Sender::Stranger).await {
                    Ok(body) => self.call_unsigned(&received, &body.bytes).await,
                    Err(answer) => answer,
                }
            }
            Err(refusal) => {
                let refusal = api.refuse(&refusal, id);
                drop(received);
                self.turn_away(body, asks_first, refusal, version).await
            }
        }
    }

    async fn receive(&self, received: &Received<'_>, body: Incoming, sender: Sender) -> Result<Body, Answer> {
        let Received { head, api, id, .. } = received;
        let body = self.front.receive(head, body, sender).await;
        body.map_err(|reason| api.refuse(&Refusal::Body(reason), *id).closing(head.version))
    }

    /// The answer to a request whose body is not wanted.
    async fn turn_away(
        &self,
        body: Incoming,
        asks_first: bool,
        refusal: Answer,
        version: http::Version,
    ) -> Answer {
        if self.front.discard(body, asks_first).await { refusal } else { refusal.closing(version) }
    }

    /// Judges all that the head of a request tells.
    async fn admit(
        &self,
        Received { head, api, .. }: &Received<'_>,
        signature: Result<Presented, SignatureError>,
    ) -> Result<Entrant, Refusal> {
        if head.uri.path() != PATH {
            return Err(Refusal::Path);
        }
        if !api.takes(&head.method) {
            return Err(Refusal::Method);
        }
        if hosts::is_of_a_page(head) {
            return Err(Refusal::WebPage);
        }
        if !self.front.hosts.take(head) {
            return Err(Refusal::Host);
        }
        match signature {
            Ok(presented) => {
                let claim = self.claim(presented, *api).await?;
                Ok(Entrant::Claimed(Box::new(claim)))
            }
            Err(SignatureError::Missing) if *api != Api::Kms && query::may_have_a_token(head) => {
                Ok(Entrant::Stranger)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Carries out a request that is signed, if it is truly so.
    async fn call(&self, received: &Received<'_>, body: &Bytes, claim: Claim) -> Answer {
        let Received { head, api, peer, id } = received;
        let Proved { caller, placement, access_key_id } = match claim.prove(&signed(head, body), peer, *id) {
            Ok(proved) => proved,
            Err(refusal) => return api.refuse(&refusal, *id),
        };
        let _in_progress = peer.has_signed();
        tell(&caller);
        let now = self.front.clock.now().seconds();
        let noted = self.front.identities.note_use(&access_key_id, api.name(), &caller.region, now).await;
        if let Err(error) = noted {
            // Nothing that is allowed depends on it.
            warn!(%error, "that an access key was used is not written down");
        }
        match api {
            Api::Kms => match kms::call(&self.front.kms, &caller, placement, head, body).await {
                Ok(body) => kms::success(body),
                Err(error) => kms::failure(&error),
            },
            Api::Query(dialect) => {
                query::call(&self.front.iam, &caller, (head, body), *dialect, (now, *id)).await
            }
        }
    }

    /// Carries out a request that is not signed, if it is one that needs not be.
    async fn call_unsigned(&self, received: &Received<'_>, body: &Bytes) -> Answer {
        let Received { head, api, peer, id } = received;
        let Api::Query(dialect) = *api else {
            return api.refuse(&Refusal::Signature(SignatureError::Missing), *id);
        };
        let asked = match query::read_unsigned(body, dialect, *id) {
            Ok(asked) => asked,
            Err(answer) => return answer,
        };
        let caller = match auth::stranger(&head.headers, peer, *id) {
            Ok(caller) => caller,
            Err(refusal) => return api.refuse(&refusal, *id),
        };
        let now = self.front.clock.now().seconds();
        let answer = query::carry_out(&self.front.iam, &caller, asked, dialect, (now, *id)).await;
        if answer.code().is_none() {
            // The token was as good as a signature.
            drop(peer.has_signed());
        }
        answer
    }
}
