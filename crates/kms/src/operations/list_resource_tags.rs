//! `ListResourceTags`.

use api::{ListResourceTags, ListResourceTagsResponse, Tag, limits};

use super::members::page_size;
use crate::Operation;
use crate::marker::page;
use crate::pipeline::{Context, Stop};

impl Operation for ListResourceTags {
    async fn run(&self, cx: &Context<'_>) -> Result<ListResourceTagsResponse, Stop> {
        let limit = page_size(self.limit, limits::MAX_TAG_PAGE, limits::MAX_TAG_PAGE)?;
        let key = cx.permit(&self.key_id).await?;
        let after = cx.after(key.arn(), self.marker.as_deref())?;
        // In the order of keys, so that a page goes on where it should though tags come and go meanwhile.
        let mut rest: Vec<&Tag> = key
            .record()
            .tags
            .iter()
            .filter(|tag| after.as_ref().is_none_or(|after| tag.tag_key > *after))
            .collect();
        rest.sort_by(|a, b| a.tag_key.cmp(&b.tag_key));
        let (tags, truncated) = page(rest, limit);
        let next_marker = tags.last().filter(|_| truncated).map(|tag| cx.marker(key.arn(), &tag.tag_key));
        Ok(ListResourceTagsResponse { tags: tags.into_iter().cloned().collect(), truncated, next_marker })
    }
}
