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

use std::pin::pin;
use std::sync::OnceLock;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderName, Request, Response, header};
use http_body_util::Full;
use hyper::body::Incoming;
use sigv4::{Presented, SignatureError};
use tracing::warn;
use uuid::Uuid;

use self::api::Api;
use self::auth::{Claim, Proved};
use self::refusal::Refusal;
use crate::body::{Body, BodyError, Sender};
use crate::contain::contain;
use crate::fronts::access_log::{LogEntry, logged};
use crate::fronts::answer::Answer;
use crate::fronts::{Front, request_id, signed};
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

/// A request on its way through the front.
struct Received<'a> {
    head: Parts,
    api: Api,
    peer: &'a Peer,
    id: Uuid,
    entry: &'a LogEntry,
}

impl Aws<'_> {
    /// Answers a request, whatever it is.
    pub(super) async fn answer(&self, request: Request<Incoming>, peer: &Peer) -> Response<Full<Bytes>> {
        let (id, entry, api) = (request_id::new(), LogEntry::default(), OnceLock::new());
        let responding = pin!(self.respond(request, peer, id, (&entry, &api)));
        let answering = async {
            contain(responding).await.unwrap_or_else(|_| {
                let api = api.get().copied().unwrap_or(Api::Kms);
                api.refuse(&Refusal::Failed("the request ended in a panic".to_owned()), id)
            })
        };
        logged(&entry, peer, id, answering).await.into_response(REQUEST_ID, id)
    }

    /// Answers a request on a connection that there is no room for. Nothing of it is looked at but its form.
    pub(super) async fn refuse(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let id = request_id::new();
        let (head, body) = request.into_parts();
        let api = Api::of(&head, sigv4::parse(&signed(&head, b"")).as_ref());
        self.front.discard_of_refused(&head, body).await;
        api.refuse(&Refusal::NoRoom, id).and_try_again(head.version).into_response(REQUEST_ID, id)
    }

    async fn respond(
        &self,
        request: Request<Incoming>,
        peer: &Peer,
        id: Uuid,
        (entry, found): (&LogEntry, &OnceLock<Api>),
    ) -> Answer {
        let (head, body) = request.into_parts();
        let signature = sigv4::parse(&signed(&head, b""));
        let api = *found.get_or_init(|| Api::of(&head, signature.as_ref()));
        entry.service(api.name());
        let (version, asks_first) = (head.version, head.headers.contains_key(header::EXPECT));
        let received = Received { head, api, peer, id, entry };
        if received.head.headers.len() > MAX_HEADERS {
            return api.refuse(&Refusal::TooManyHeaders, id).closing(version);
        }
        match self.admit(&received, signature).await {
            Ok(Some(claim)) => match self.receive(&received, body, Sender::Known).await {
                Ok(body) => self.call(&received, &body.bytes, claim).await,
                Err(answer) => answer,
            },
            Ok(None) => {
                let Some(_turn) = peer.without_signature() else {
                    let refusal = api.refuse(&Refusal::Body(BodyError::NoRoom), id);
                    drop(received);
                    return Box::pin(self.turn_away(body, asks_first, refusal, version)).await;
                };
                match self.receive(&received, body, Sender::Stranger).await {
                    Ok(body) => Box::pin(self.call_unsigned(&received, &body.bytes)).await,
                    Err(answer) => answer,
                }
            }
            Err(refusal) => {
                let refusal = api.refuse(&refusal, id);
                drop(received);
                Box::pin(self.turn_away(body, asks_first, refusal, version)).await
            }
        }
    }

    async fn receive(
        &self,
        received: &Received<'_>,
        body: Incoming,
        sender: Sender,
    ) -> Result<Body<'_>, Answer> {
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

    /// Judges all that the head of a request tells. Gives who it may be from: whoever has the secret of an access key that is
    /// known, or else anyone, with a token in the body.
    async fn admit(
        &self,
        Received { head, api, .. }: &Received<'_>,
        signature: Result<Presented, SignatureError>,
    ) -> Result<Option<Claim>, Refusal> {
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
            Ok(presented) => Ok(Some(self.claim(presented, *api).await?)),
            Err(SignatureError::Missing) if *api != Api::Kms && query::may_have_a_token(head) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Carries out a request that is signed, if it is truly so.
    async fn call(&self, received: &Received<'_>, body: &Bytes, claim: Claim) -> Answer {
        let Received { head, api, peer, id, entry } = received;
        let Proved { caller, presented } = match claim.prove(&signed(head, body), peer, *id) {
            Ok(proved) => proved,
            Err(refusal) => return api.refuse(&refusal, *id),
        };
        let _in_progress = peer.has_signed();
        let caller = entry.caller(caller);
        let now = self.front.clock.now().seconds();
        let access_key_id = presented.access_key_id();
        let noted = self.front.identities.note_use(access_key_id, api.name(), &caller.region, now).await;
        if let Err(error) = noted {
            // Nothing that is allowed depends on it.
            warn!(%error, "that an access key was used is not written down");
        }
        match api {
            Api::Kms => {
                let done = kms::call(&self.front.kms, caller, &presented, (head, body), entry).await;
                done.map_or_else(|error| kms::failure(&error), kms::success)
            }
            Api::Query(dialect) => {
                Box::pin(query::call(&self.front.iam, caller, (head, body), *dialect, (now, *id), entry))
                    .await
            }
        }
    }

    /// Carries out a request that is not signed, if it is one that needs not be.
    async fn call_unsigned(&self, received: &Received<'_>, body: &Bytes) -> Answer {
        let Received { head, api, peer, id, entry } = received;
        let Api::Query(dialect) = *api else {
            return api.refuse(&Refusal::Signature(SignatureError::Missing), *id);
        };
        let asked = match query::read_unsigned(body, dialect, *id, entry) {
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
