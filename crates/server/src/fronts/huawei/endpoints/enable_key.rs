//! `POST /enable-key`.

use api::{EnableKey, KeyState};
use serde_json::json;

use crate::fronts::huawei::answer::Done;
use crate::fronts::huawei::code::Code;
use crate::fronts::huawei::endpoint::Asked;
use crate::fronts::huawei::failure::Failure;
use crate::fronts::huawei::names;

pub(super) async fn call(asked: &Asked<'_>) -> Result<Done, Failure> {
    let key_id = asked.members.key_id()?;
    // What is not Disabled cannot be enabled, whatever else it is.
    let enabled = asked.call(EnableKey::request(key_id)).await;
    enabled.map_err(|failure| failure.read_as(Code::KMS_1301, Code::KMS_1201))?;
    Ok(Done::Json(json!({ "key_info": { "key_id": key_id, "key_state": names::state(KeyState::Enabled) } })))
}
