//! `PUT /v2/…/keys/{key_id}/update-primary-region`.

use api::UpdatePrimaryRegion;
use serde_json::json;

use super::key_in_path;
use crate::fronts::huawei::answer::Done;
use crate::fronts::huawei::code::Code;
use crate::fronts::huawei::endpoint::Asked;
use crate::fronts::huawei::failure::Failure;

pub(super) async fn call(asked: &Asked<'_>) -> Result<Done, Failure> {
    let key_id = key_in_path(asked)?;
    if asked.members.has("key_id") && asked.members.key_id()? != key_id {
        return Err(Failure::new(Code::KMS_0205));
    }
    let region = asked.members.required("primary_region")?;
    asked.call(UpdatePrimaryRegion::request(key_id, region)).await?;
    Ok(Done::Json(json!({ "key_id": key_id, "primary_region": region })))
}
