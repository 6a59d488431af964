//! The KMS API of Huawei Cloud and Open Telekom Cloud, and as much of Keystone (`identity`) as its clients log in with.
//!
//! A request is judged in this order, and the first failure is the answer: the number of headers; whether it may come
//! from where it comes from (`hosts`); who it claims to be from, by an access key that signed it or by a token (`auth`);
//! the body's size; the signature; then the project and what the endpoint has to say. Nothing is done, and nothing told
//! that is not in every copy of the API's documentation, for whoever has not proved who they are. There are two ways in
//! without a proof: the documents that say which versions there are, and logging in, whose proof is in the body; whoever
//! logs in is a stranger until then: room of its own and little of it, one request at a time on a connection.
//!
//! This front translates. What a key is and who may do what with it is decided by [`kms::Kms`], which is told by which
//! API it is asked ([`kms::Dialect`]).

mod answer;
mod auth;
mod code;
mod dates;
mod endpoint;
mod endpoints;
mod failure;
mod identity;
mod key_name;
mod members;
mod names;
mod path;
mod projects;
mod versions;

use std::pin::pin;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderValue, Method, Request, Response, Version, header};
use http_body_util::Full;
use hyper::body::Incoming;
use tracing::warn;
use uuid::Uuid;

use self::auth::{Claim, Proved};
use self::code::Code;
use self::endpoint::Asked;
use self::failure::Failure;
use self::members::Members;
use self::path::Route;
pub use self::projects::{Project, ProjectError, Projects};
use super::access_log::{LogEntry, logged};
use super::answer::Answer;
use super::{Front, NO_ROOM, request_id, signed};
use crate::body::{BodyError, Sender};
use crate::contain::contain;
use crate::hosts;
use crate::limits::MAX_HEADERS;
use crate::peers::Peer;

/// Whether a request is for this front: by its signature, if it has one of this API's; else by its path, of which AWS's
/// APIs have one only. At that one, this API has nothing but the document of its versions.
pub(super) fn is_for<B>(request: &Request<B>) -> bool {
    let (uri, headers) = (request.uri(), request.headers());
    let signature = headers.get(header::AUTHORIZATION).map(HeaderValue::as_bytes);
    match signature {
        Some(signature) if signature.starts_with(b"SDK-") => true,
        _ if uri.path() != "/" => Route::of(uri.path()).is_some(),
        Some(_) => false,
        None => {
            request.method() == Method::GET
                && uri.query().is_none()
                && !headers.contains_key("x-amz-algorithm")
        }
    }
}

/// What clients of Huawei's API are answered.
pub(super) struct Huawei<'a> {
    pub(super) front: &'a Front,
}

/// A request on its way through the front.
struct Received<'a> {
    head: Parts,
    route: Route,
    peer: &'a Peer,
    id: Uuid,
    entry: &'a LogEntry,
}

/// What is answered to a request whose body is not wanted, or not needed.
struct AtOnce(Answer);

impl Huawei<'_> {
    /// Answers a request, whatever it is.
    pub(super) async fn answer(&self, request: Request<Incoming>, peer: &Peer) -> Response<Full<Bytes>> {
        let (id, entry) = (request_id::new(), LogEntry::default());
        entry.service("huawei");
        let is_of_identity = Route::of(request.uri().path()).is_some_and(|route| route.is_of_identity());
        let responding = pin!(self.respond(request, peer, id, &entry));
        let answering = async {
            contain(responding).await.unwrap_or_else(|_| {
                refusal(is_of_identity, &Failure::internal("the request ended in a panic"))
            })
        };
        logged(&entry, peer, id, answering).await.into_response(answer::REQUEST_ID, id)
    }

    /// Answers a request on a connection that there is no room for.
    pub(super) async fn refuse(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let (head, body) = request.into_parts();
        self.front.discard_of_refused(&head, body).await;
        let is_of_identity = Route::of(head.uri.path()).is_some_and(|route| route.is_of_identity());
        let answer = refusal(is_of_identity, &Failure::with(Code::BUSY, NO_ROOM));
        answer.and_try_again(head.version).into_response(answer::REQUEST_ID, request_id::new())
    }

    async fn respond(&self, request: Request<Incoming>, peer: &Peer, id: Uuid, entry: &LogEntry) -> Answer {
        let (head, body) = request.into_parts();
        let (version, asks_first) = (head.version, head.headers.contains_key(header::EXPECT));
        let route = Route::of(head.uri.path()).unwrap_or(Route::Unknown);
        let is_of_identity = route.is_of_identity();
        entry.operation(route.name(&head.method));
        if head.headers.len() > MAX_HEADERS {
            let detail = format!("A request may have {MAX_HEADERS} headers.");
            return refusal(is_of_identity, &Failure::with(Code::TOO_MANY_HEADERS, detail)).closing(version);
        }
        let received = Received { head, route, peer, id, entry };
        let failed = |failure: &Failure| refusal(is_of_identity, failure);
        match self.admit(&received).await {
            Ok(None) => {
                let Some(_turn) = peer.without_signature() else {
                    drop(received);
                    let answer = failed(&Failure::new(Code::BUSY));
                    return self.turn_away(body, asks_first, answer, version).await;
                };
                match self.front.receive(&received.head, body, Sender::Stranger).await {
                    Ok(body) => self.open(&received, &body.bytes).await,
                    Err(error) => failed(&too_much(error)).closing(version),
                }
            }
            Ok(Some(claim)) => match self.front.receive(&received.head, body, Sender::Known).await {
                Ok(body) => {
                    let answered = self.call(&received, &body.bytes, claim).await;
                    answered.unwrap_or_else(|failure| failed(&failure))
                }
                Err(error) => failed(&too_much(error)).closing(version),
            },
            Err(AtOnce(answer)) => {
                drop(received);
                self.turn_away(body, asks_first, answer, version).await
            }
        }
    }

    async fn turn_away(&self, body: Incoming, asks_first: bool, answer: Answer, version: Version) -> Answer {
        if self.front.discard(body, asks_first).await { answer } else { answer.closing(version) }
    }

    /// Judges all that the head of a request tells. None: its proof is in its body.
    async fn admit(
        &self,
        Received { head, route, peer, .. }: &Received<'_>,
    ) -> Result<Option<Claim>, AtOnce> {
        let failed = |failure: Failure| AtOnce(refusal(route.is_of_identity(), &failure));
        if hosts::is_of_a_page(head) {
            let text = "Web pages cannot use this API: requests with an Origin or Sec-Fetch-Site header are not taken.";
            return Err(failed(Failure::with(Code::FORBIDDEN, text)));
        }
        if !self.front.hosts.take(head) {
            let text = "This development server is called by a name of this machine, such as http://localhost. To call \
                        it by another, start it with: trent dev --allow-host <name>";
            return Err(failed(Failure::with(Code::FORBIDDEN, text)));
        }
        match route {
            Route::Versions | Route::Version(_) => return Err(AtOnce(versions::answer(route, head, peer))),
            Route::Identity(path) => match identity::find(&head.method, path) {
                Some(resource) if resource.is_open() => return Ok(None),
                _ => {}
            },
            Route::Kms { .. } | Route::Unknown => {}
        }
        self.claim(head).await.map(Some).map_err(failed)
    }

    /// Carries out what needs no proof, or has it in the body.
    async fn open(&self, Received { head, route, peer, .. }: &Received<'_>, body: &Bytes) -> Answer {
        let Route::Identity(path) = route else { return refusal(false, &Failure::new(Code::KMS_0201)) };
        let Some(resource) = identity::find(&head.method, path) else {
            return refusal(true, &Failure::new(Code::KMS_0201));
        };
        let now = self.front.clock.now().seconds();
        let answer = identity::open(self.front, resource, head, peer, body, now).await;
        if answer.code().is_none() && head.method == Method::POST {
            // A password is as good as a signature.
            drop(peer.has_signed());
        }
        answer
    }

    /// Carries out a request of somebody who can prove who they are.
    async fn call(&self, received: &Received<'_>, body: &Bytes, claim: Claim) -> Result<Answer, Failure> {
        let Received { head, route, peer, id, entry } = received;
        let proved = claim.prove(&signed(head, body))?;
        let _in_progress = peer.has_signed();
        let now = self.front.clock.now().seconds();
        match route {
            Route::Versions | Route::Version(_) => Ok(versions::answer(route, head, peer)),
            Route::Unknown => Err(Failure::new(Code::KMS_0201)),
            Route::Identity(path) => {
                let caller = entry.caller(proved.caller(&self.region_of(&proved), head, peer, *id)?);
                self.note(&proved, &caller.region, now).await;
                let Some(resource) = identity::find(&head.method, path) else {
                    return Ok(identity::failure(404, "There is nothing at this path."));
                };
                let who = identity::Who { caller, logged_in: proved.logged_in.as_deref() };
                Ok(identity::call(self.front, resource, &who, head, now).await)
            }
            Route::Kms { project, .. } => {
                let project = proved.project(&self.front.projects, project, head)?;
                let caller = entry.caller(proved.caller(&project.region, head, peer, *id)?);
                self.note(&proved, &caller.region, now).await;
                let (endpoint, segments) = endpoint::find(&head.method, route)?;
                let members = Members::of(&project, head, body)?;
                let asked = Asked {
                    kms: &self.front.kms,
                    caller,
                    project: &project,
                    projects: &self.front.projects,
                    members: &members,
                    endpoint,
                    segments,
                };
                (endpoint.call)(&asked).await.map(Answer::of)
            }
        }
    }

    /// A Region for whoever asks nothing of keys: the first that one of their projects is in.
    fn region_of(&self, proved: &Proved) -> String {
        let projects = self.front.projects.of_account(&proved.principal.account);
        projects.into_iter().next().map(|project| project.region).unwrap_or_default()
    }

    /// Writes down that an access key was used.
    async fn note(&self, proved: &Proved, region: &str, now: i64) {
        let Some(access_key_id) = &proved.access_key_id else { return };
        if let Err(error) = self.front.identities.note_use(access_key_id, "kms", region, now).await {
            // Nothing that is allowed depends on it.
            warn!(%error, "that an access key was used is not written down");
        }
    }
}

/// The answer to a request that no endpoint saw.
fn refusal(is_of_identity: bool, failure: &Failure) -> Answer {
    if is_of_identity {
        // Keystone's clients log in again after a 401, and only then.
        let no_proof = [Code::KMS_0301, Code::KMS_0302, Code::KMS_0303].contains(&failure.code());
        let status = if no_proof { 401 } else { failure.status() };
        identity::failure(status, &failure.message()).failed(failure.code().name())
    } else {
        Answer::failure(failure)
    }
}

fn too_much(error: BodyError) -> Failure {
    match error {
        BodyError::TooLarge(_) => Failure::new(Code::KMS_0203),
        BodyError::TooSlow => Failure::with(Code::TIMEOUT, error.to_string()),
        BodyError::Broken => Failure::with(Code::KMS_0202, error.to_string()),
        BodyError::NoRoom => Failure::with(Code::BUSY, error.to_string()),
    }
}
