//! What is verified: where AWS's API has an error for what does not match, this one has an answer.

use api::ErrorCode;
use kms::huawei::DescribeKey;
use kms::{Dialect, Operation};

use super::id_in;
use crate::fronts::huawei::endpoint::Asked;
use crate::fronts::huawei::failure::Failure;

/// Whether the engine does not say `mismatch`.
pub(super) async fn matches<O: Operation>(
    asked: &Asked<'_>,
    request: O,
    mismatch: ErrorCode,
) -> Result<bool, Failure> {
    match asked.kms.call_as(asked.caller, Dialect::huawei(asked.endpoint.permissions), request).await {
        Ok(_) => Ok(true),
        Err(error) if error.code() == mismatch => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// The id of the key that was named: a mismatch does not say it. For whoever may not look the alias up, the name.
pub(super) async fn id_of(asked: &Asked<'_>, key: &str) -> String {
    if !key.starts_with("alias/") {
        return key.to_owned();
    }
    match asked.call(DescribeKey { key_id: key.to_owned() }).await {
        Ok(described) => id_in(&described.metadata.arn).to_owned(),
        Err(_) => key.to_owned(),
    }
}
