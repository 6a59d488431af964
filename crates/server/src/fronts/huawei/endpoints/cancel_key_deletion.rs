//! `POST /cancel-key-deletion`: the key comes back disabled.

use api::{CancelKeyDeletion, KeyState};
use serde_json::json;

use crate::fronts::huawei::answer::Done;
use crate::fronts::huawei::endpoint::Asked;
use crate::fronts::huawei::failure::Failure;
use crate::fronts::huawei::names;

pub(super) async fn call(asked: &Asked<'_>) -> Result<Done, Failure> {
    let key_id = asked.members.key_id()?;
    asked.call(CancelKeyDeletion::request(key_id)).await?;
    Ok(Done::Json(json!({ "key_id": key_id, "key_state": names::state(KeyState::Disabled) })))
}
