//! `POST /describe-key`.

use kms::huawei::DescribeKey;
use serde_json::json;

use super::details::details;
use crate::fronts::huawei::answer::Done;
use crate::fronts::huawei::endpoint::Asked;
use crate::fronts::huawei::failure::Failure;

pub(super) async fn call(asked: &Asked<'_>) -> Result<Done, Failure> {
    let key_id = asked.members.key_name()?;
    let key = asked.call(DescribeKey { key_id }).await?;
    Ok(Done::Json(json!({ "key_info": details(asked, &key) })))
}
