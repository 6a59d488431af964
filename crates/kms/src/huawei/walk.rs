//! All keys of the caller's place, one after the other: a few are open at a time, however many there are. And what of
//! them the caller may see.

use std::collections::VecDeque;
use std::sync::Arc;

use api::{Error, GrantOperation, Tag};

use crate::arn::Place;
use crate::cache::LiveKey;
use crate::pipeline::Context;

/// What seeing a key takes.
const DESCRIBE_KEY: GrantOperation = GrantOperation::DescribeKey;
/// What seeing its tags takes.
const LIST_TAGS: &str = "ListResourceTags";

/// A way through the keys, by id.
pub(super) struct Walk<'w> {
    cx: &'w Context<'w>,
    place: Place,
    ready: VecDeque<Arc<LiveKey>>,
    after: Option<String>,
    ended: bool,
}

impl<'w> Walk<'w> {
    pub(super) fn new(cx: &'w Context<'w>) -> Self {
        Self::of(cx, cx.place())
    }

    /// Of another place of the caller's account.
    pub(super) fn of(cx: &'w Context<'w>, place: Place) -> Self {
        Self { cx, place, ready: VecDeque::new(), after: None, ended: false }
    }

    /// The next key that is there now.
    pub(super) async fn next(&mut self) -> Result<Option<Arc<LiveKey>>, Error> {
        while self.ready.is_empty() && !self.ended {
            let (keys, cx) = (self.cx.keys(), self.cx);
            let (some, last) = keys.some(&self.place, self.after.as_deref(), cx.now()).await?;
            self.ended = last.is_none();
            self.after = last;
            self.ready = some.into();
        }
        Ok(self.ready.pop_front())
    }

    /// The next key that the caller may describe.
    pub(super) async fn next_visible(&mut self) -> Result<Option<Arc<LiveKey>>, Error> {
        while let Some(key) = self.next().await? {
            if self.cx.may_on(&key, DESCRIBE_KEY.as_str(), Some(DESCRIBE_KEY.into())).await? {
                return Ok(Some(key));
            }
        }
        Ok(None)
    }
}

/// The tags of a key, if the caller may see them.
pub(super) async fn tags(cx: &Context<'_>, key: &Arc<LiveKey>) -> Result<Vec<Tag>, Error> {
    if key.record.tags.is_empty() || !cx.may_on(key, LIST_TAGS, None).await? {
        return Ok(Vec::new());
    }
    let mut tags = key.record.tags.clone();
    tags.sort_by(|a, b| a.tag_key.cmp(&b.tag_key));
    Ok(tags)
}
