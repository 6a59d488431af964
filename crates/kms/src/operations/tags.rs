//! What tags may be, wherever they come from.

use api::{Error, ErrorCode, Reason, Tag};

use crate::Rules;
use crate::pipeline::Context;

/// The permission that a request needs which makes something with tags (developer guide, "ABAC for AWS KMS").
const TAG_RESOURCE: &str = "TagResource";
/// What keys of the service's own tags begin with, in any case.
const RESERVED: &str = "aws:";

/// The tags that a request gives to the new key of this ARN, if the caller may give it any.
pub(super) fn tags_of_new_key(
    cx: &Context<'_>,
    key_arn: &str,
    given: Option<&Vec<Tag>>,
) -> Result<Vec<Tag>, Error> {
    let tags = given.cloned().unwrap_or_default();
    if !tags.is_empty() {
        cx.permit_also(TAG_RESOURCE, key_arn)?;
    }
    check_tags(cx.rules(), &tags)?;
    Ok(tags)
}

/// Checks the tags of one request.
pub(super) fn check_tags(rules: &Rules, tags: &[Tag]) -> Result<(), Error> {
    if tags.len() > rules.tags_per_key {
        return Err(Error::new(ErrorCode::Tag, "Too many tags").because(Reason::TooManyTags));
    }
    for (index, tag) in tags.iter().enumerate() {
        check_tag_key(&tag.tag_key)?;
        let is_key = is_tag_text(rules, &tag.tag_key, rules.longest_tag_key);
        if !is_key || tag.tag_key.is_empty() || !is_tag_text(rules, &tag.tag_value, rules.longest_tag_value) {
            return Err(invalid(rules, &tag.tag_key));
        }
        if tags.iter().take(index).any(|earlier| earlier.tag_key == tag.tag_key) {
            return Err(Error::new(ErrorCode::Tag, "Duplicate tag keys").because(Reason::TagName));
        }
    }
    Ok(())
}

/// Refuses the key of a tag that only the service may set or take away.
pub(super) fn check_tag_key(key: &str) -> Result<(), Error> {
    let reserved = key.get(..RESERVED.len()).is_some_and(|start| start.eq_ignore_ascii_case(RESERVED));
    if reserved {
        let text = "Tags beginning with aws: are reserved";
        return Err(Error::new(ErrorCode::Tag, text).because(Reason::TagName));
    }
    Ok(())
}

fn is_tag_text(rules: &Rules, text: &str, longest: usize) -> bool {
    text.chars().count() <= longest && text.chars().all(rules.is_tag_character)
}

fn invalid(rules: &Rules, key: &str) -> Error {
    let text = format!("Invalid tag: {}. {}", crate::arn::shown(key), rules.tag_characters);
    Error::new(ErrorCode::Tag, text).because(Reason::TagName)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(key: &str, value: &str) -> Option<String> {
        let tag = Tag { tag_key: key.to_owned(), tag_value: value.to_owned() };
        let error = check_tags(&Rules::AWS, &[tag]).err()?;
        assert_eq!(error.code(), ErrorCode::Tag);
        error.message().map(str::to_owned)
    }

    #[test]
    fn what_tags_may_be() {
        for (key, value) in
            [("a", ""), ("Kostenstelle Süd", "ж 中 ½"), ("_.:/=+-@", " "), ("aws", "aws:x"), ("é", "x")]
        {
            assert_eq!(check(key, value), None, "{key}={value}");
        }
        for key in ["aws:x", "AWS:", "aWs:é"] {
            assert_eq!(check(key, "").as_deref(), Some("Tags beginning with aws: are reserved"), "{key}");
        }
        for (key, value) in
            [("a&b", ""), ("a", "a\tb"), ("a\n", ""), ("a", "\u{1f600}"), ("a", "<b>"), ("", "#")]
        {
            assert!(check(key, value).is_some_and(|text| text.starts_with("Invalid tag")), "{key}={value}");
        }
    }
}
