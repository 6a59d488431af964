//! `GET /user-instances`: how many keys there are, but for those of services.

use kms::huawei::CountKeys;
use serde_json::json;

use crate::fronts::huawei::answer::Done;
use crate::fronts::huawei::endpoint::Asked;
use crate::fronts::huawei::failure::Failure;

pub(super) async fn call(asked: &Asked<'_>) -> Result<Done, Failure> {
    let count = asked.call(CountKeys {}).await?;
    Ok(Done::Json(json!({ "instance_num": count })))
}
