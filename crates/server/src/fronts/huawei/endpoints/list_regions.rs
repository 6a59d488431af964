//! `GET /v2/…/regions`: where keys can be replicated to. Everyone with a project may know.

use std::future::{Ready, ready};

use serde_json::json;

use super::paging;
use crate::fronts::huawei::answer::Done;
use crate::fronts::huawei::code::Code;
use crate::fronts::huawei::endpoint::Asked;
use crate::fronts::huawei::failure::Failure;

/// Regions on a page of which nothing is said (SDK, `ListSupportRegionsRequest`).
const USUAL_LIMIT: u32 = 10;

pub(super) fn call(asked: &Asked<'_>) -> Ready<Result<Done, Failure>> {
    ready(page(asked))
}

fn page(asked: &Asked<'_>) -> Result<Done, Failure> {
    let limit = paging::limit(asked.members, USUAL_LIMIT)?;
    let offset = paging::offset(asked.members, "offset", Code::KMS_0417)?;
    let configured = &asked.kms.settings().regions;
    let known = if configured.is_empty() { asked.projects.regions() } else { configured.clone() };
    let skipped = usize::try_from(offset).unwrap_or(usize::MAX);
    let shown = usize::try_from(limit).unwrap_or(usize::MAX);
    let page: Vec<String> = known.into_iter().skip(skipped).take(shown).collect();
    Ok(Done::Json(json!({ "regions": page })))
}
