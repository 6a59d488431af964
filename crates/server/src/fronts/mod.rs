//! The APIs that are spoken. Each family is one folder, which is told by the path of a request; all end at the same
//! [`kms::Kms`] and [`iam::Iam`].

mod answer;
mod aws;
mod caller;
mod huawei;

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
    pub(crate) async fn answer(&self, request: Request<Incoming>, peer: &Peer) -> Response<Full<Bytes>> {
        if huawei::is_for(&request) {
            huawei::Huawei { front: self }.answer(request, peer).await
        } else {
            aws::Aws { front: self }.answer(request, peer).await
        }
    }

    /// Reads the body that follows `head`.
    async fn receive(&self, head: &Parts, body: Incoming, sender: Sender) -> Result<Body, BodyError> {
        let asks_first = head.headers.contains_key(header::EXPECT);
        body::read(body, sender, weight(head), asks_first, &self.room, self.limits.body).await
    }

    /// Lets a body go by that is not wanted; whether it came to its end, so that another request can follow.
    async fn discard(&self, body: Incoming, asks_first: bool) -> bool {
        body::discard(body, asks_first, self.limits.body).await
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
