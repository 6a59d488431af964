//! `GET /aliases`: of one key, if `key_id` names it.

use api::ListAliases;
use serde_json::json;

use super::alias;
use super::paging;
use crate::fronts::huawei::answer::Done;
use crate::fronts::huawei::endpoint::Asked;
use crate::fronts::huawei::failure::Failure;

/// Aliases on a page, and the most (AWS's, whose list it is).
const USUAL_LIMIT: u32 = 50;
const MAX_LIMIT: u32 = 100;

pub(super) async fn call(asked: &Asked<'_>) -> Result<Done, Failure> {
    let members = asked.members;
    let key_id = if members.has("key_id") { Some(members.key_id()?.to_owned()) } else { None };
    let request = ListAliases {
        key_id,
        limit: Some(paging::limit(members, USUAL_LIMIT)?.min(MAX_LIMIT).into()),
        marker: members.text("marker")?.map(str::to_owned),
    };
    let list = asked.call(request).await?;
    // A predefined alias without a key is nothing that this API knows.
    let aliases = list.aliases.iter().filter(|entry| entry.target_key_id.is_some());
    let aliases: Vec<_> = aliases.map(|entry| alias::shown(asked, entry)).collect();
    let page = json!({
        "next_marker": list.next_marker.unwrap_or_default(),
        "current_count": aliases.len(),
    });
    Ok(Done::Json(json!([{ "aliases": aliases, "page_info": page }])))
}
