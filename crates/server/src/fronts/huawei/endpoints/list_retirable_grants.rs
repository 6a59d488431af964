//! `POST /list-retirable-grants`: those that name the caller as who may retire them.

use kms::huawei::ListRetirableGrants;

use super::{grant, paging};
use crate::fronts::huawei::answer::Done;
use crate::fronts::huawei::endpoint::Asked;
use crate::fronts::huawei::failure::Failure;

pub(super) async fn call(asked: &Asked<'_>) -> Result<Done, Failure> {
    let limit = paging::limit(asked.members, grant::USUAL_LIMIT)?;
    let marker = asked.members.text("marker")?.map(str::to_owned);
    let list = asked.call(ListRetirableGrants { marker, limit }).await?;
    Ok(Done::Json(grant::page(&list)))
}
