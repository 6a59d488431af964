//! As much of Keystone v3 as clients of OpenStack log in with, and look up what they need for it: tokens, projects and
//! the catalog of services (OpenStack Identity API v3; IAM API reference of Open Telekom Cloud).
//!
//! Users are those of IAM, a domain is an account, a role says nothing: what somebody may do, policies say. What is told
//! here to whoever proved who they are is about their own account alone. Addresses in answers are those by which the
//! client called; they are its own view, and nothing here goes by them.

mod address;
mod answer;
mod catalog;
mod log_in;
mod lookups;
mod request;
mod token;

use http::Method;
use http::request::Parts;
use iam::LoggedIn;
use kms::Caller;
use serde_json::{Value, json};

pub(super) use self::address::base;
use self::answer::Refused;
pub(super) use self::answer::failure;
use crate::fronts::Front;
use crate::fronts::answer::Answer;
use crate::peers::Peer;

/// The version of Keystone's API that this is a part of, and its date: older than all that is not here.
const VERSION: &str = "v3.6";
const UPDATED: &str = "2016-04-04T00:00:00Z";

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Resource {
    /// The version there is.
    Version,
    /// A new token.
    LogIn,
    /// What a token is for.
    Token,
    /// The end of a token.
    Revocation,
    /// The projects of the account.
    Projects,
    /// The account.
    Domains,
    /// The services with their endpoints.
    Catalog,
    /// The services alone.
    Services,
    /// The endpoints alone.
    Endpoints,
}

impl Resource {
    /// Whether it is for everybody, or for whoever has the proof in the body.
    pub(super) fn is_open(self) -> bool {
        matches!(self, Self::Version | Self::LogIn)
    }
}

/// What a request with this method is for, at a path without a slash at its end.
pub(super) fn find(method: &Method, path: &str) -> Option<Resource> {
    let reads = method == Method::GET || method == Method::HEAD;
    match path.strip_prefix("/v3")? {
        "" if reads => Some(Resource::Version),
        "/auth/tokens" if method == Method::POST => Some(Resource::LogIn),
        "/auth/tokens" if method == Method::DELETE => Some(Resource::Revocation),
        "/auth/tokens" if reads => Some(Resource::Token),
        "/projects" | "/auth/projects" if reads => Some(Resource::Projects),
        "/domains" | "/auth/domains" if reads => Some(Resource::Domains),
        "/auth/catalog" if reads => Some(Resource::Catalog),
        "/services" if reads => Some(Resource::Services),
        "/endpoints" if reads => Some(Resource::Endpoints),
        _ => None,
    }
}

/// Who asks, which has been proved.
pub(super) struct Who<'a> {
    /// As policies know them.
    pub(super) caller: &'a Caller,
    /// Their token, unless they signed.
    pub(super) logged_in: Option<&'a LoggedIn>,
}

/// Answers a request for what is [open](Resource::is_open), at `now` (seconds since the epoch).
pub(super) async fn open(
    front: &Front,
    resource: Resource,
    head: &Parts,
    peer: &Peer,
    body: &[u8],
    now: i64,
) -> Answer {
    let base = base(head, peer.has_tls);
    match resource {
        Resource::LogIn => {
            log_in::answer(front, head, &base, body, now).await.unwrap_or_else(Refused::into_answer)
        }
        _ => Answer::success(version(&base)),
    }
}

/// Answers a request of somebody who has proved who they are, at `now` (seconds since the epoch).
pub(super) async fn call(front: &Front, resource: Resource, who: &Who<'_>, head: &Parts, now: i64) -> Answer {
    let base = base(head, who.caller.secure_transport);
    let answered = match resource {
        Resource::Version | Resource::LogIn => Ok(Answer::success(version(&base))),
        Resource::Token => token::describe(front, who, head, &base, now).await,
        Resource::Revocation => Err(Refused::new(
            501,
            "A token cannot be ended alone: it ends after 24 hours, or when the password or access key that it was made \
             with is changed or deleted.",
        )),
        Resource::Projects | Resource::Domains => lookups::answer(front, resource, who, head, &base).await,
        Resource::Catalog | Resource::Services | Resource::Endpoints => {
            catalog::answer(front, resource, who, head, &base)
        }
    };
    answered.unwrap_or_else(Refused::into_answer)
}

fn version(base: &str) -> Value {
    json!({ "version": {
        "id": VERSION,
        "status": "stable",
        "updated": UPDATED,
        "links": [{ "rel": "self", "href": format!("{base}/v3/") }],
        "media-types": [{
            "base": "application/json",
            "type": "application/vnd.openstack.identity-v3+json",
        }],
    } })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_methods() {
        for (method, path, expected) in [
            (Method::GET, "/v3", Some(Resource::Version)),
            (Method::POST, "/v3", None),
            (Method::POST, "/v3/auth/tokens", Some(Resource::LogIn)),
            (Method::GET, "/v3/auth/tokens", Some(Resource::Token)),
            (Method::HEAD, "/v3/auth/tokens", Some(Resource::Token)),
            (Method::DELETE, "/v3/auth/tokens", Some(Resource::Revocation)),
            (Method::PUT, "/v3/auth/tokens", None),
            (Method::GET, "/v3/projects", Some(Resource::Projects)),
            (Method::POST, "/v3/projects", None),
            (Method::GET, "/v3/auth/projects", Some(Resource::Projects)),
            (Method::GET, "/v3/auth/domains", Some(Resource::Domains)),
            (Method::GET, "/v3/auth/catalog", Some(Resource::Catalog)),
            (Method::GET, "/v3/services", Some(Resource::Services)),
            (Method::GET, "/v3/endpoints", Some(Resource::Endpoints)),
            (Method::GET, "/v3/users", None),
            (Method::GET, "/v30", None),
            (Method::GET, "/v3/auth/tokens/x", None),
        ] {
            assert_eq!(find(&method, path), expected, "{method} {path}");
        }
    }

    #[test]
    fn strangers_may_see_the_version_and_log_in_and_nothing_else() {
        use Resource::{Catalog, Domains, Endpoints, LogIn, Projects, Revocation, Services, Token, Version};
        for resource in [Version, LogIn, Token, Revocation, Projects, Domains, Catalog, Services, Endpoints] {
            assert_eq!(resource.is_open(), matches!(resource, Version | LogIn), "{resource:?}");
        }
    }
}
