//! `TagResource`.

use api::{Empty, Error, ErrorCode, Reason, Tag, TagResource};

use super::tags::check_tags;
use crate::Operation;
use crate::conditions::Conditions;
use crate::pipeline::{Context, Stop};

impl Operation for TagResource {
    fn conditions(&self) -> Conditions<'_> {
        Conditions::default().request_tags(&self.tags)
    }

    async fn run(&self, cx: &Context<'_>) -> Result<Empty, Stop> {
        let key = cx.permit(&self.key_id).await?;
        check_tags(cx.rules(), &self.tags)?;
        let mut record = key.record().clone();
        for tag in &self.tags {
            set(&mut record.tags, tag);
        }
        let most = cx.rules().tags_per_key;
        if record.tags.len() > most {
            let text = format!("{} would have {} tags; a key may have {most}.", key.arn(), record.tags.len());
            return Err(Error::new(ErrorCode::LimitExceeded, text).because(Reason::TooManyTags).into());
        }
        key.replace(&record, |_| Ok(())).await?;
        Ok(Empty)
    }
}

fn set(tags: &mut Vec<Tag>, new: &Tag) {
    match tags.iter_mut().find(|tag| tag.tag_key == new.tag_key) {
        Some(tag) => tag.tag_value.clone_from(&new.tag_value),
        None => tags.push(new.clone()),
    }
}
