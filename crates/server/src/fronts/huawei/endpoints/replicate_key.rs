//! `POST /v2/…/keys/{key_id}/replicate`.

use api::ReplicateKey;
use kms::huawei;
use serde_json::json;

use super::details::ENTERPRISE_PROJECT;
use super::{alias, key_in_path, tags, update_key_description};
use crate::fronts::huawei::answer::Done;
use crate::fronts::huawei::code::Code;
use crate::fronts::huawei::endpoint::Asked;
use crate::fronts::huawei::failure::Failure;
use crate::fronts::huawei::members::invalid;

pub(super) async fn call(asked: &Asked<'_>) -> Result<Done, Failure> {
    let members = asked.members;
    let key_id = key_in_path(asked)?;
    if members.has("key_id") && members.key_id()? != key_id {
        return Err(Failure::new(Code::KMS_0205));
    }
    members.unsupported("enterprise_project_id", &[ENTERPRISE_PROJECT])?;
    let region = members.required("replica_region")?;
    check_project(asked, region)?;
    let description = members.text("key_description")?;
    description.map(update_key_description::check).transpose()?;
    let alias = members.text("key_alias")?.map(|name| alias::bare(name).to_owned());
    let replica = ReplicateKey {
        description: description.map(str::to_owned),
        tags: Some(tags::optional(members)?).filter(|tags| !tags.is_empty()),
        ..ReplicateKey::request(key_id, region)
    };
    let replica = asked.call(huawei::ReplicateKey { alias, replica }).await?.replica_key_metadata;
    Ok(Done::Json(json!({ "key_id": replica.key_id, "domain_id": asked.domain_id(), "region": region })))
}

/// Refuses a `replica_project_id` that is not one of the account in the replica's Region.
fn check_project(asked: &Asked<'_>, region: &str) -> Result<(), Failure> {
    let Some(id) = asked.members.text("replica_project_id")? else { return Ok(()) };
    let project = asked.projects.find(id).filter(|project| project.account == asked.project.account);
    match project {
        // In development every id is a project of one Region.
        Some(project) if project.region == region || asked.projects.takes_any() => Ok(()),
        _ => Err(invalid("replica_project_id", "is no project of yours in replica_region")),
    }
}
