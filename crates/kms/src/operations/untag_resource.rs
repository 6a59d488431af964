//! `UntagResource`.

use api::{Empty, UntagResource};

use super::tags::check_tag_key;
use crate::Operation;
use crate::conditions::Conditions;
use crate::pipeline::{Context, Stop};

impl Operation for UntagResource {
    fn conditions(&self) -> Conditions<'_> {
        Conditions::default().with_all("aws:TagKeys", self.tag_keys.iter().map(String::as_str))
    }

    async fn run(&self, cx: &Context<'_>) -> Result<Empty, Stop> {
        let key = cx.permit(&self.key_id).await?;
        self.tag_keys.iter().try_for_each(|tag_key| check_tag_key(tag_key))?;
        let mut record = key.record().clone();
        record.tags.retain(|tag| !self.tag_keys.contains(&tag.tag_key));
        // Tags that are not there are no error, and nothing to write.
        if record.tags.len() < key.record().tags.len() {
            key.replace(&record, |_| Ok(())).await?;
        }
        Ok(Empty)
    }
}
