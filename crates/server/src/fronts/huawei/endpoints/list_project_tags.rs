//! `GET /tags`: all that the caller's keys have.

use kms::huawei::ListTags;
use serde_json::{Value, json};

use crate::fronts::huawei::answer::Done;
use crate::fronts::huawei::endpoint::Asked;
use crate::fronts::huawei::failure::Failure;

pub(super) async fn call(asked: &Asked<'_>) -> Result<Done, Failure> {
    let tags = asked.call(ListTags {}).await?;
    let tags: Vec<Value> =
        tags.into_iter().map(|(key, values)| json!({ "key": key, "values": values })).collect();
    Ok(Done::Json(json!({ "tags": tags })))
}
