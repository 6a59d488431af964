//! Tags of keys.

use std::collections::HashSet;

use api::Tag;
use kms::Rules;
use serde_json::{Value, json};

use crate::fronts::huawei::code::Code;
use crate::fronts::huawei::failure::Failure;
use crate::fronts::huawei::members::{Members, missing};

/// What the engine says of tags: here it is only told apart what was wrong.
const RULES: Rules = Rules::HUAWEI;
/// Most tags in a request: as many as a key has.
pub(super) const MAX_TAGS: usize = RULES.tags_per_key;

/// The tags that must be in `tags`: at least one, and no key twice.
pub(super) fn required(members: &Members) -> Result<Vec<Tag>, Failure> {
    let tags = members.objects("tags")?.ok_or_else(|| missing("tags"))?;
    if tags.is_empty() {
        return Err(Failure::new(Code::KMS_0401));
    }
    list(&tags)
}

/// The tags that may be in `tags`.
pub(super) fn optional(members: &Members) -> Result<Vec<Tag>, Failure> {
    list(&members.objects("tags")?.unwrap_or_default())
}

fn list(tags: &[Members]) -> Result<Vec<Tag>, Failure> {
    if tags.len() > MAX_TAGS {
        return Err(Failure::new(Code::KMS_0407));
    }
    let tags = tags.iter().map(tag).collect::<Result<Vec<_>, _>>()?;
    let mut seen = HashSet::new();
    if tags.iter().all(|tag| seen.insert(&tag.tag_key)) {
        Ok(tags)
    } else {
        Err(Failure::new(Code::KMS_0412))
    }
}

/// A tag: `key` and, if it is not empty, `value`.
pub(super) fn tag(members: &Members) -> Result<Tag, Failure> {
    let value = members.any_text("value")?.unwrap_or_default();
    check_value(value)?;
    Ok(Tag { tag_key: key(members)?.to_owned(), tag_value: value.to_owned() })
}

/// The `key` of a tag.
pub(super) fn key(members: &Members) -> Result<&str, Failure> {
    let key = members.text("key")?.ok_or_else(|| Failure::new(Code::KMS_0406))?;
    check_key(key)?;
    Ok(key)
}

/// Refuses what is no key of a tag.
pub(super) fn check_key(key: &str) -> Result<(), Failure> {
    match key.chars().count() {
        0 => Err(Failure::new(Code::KMS_0406)),
        length if length > RULES.longest_tag_key => Err(Failure::new(Code::KMS_0411)),
        _ if key.chars().any(is_forbidden) => Err(Failure::new(Code::KMS_0406)),
        _ => Ok(()),
    }
}

/// Refuses what is no value of a tag.
pub(super) fn check_value(value: &str) -> Result<(), Failure> {
    if value.chars().count() > RULES.longest_tag_value {
        return Err(Failure::new(Code::KMS_0410));
    }
    if value.chars().any(is_forbidden) { Err(Failure::new(Code::KMS_0405)) } else { Ok(()) }
}

fn is_forbidden(character: char) -> bool {
    !(RULES.is_tag_character)(character)
}

/// Tags as the API shows them.
pub(super) fn shown(tags: &[Tag]) -> Vec<Value> {
    tags.iter().map(|tag| json!({ "key": tag.tag_key, "value": tag.tag_value })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fronts::huawei::endpoints::tests::members;

    fn read(tags: &Value) -> Result<Vec<Tag>, &'static str> {
        required(&members(json!({ "tags": tags }))).map_err(|failure| failure.code().name())
    }

    #[test]
    fn tags_are_read_and_shown() {
        let tags = json!([{ "key": "k", "value": "v" }, { "key": "ключ", "value": "" }]);
        assert_eq!(shown(&read(&tags).unwrap()), *tags.as_array().unwrap());
        assert_eq!(shown(&read(&json!([{ "key": "k" }])).unwrap()), [json!({ "key": "k", "value": "" })]);
        assert_eq!(optional(&members(json!({}))).ok(), Some(Vec::new()));
    }

    #[test]
    fn what_is_no_tag_is_refused() {
        let many: Vec<_> = (0..11).map(|number| json!({ "key": number.to_string() })).collect();
        for (case, tags, expected) in [
            ("none", json!([]), "KMS.0401"),
            ("absent", json!(null), "KMS.0204"),
            ("no list", json!("k"), "KMS.0308"),
            ("too many", json!(many), "KMS.0407"),
            ("one twice", json!([{ "key": "k" }, { "key": "k" }]), "KMS.0412"),
            ("no key", json!([{ "value": "v" }]), "KMS.0406"),
            ("an empty key", json!([{ "key": "" }]), "KMS.0406"),
            ("a long key", json!([{ "key": "k".repeat(37) }]), "KMS.0411"),
            ("a key with a control character", json!([{ "key": "a\nb" }]), "KMS.0406"),
            ("a key with a star", json!([{ "key": "*" }]), "KMS.0406"),
            ("a long value", json!([{ "key": "k", "value": "v".repeat(44) }]), "KMS.0410"),
            ("a value with a backslash", json!([{ "key": "k", "value": "\\" }]), "KMS.0405"),
        ] {
            assert_eq!(read(&tags), Err(expected), "{case}");
        }
        assert!(read(&json!([{ "key": "é".repeat(36), "value": "é".repeat(43) }])).is_ok());
    }
}
