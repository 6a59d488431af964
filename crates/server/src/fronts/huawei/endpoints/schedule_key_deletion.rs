//! `POST /schedule-key-deletion`.

use api::ScheduleKeyDeletion;
use serde_json::json;

use crate::fronts::huawei::answer::Done;
use crate::fronts::huawei::code::Code;
use crate::fronts::huawei::endpoint::Asked;
use crate::fronts::huawei::failure::Failure;
use crate::fronts::huawei::names;

pub(super) async fn call(asked: &Asked<'_>) -> Result<Done, Failure> {
    let key_id = asked.members.key_id()?;
    let days = asked.members.required_number("pending_days");
    let days = days.map_err(|failure| failure.read_as(Code::KMS_0308, Code::KMS_1401))?;
    let request =
        ScheduleKeyDeletion { pending_window_in_days: Some(days), ..ScheduleKeyDeletion::request(key_id) };
    let scheduled = asked.call(request).await;
    let scheduled = scheduled.map_err(|failure| failure.read_as(Code::KMS_0210, Code::KMS_1402))?;
    Ok(Done::Json(json!({ "key_id": key_id, "key_state": names::state(scheduled.key_state) })))
}
