//! The APIs that are spoken. Each family is one folder, which is told by the path of a request; all end at the same
//! [`kms::Kms`] and [`iam::Iam`].

mod access_log;
mod answer;
mod aws;
mod caller;
mod huawei;
mod request_id;

use std::sync::Arc;

use bytes::Bytes;
use http::request::Parts;
use http::{Request, Response, header};
use http_body_util::Full;
use hyper::body::Incoming;
use iam::{Iam, Identities};
use kms::{Clock, Kms};
use sigv4::SignedRequest;

pub use self::huawei::{Project, ProjectError, Projects};
use crate::body::{self, Body, BodyError, Room, Sender};
use crate::hosts::Hosts;
use crate::limits::Limits;
use crate::peers::Peer;

/// What a client is told whose connection is one too many.
const NO_ROOM: &str = "Too many connections are open. Try again later.";

/// What all fronts of a server work with.
pub(crate) struct Front {
    pub(crate) kms: Arc<Kms>,
    pub(crate) iam: Arc<Iam>,
    pub(crate) identities: Arc<Identities>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) hosts: Hosts,
    pub(crate) projects: Projects,
    pub(crate) room: Room,
    pub(crate) limits: Limits,
}

impl Front {
    /// Answers a request, whatever it is.
    ///
    /// What this returns is moved to where it stays when a request begins. So what few requests need, here and in all that
    /// is awaited below, is boxed.
    pub(crate) async fn answer(&self, request: Request<Incoming>, peer: &Peer) -> Response<Full<Bytes>> {
        if huawei::is_for(&request) {
            Box::pin(huawei::Huawei { front: self }.answer(request, peer)).await
        } else {
            aws::Aws { front: self }.answer(request, peer).await
        }
    }

    /// Answers a request on a connection that there is no room for.
    pub(crate) async fn refuse(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        if huawei::is_for(&request) {
            huawei::Huawei { front: self }.refuse(request).await
        } else {
            aws::Aws { front: self }.refuse(request).await
        }
    }

    /// Reads the body that follows `head`.
    async fn receive(&self, head: &Parts, body: Incoming, sender: Sender) -> Result<Body<'_>, BodyError> {
        let asks_first = head.headers.contains_key(header::EXPECT);
        body::read(body, sender, weight(head), asks_first, &self.room, self.limits.body).await
    }

    /// Lets a body go by that is not wanted; whether it came to its end, so that another request can follow.
    async fn discard(&self, body: Incoming, asks_first: bool) -> bool {
        body::discard(body, asks_first, self.limits.body).await
    }

    /// The same on a connection that there is no room for: there must be time left for the answer.
    async fn discard_of_refused(&self, head: &Parts, body: Incoming) {
        let asks_first = head.headers.contains_key(header::EXPECT);
        body::discard(body, asks_first, self.limits.turning_away / 2).await;
    }
}

/// A request as its signature sees it.
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
    headers + head.uri.path().len() + head.uri.query().map_or(0, str::len)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Most bytes of what stands for a request while it is answered. Ours: a part of what the fastest memory holds.
    const MAX_FUTURE: usize = 8 * 1024;

    fn answer<'a>(
        front: &'a Front,
        request: Request<Incoming>,
        peer: &'a Peer,
    ) -> impl Future<Output = Response<Full<Bytes>>> {
        front.answer(request, peer)
    }

    fn size_of_future<A, B, C, F>(_: fn(A, B, C) -> F) -> usize {
        size_of::<F>()
    }

    #[test]
    fn a_request_is_moved_cheaply_when_it_begins() {
        let size = size_of_future(answer);
        assert!(size <= MAX_FUTURE, "{size} bytes");
    }
}
