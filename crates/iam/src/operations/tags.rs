//! Tags, of whatever has them.

use crate::authorize::Conditions;
use crate::context::Context;
use crate::records::{OidcProviderRecord, PolicyRecord, RoleRecord, Tag, UserRecord};
use crate::refusal::Stop;
use crate::shapes::Listed;
use crate::shapes::tags::{ListTags, SetTags, Tagged, Untag};
use crate::table::{Action, Service};
use crate::{Error, limits};

use super::target::{Entity, Target};

/// What keys of AWS's own tags begin with, in any case.
const RESERVED: &str = "aws:";

/// What has tags that requests change.
pub(crate) trait TaggedEntity: Entity + Tagged {
    /// By the name or ARN that a request has.
    fn target(cx: &Context<'_>, named: &str) -> impl Future<Output = Result<Target<Self>, Stop>> + Send;

    /// Its tags, to be changed.
    fn tags_mut(&mut self) -> &mut Vec<Tag>;
}

macro_rules! tagged_entities {
    ($($record:ty, $by:ident;)*) => { $(
        impl TaggedEntity for $record {
            async fn target(cx: &Context<'_>, named: &str) -> Result<Target<Self>, Stop> {
                Target::$by(cx, named).await
            }

            fn tags_mut(&mut self) -> &mut Vec<Tag> {
                &mut self.tags
            }
        }
    )* };
}

tagged_entities! {
    UserRecord, by_name;
    RoleRecord, by_name;
    PolicyRecord, policy;
    OidcProviderRecord, provider;
}

impl<E: TaggedEntity + 'static> Action for SetTags<E> {
    type Answer = ();
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = E::TAG;
    const MEMBERS: &'static [api::constraint::Member] = Self::FIELDS;

    async fn run(&self, cx: &Context<'_>) -> Result<(), Stop> {
        let target = E::target(cx, &self.named).await?;
        let conditions = target.conditions().request_tags(&self.tags);
        let mut entity = target.permit::<Self>(cx, &conditions)?;
        check_tags(&self.tags)?;
        let tags = entity.tags_mut();
        for tag in &self.tags {
            tags.retain(|known| !known.key.eq_ignore_ascii_case(&tag.key));
            tags.push(tag.clone());
        }
        if tags.len() > limits::TAGS {
            return Err(Error::limit_exceeded("TagsPerResource", limits::TAGS).into());
        }
        let mut writes = cx.writes();
        writes.put(&entity);
        cx.commit(writes).await
    }
}

impl<E: TaggedEntity + 'static> Action for Untag<E> {
    type Answer = ();
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = E::UNTAG;
    const MEMBERS: &'static [api::constraint::Member] = Self::FIELDS;

    async fn run(&self, cx: &Context<'_>) -> Result<(), Stop> {
        let target = E::target(cx, &self.named).await?;
        let conditions = target.conditions().with_all("aws:TagKeys", self.keys.iter().map(String::as_str));
        let mut entity = target.permit::<Self>(cx, &conditions)?;
        entity.tags_mut().retain(|tag| !self.keys.iter().any(|key| key.eq_ignore_ascii_case(&tag.key)));
        let mut writes = cx.writes();
        writes.put(&entity);
        cx.commit(writes).await
    }
}

impl<E: TaggedEntity + 'static> Action for ListTags<E> {
    type Answer = Listed<Tag>;
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = E::LIST_TAGS;
    const MEMBERS: &'static [api::constraint::Member] = Self::FIELDS;

    async fn run(&self, cx: &Context<'_>) -> Result<Listed<Tag>, Stop> {
        let target = E::target(cx, &self.named).await?;
        let conditions = target.conditions();
        let entity = target.permit::<Self>(cx, &conditions)?;
        self.page.answer("Tags", entity.tags().to_vec(), |tag| tag.key.to_lowercase(), |tag| tag)
    }
}

/// Permits what is made to have tags from the beginning, which takes the permission to tag as well, and checks them.
pub(super) fn permit_tags<E: TaggedEntity>(
    cx: &Context<'_>,
    arn: &str,
    tags: &[Tag],
    conditions: &Conditions,
) -> Result<(), Stop> {
    if !tags.is_empty() {
        cx.permit(&format!("iam:{}", E::TAG), arn, conditions)?;
    }
    Ok(check_tags(tags)?)
}

/// Checks the tags of one request. Lengths and characters have been checked with its shape.
fn check_tags(tags: &[Tag]) -> Result<(), Error> {
    for (index, tag) in tags.iter().enumerate() {
        if tag.key.get(..RESERVED.len()).is_some_and(|start| start.eq_ignore_ascii_case(RESERVED)) {
            return Err(Error::invalid_input("Tag keys that begin with aws: are reserved."));
        }
        if tags.iter().take(index).any(|earlier| earlier.key.eq_ignore_ascii_case(&tag.key)) {
            return Err(Error::invalid_input(
                "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(key: &str) -> Tag {
        Tag { key: key.to_owned(), value: String::new() }
    }

    #[test]
    fn keys_are_nobodys_of_aws_and_differ_in_more_than_case() {
        assert!(check_tags(&[tag("a"), tag("b"), tag("aws"), tag("é:aws:")]).is_ok());
        for tags in [vec![tag("AWS:x")], vec![tag("aws:")], vec![tag("Team"), tag("x"), tag("team")]] {
            assert_eq!(check_tags(&tags).unwrap_err().code, "InvalidInput", "{tags:?}");
        }
    }
}
