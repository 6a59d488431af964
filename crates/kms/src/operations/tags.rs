//! What tags may be, wherever they come from.

use api::{Error, ErrorCode, Tag, limits};

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
    check_tags(&tags)?;
    Ok(tags)
}

/// Checks the tags of one request. Lengths have been checked with its shape.
pub(super) fn check_tags(tags: &[Tag]) -> Result<(), Error> {
    if tags.len() > limits::MAX_TAGS_PER_KEY {
        return Err(Error::new(ErrorCode::Tag, "Too many tags"));
    }
    for (index, tag) in tags.iter().enumerate() {
        check_tag_key(&tag.tag_key)?;
        if !is_tag_text(&tag.tag_key) || !is_tag_text(&tag.tag_value) {
            return Err(invalid(&tag.tag_key));
        }
        if tags.iter().take(index).any(|earlier| earlier.tag_key == tag.tag_key) {
            return Err(Error::new(ErrorCode::Tag, "Duplicate tag keys"));
        }
    }
    Ok(())
}

/// Refuses the key of a tag that only the service may set or take away.
pub(super) fn check_tag_key(key: &str) -> Result<(), Error> {
    let reserved = key.get(..RESERVED.len()).is_some_and(|start| start.eq_ignore_ascii_case(RESERVED));
    if reserved {
        return Err(Error::new(ErrorCode::Tag, "Tags beginning with aws: are reserved"));
    }
    Ok(())
}

/// Letters, numbers and spaces of any script, and a few signs (tagging guide, "Tag naming limits").
fn is_tag_text(text: &str) -> bool {
    let fits =
        |c: char| c.is_alphanumeric() || (c.is_whitespace() && !c.is_control()) || "_.:/=+-@".contains(c);
    text.chars().all(fits)
}

fn invalid(key: &str) -> Error {
    let text = format!(
        "Invalid tag: {}. Keys and values of tags have letters, numbers, spaces and the characters _ . : / = + - @",
        crate::arn::shown(key)
    );
    Error::new(ErrorCode::Tag, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(key: &str, value: &str) -> Option<String> {
        let tag = Tag { tag_key: key.to_owned(), tag_value: value.to_owned() };
        let error = check_tags(&[tag]).err()?;
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
