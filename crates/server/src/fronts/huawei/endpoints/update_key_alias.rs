//! `POST /update-key-alias`.

use kms::huawei::UpdateKeyAlias;
use serde_json::json;

use crate::fronts::huawei::answer::Done;
use crate::fronts::huawei::endpoint::Asked;
use crate::fronts::huawei::failure::Failure;

pub(super) async fn call(asked: &Asked<'_>) -> Result<Done, Failure> {
    let key_id = asked.members.key_id()?.to_owned();
    let alias = asked.members.required("key_alias")?.to_owned();
    let updated = asked.call(UpdateKeyAlias { key_id, alias }).await?;
    Ok(Done::Json(json!({ "key_info": { "key_id": updated.key_id, "key_alias": updated.alias } })))
}
