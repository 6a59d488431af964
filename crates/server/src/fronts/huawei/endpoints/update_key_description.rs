//! `POST /update-key-description`.

use api::UpdateKeyDescription;
use serde_json::json;

use crate::fronts::huawei::answer::Done;
use crate::fronts::huawei::code::Code;
use crate::fronts::huawei::endpoint::Asked;
use crate::fronts::huawei::failure::Failure;
use crate::fronts::huawei::members::missing;

/// Longest description of a key, in characters (API reference, "Changing the Description of a CMK").
const MAX_DESCRIPTION: usize = 255;

pub(super) async fn call(asked: &Asked<'_>) -> Result<Done, Failure> {
    let key_id = asked.members.key_id()?;
    let description = asked.members.any_text("key_description")?.ok_or_else(|| missing("key_description"))?;
    check(description)?;
    asked.call(UpdateKeyDescription::request(key_id, description)).await?;
    Ok(Done::Json(json!({ "key_info": { "key_id": key_id, "key_description": description } })))
}

/// Refuses a description that is too long.
pub(super) fn check(description: &str) -> Result<(), Failure> {
    if description.chars().count() > MAX_DESCRIPTION { Err(Failure::new(Code::KMS_1103)) } else { Ok(()) }
}
