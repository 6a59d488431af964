//! `POST /update-key-rotation-interval`: of a key that is rotated.

use kms::huawei::UpdateRotationInterval;

use crate::fronts::huawei::answer::Done;
use crate::fronts::huawei::code::Code;
use crate::fronts::huawei::endpoint::Asked;
use crate::fronts::huawei::failure::Failure;

pub(super) async fn call(asked: &Asked<'_>) -> Result<Done, Failure> {
    let key_id = asked.members.key_id()?.to_owned();
    let days = asked.members.required_number("rotation_interval");
    let days = days.map_err(|failure| failure.read_as(Code::KMS_0308, Code::KMS_3001))?;
    asked.call(UpdateRotationInterval { key_id, days }).await?;
    Ok(Done::empty())
}
