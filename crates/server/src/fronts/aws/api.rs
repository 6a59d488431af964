//! Which API a request is for.

use http::Method;
use http::request::Parts;
use sigv4::{Presented, SignatureError};
use uuid::Uuid;

use super::query::Dialect;
use super::refusal::Refusal;
use super::{kms, query};
use crate::fronts::answer::Answer;

/// An API, and the form in which the client reads its answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Api {
    /// The key management service.
    Kms,
    /// IAM or STS.
    Query(Dialect),
}

impl Api {
    /// The API that `head` is for: the one that its signature, which was read and not verified, is scoped to. A scope
    /// of none of ours is for KMS to refuse; where there is no signature, the form tells who should.
    pub(super) fn of(head: &Parts, signature: Result<&Presented, &SignatureError>) -> Self {
        let service = match signature {
            Ok(presented) => query::service(presented.service()),
            Err(_) => query::service_by_form(head),
        };
        service.map_or(Self::Kms, |service| Self::Query(Dialect::of(service, head)))
    }

    /// What signatures are scoped to.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Kms => "kms",
            Self::Query(dialect) => query::name(dialect.service),
        }
    }

    /// Whether the API takes a method.
    pub(super) fn takes(self, method: &Method) -> bool {
        match self {
            Self::Kms => method == Method::POST,
            Self::Query(_) => method == Method::POST || method == Method::GET,
        }
    }

    /// The answer to a request that no operation saw.
    pub(super) fn refuse(self, refusal: &Refusal, id: Uuid) -> Answer {
        match self {
            Self::Kms => kms::refusal(refusal),
            Self::Query(dialect) => query::refusal(refusal, dialect, id),
        }
    }
}
