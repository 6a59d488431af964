//! `POST /list-grants`.

use kms::huawei::ListGrants;

use super::{grant, paging};
use crate::fronts::huawei::answer::Done;
use crate::fronts::huawei::endpoint::Asked;
use crate::fronts::huawei::failure::Failure;

pub(super) async fn call(asked: &Asked<'_>) -> Result<Done, Failure> {
    let key_id = asked.members.key_id()?.to_owned();
    let limit = paging::limit(asked.members, grant::USUAL_LIMIT)?;
    let marker = asked.members.text("marker")?.map(str::to_owned);
    let list = asked.call(ListGrants { key_id, marker, limit }).await?;
    Ok(Done::Json(grant::page(&list)))
}
