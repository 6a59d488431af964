//! `GET /{key_id}/tags`.

use api::{ListResourceTags, Tag};
use serde_json::{Value, json};

use super::{key_in_path, tags};
use crate::fronts::huawei::answer::Done;
use crate::fronts::huawei::endpoint::Asked;
use crate::fronts::huawei::failure::Failure;

/// Tags on a page of the engine.
const PAGE: i64 = 50;

pub(super) async fn call(asked: &Asked<'_>) -> Result<Done, Failure> {
    let found = all(asked, key_in_path(asked)?).await?;
    Ok(Done::Json(json!({
        "tags": tags::shown(&found),
        // Tags of the cloud's own, of which there are none here.
        "sys_tags": Vec::<Value>::new(),
        "existTagsNum": found.len(),
    })))
}

async fn all(asked: &Asked<'_>, key_id: &str) -> Result<Vec<Tag>, Failure> {
    let (mut found, mut marker) = (Vec::new(), None);
    loop {
        let request = ListResourceTags { limit: Some(PAGE), marker, ..ListResourceTags::request(key_id) };
        let page = asked.call(request).await?;
        found.extend(page.tags);
        match page.next_marker {
            Some(next) if page.truncated => marker = Some(next),
            _ => return Ok(found),
        }
    }
}
