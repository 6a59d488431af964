//! `POST /resource_instances/action`: keys by their tags and names.

use std::collections::HashSet;

use kms::huawei::{KeyDetails, ListKeys, TagFilter};
use serde_json::{Value, json};

use super::details::details;
use super::{paging, tags};
use crate::fronts::huawei::answer::Done;
use crate::fronts::huawei::code::Code;
use crate::fronts::huawei::endpoint::Asked;
use crate::fronts::huawei::failure::Failure;
use crate::fronts::huawei::members::Members;

/// Keys on a page of which nothing is said (API reference, "Querying CMK Instances").
const USUAL_LIMIT: u32 = 10;
/// Most values of one tag in a request: as many as there may be tags.
const MAX_VALUES: usize = tags::MAX_TAGS;
/// Most of anything to match.
const MAX_MATCHES: usize = 10;
/// Longest value to match, in characters (the same).
const MAX_MATCH: usize = 255;
/// The one thing that can be matched: the key's alias.
const NAME: &str = "resource_name";

pub(super) async fn call(asked: &Asked<'_>) -> Result<Done, Failure> {
    let found = asked.call(request(asked.members)?).await?;
    Ok(Done::Json(json!({
        "resources": found.keys.iter().map(|key| resource(asked, key)).collect::<Vec<_>>(),
        "total_count": found.total,
    })))
}

fn resource(asked: &Asked<'_>, key: &KeyDetails) -> Value {
    json!({
        "resource_id": key.metadata.key_id,
        "resource_detail": details(asked, key),
        "resource_name": key.alias,
        "tags": tags::shown(&key.tags),
    })
}

fn request(members: &Members) -> Result<ListKeys, Failure> {
    let only_count = match members.required("action")? {
        "filter" => false,
        "count" => true,
        _ => return Err(Failure::new(Code::KMS_0404)),
    };
    Ok(ListKeys {
        tags: filters(members)?,
        name: name(members)?,
        offset: paging::offset(members, "offset", Code::KMS_0417)?,
        limit: paging::limit(members, USUAL_LIMIT)?,
        only_count,
        ..ListKeys::default()
    })
}

fn filters(members: &Members) -> Result<Vec<TagFilter>, Failure> {
    let listed = members.objects("tags")?.unwrap_or_default();
    if listed.len() > tags::MAX_TAGS {
        return Err(Failure::new(Code::KMS_0407));
    }
    let filters = listed.iter().map(filter).collect::<Result<Vec<_>, _>>()?;
    let mut seen = HashSet::new();
    let differ = filters.iter().all(|filter| seen.insert(&filter.key));
    if differ { Ok(filters) } else { Err(Failure::new(Code::KMS_0412)) }
}

fn filter(members: &Members) -> Result<TagFilter, Failure> {
    let key = tags::key(members)?.to_owned();
    let values = members.texts("values")?.unwrap_or_default();
    if values.len() > MAX_VALUES {
        return Err(Failure::new(Code::KMS_0413));
    }
    values.iter().try_for_each(|value| tags::check_value(value))?;
    Ok(TagFilter { key, values: values.into_iter().map(str::to_owned).collect() })
}

/// What the key's name is to have in it.
fn name(members: &Members) -> Result<Option<String>, Failure> {
    let matches = members.objects("matches")?.unwrap_or_default();
    if matches.len() > MAX_MATCHES {
        return Err(Failure::new(Code::KMS_0415));
    }
    let mut name = None;
    for found in &matches {
        if found.text("key")? != Some(NAME) {
            return Err(Failure::new(Code::KMS_0403));
        }
        let value = found.text("value")?.filter(|value| value.chars().count() <= MAX_MATCH);
        let value = value.ok_or_else(|| Failure::new(Code::KMS_0402))?;
        if name.replace(value.to_owned()).is_some() {
            return Err(Failure::new(Code::KMS_0415));
        }
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fronts::huawei::endpoints::tests::members;

    fn read(body: Value) -> Result<ListKeys, &'static str> {
        request(&members(body)).map_err(|failure| failure.code().name())
    }

    #[test]
    fn the_example_of_the_documents_is_read() {
        let request = read(json!({
            "offset": "100", "limit": "100", "action": "filter",
            "matches": [{ "key": "resource_name", "value": "resource1" }],
            "tags": [{ "key": "key1", "values": ["value1", "value2"] }],
        }));
        let request = request.unwrap();
        assert_eq!((request.offset, request.limit, request.only_count), (100, 100, false));
        assert_eq!(request.name.as_deref(), Some("resource1"));
        assert_eq!((request.spec, request.states), (None, None), "keys of all kinds");
        let [filter] = request.tags.as_slice() else { panic!("one filter") };
        assert_eq!((filter.key.as_str(), filter.values.len()), ("key1", 2));
        let count = read(json!({ "action": "count" })).unwrap();
        assert_eq!((count.only_count, count.limit, count.offset), (true, 10, 0));
    }

    #[test]
    fn what_finds_nothing_is_refused() {
        let values: Vec<_> = (0..11).map(|number| number.to_string()).collect();
        let name = json!({ "key": "resource_name", "value": "a" });
        for (case, member, value, expected) in [
            ("an unknown action", "action", json!("list"), "KMS.0404"),
            ("no action", "action", json!(""), "KMS.0204"),
            ("no limit", "limit", json!("0"), "KMS.1601"),
            ("a negative offset", "offset", json!("-1"), "KMS.0417"),
            ("an empty tag", "tags", json!([{ "key": "" }]), "KMS.0406"),
            ("a tag twice", "tags", json!([{ "key": "a" }, { "key": "a" }]), "KMS.0412"),
            ("many values", "tags", json!([{ "key": "a", "values": values }]), "KMS.0413"),
            ("another field", "matches", json!([{ "key": "resource_id", "value": "a" }]), "KMS.0403"),
            ("an empty value", "matches", json!([{ "key": "resource_name", "value": "" }]), "KMS.0402"),
            ("two names", "matches", json!([name, name]), "KMS.0415"),
        ] {
            let mut body = json!({ "action": "filter" });
            body[member] = value;
            assert_eq!(read(body).err(), Some(expected), "{case}");
        }
    }
}
