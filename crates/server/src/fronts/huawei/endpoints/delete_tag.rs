//! `DELETE /{key_id}/tags/{key}`.

use api::UntagResource;

use super::{key_in_path, tags};
use crate::fronts::huawei::answer::Done;
use crate::fronts::huawei::endpoint::Asked;
use crate::fronts::huawei::failure::Failure;

pub(super) async fn call(asked: &Asked<'_>) -> Result<Done, Failure> {
    let (key_id, tag) = (key_in_path(asked)?, asked.segment("key")?);
    tags::check_key(tag)?;
    asked.call(UntagResource::request(key_id, vec![tag.to_owned()])).await?;
    Ok(Done::NoContent)
}
