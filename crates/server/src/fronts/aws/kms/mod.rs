//! The AWS KMS API: JSON 1.1 over `POST /`, the operation in `X-Amz-Target`.

mod answer;
mod members;
mod target;

use ::kms::{Caller, Kms};
use api::Error;
use bytes::Bytes;
use http::request::Parts;
use sigv4::Placement;
use tracing::Span;

pub(super) use self::answer::{failure, refusal, success};

/// Carries out a request that is truly signed.
pub(super) async fn call(
    kms: &Kms,
    caller: &Caller,
    placement: Placement,
    head: &Parts,
    body: &Bytes,
) -> Result<Vec<u8>, Error> {
    let entry = target::find(&head.headers)?;
    Span::current().record("operation", entry.spec.name);
    let input = match placement {
        Placement::Query if body.is_empty() => {
            members::from_query(head.uri.query().unwrap_or_default(), entry.spec)?
        }
        _ => {
            target::check_content_type(&head.headers)?;
            body.clone()
        }
    };
    (entry.call)(kms, caller, input).await
}
