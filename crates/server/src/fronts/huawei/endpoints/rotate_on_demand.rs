//! `POST /rotate-on-demand`.

use api::RotateKeyOnDemand;
use serde_json::json;

use super::id_in;
use crate::fronts::huawei::answer::Done;
use crate::fronts::huawei::endpoint::Asked;
use crate::fronts::huawei::failure::Failure;

pub(super) async fn call(asked: &Asked<'_>) -> Result<Done, Failure> {
    let rotated = asked.call(RotateKeyOnDemand::request(asked.members.key_id()?)).await?;
    Ok(Done::Json(json!({ "key_id": id_in(&rotated.key_id) })))
}
