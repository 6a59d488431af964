//! `POST /{key_id}/tags/action`: several at once.

use api::{TagResource, UntagResource};

use super::{key_in_path, tags};
use crate::fronts::huawei::answer::Done;
use crate::fronts::huawei::code::Code;
use crate::fronts::huawei::endpoint::Asked;
use crate::fronts::huawei::failure::Failure;

pub(super) async fn call(asked: &Asked<'_>) -> Result<Done, Failure> {
    let key_id = key_in_path(asked)?;
    let action = asked.members.required("action")?;
    if !matches!(action, "create" | "delete") {
        return Err(Failure::new(Code::KMS_0404));
    }
    let tags = tags::required(asked.members)?;
    if action == "create" {
        asked.call(TagResource::request(key_id, tags)).await?;
    } else {
        // A tag is known by its key, whatever its value.
        let keys: Vec<String> = tags.into_iter().map(|tag| tag.tag_key).collect();
        asked.call(UntagResource::request(key_id, keys)).await?;
    }
    Ok(Done::NoContent)
}
