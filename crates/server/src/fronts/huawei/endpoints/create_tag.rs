//! `POST /{key_id}/tags`.

use api::TagResource;

use super::{key_in_path, tags};
use crate::fronts::huawei::answer::Done;
use crate::fronts::huawei::endpoint::Asked;
use crate::fronts::huawei::failure::Failure;
use crate::fronts::huawei::members::missing;

pub(super) async fn call(asked: &Asked<'_>) -> Result<Done, Failure> {
    let key_id = key_in_path(asked)?;
    let tag = asked.members.object("tag")?.ok_or_else(|| missing("tag"))?;
    asked.call(TagResource::request(key_id, vec![tags::tag(&tag)?])).await?;
    Ok(Done::NoContent)
}
