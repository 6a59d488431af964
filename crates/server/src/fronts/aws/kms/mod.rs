//! The AWS KMS API: JSON 1.1 over `POST /`, the operation in `X-Amz-Target`.

mod answer;
mod members;
mod target;

use ::kms::{Caller, Kms};
use api::Error;
use bytes::Bytes;
use http::request::Parts;
use sigv4::{Placement, Presented};

pub(super) use self::answer::{failure, refusal, success};
use crate::fronts::access_log::LogEntry;

/// Carries out a request that is truly signed.
pub(super) async fn call(
    kms: &Kms,
    caller: &Caller,
    presented: &Presented,
    (head, body): (&Parts, &Bytes),
    log: &LogEntry,
) -> Result<Vec<u8>, Error> {
    let entry = target::find(&head.headers)?;
    log.operation(entry.spec.name);
    let input = match presented.placement() {
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
