//! `POST /list-keys`.

use kms::huawei::ListKeys;
use serde_json::{Value, json};

use super::details::{ENTERPRISE_PROJECT, details};
use super::paging::{self, MAX_LIMIT, truncated};
use crate::fronts::huawei::answer::Done;
use crate::fronts::huawei::code::Code;
use crate::fronts::huawei::endpoint::Asked;
use crate::fronts::huawei::failure::Failure;
use crate::fronts::huawei::members::{Members, invalid};
use crate::fronts::huawei::names;

/// `key_spec` of all kinds of keys.
const ALL: &str = "ALL";

pub(super) async fn call(asked: &Asked<'_>) -> Result<Done, Failure> {
    let request = request(asked.members)?;
    let offset = request.offset;
    let list = asked.call(request).await?;
    let shown = u64::try_from(list.keys.len()).unwrap_or(u64::MAX);
    // Empty on the last page: some clients look at nothing else.
    let next = if list.more { offset.saturating_add(shown).to_string() } else { String::new() };
    Ok(Done::Json(json!({
        "keys": list.keys.iter().map(|key| Value::from(key.metadata.key_id.as_str())).collect::<Vec<_>>(),
        "key_details": list.keys.iter().map(|key| details(asked, key)).collect::<Vec<_>>(),
        "next_marker": next,
        "truncated": truncated(list.more),
        "total": list.total,
    })))
}

fn request(members: &Members) -> Result<ListKeys, Failure> {
    members.unsupported("enterprise_project_id", &["all", ENTERPRISE_PROJECT])?;
    let states = match members.text("key_state")? {
        None => None,
        Some(digit) => {
            let states = names::states_of(digit);
            Some(states.ok_or_else(|| invalid("key_state", "must be a digit from 1 to 5"))?)
        }
    };
    let spec = match members.text("key_spec")? {
        // Open Telekom Cloud's list has no such member and is of all kinds, and so is what openstack clients look keys
        // up in; of Huawei Cloud's, where AES_256 is the default, this has more.
        None | Some(ALL) => None,
        Some(name) => {
            let spec = names::spec_of(name);
            Some(spec.ok_or_else(|| invalid("key_spec", "must be ALL or a kind of keys"))?)
        }
    };
    Ok(ListKeys {
        states,
        spec,
        offset: paging::offset(members, "marker", Code::KMS_1602)?,
        limit: paging::limit(members, MAX_LIMIT)?,
        ..ListKeys::default()
    })
}

#[cfg(test)]
mod tests {
    use api::{KeySpec, KeyState};

    use super::*;
    use crate::fronts::huawei::endpoints::tests::members;

    fn read(body: Value) -> Result<ListKeys, &'static str> {
        request(&members(body)).map_err(|failure| failure.code().name())
    }

    #[test]
    fn lists_are_narrowed_down() {
        let all = read(json!({ "key_spec": "ALL" })).unwrap();
        assert_eq!((all.spec, all.states, all.offset, all.limit), (None, None, 0, 1000));
        let usual = read(json!({ "limit": "", "marker": "" })).unwrap();
        assert_eq!(usual.spec, None);
        let some =
            read(json!({ "limit": "2", "marker": "1", "key_state": "5", "key_spec": "RSA_2048" })).unwrap();
        assert_eq!((some.spec, some.offset, some.limit), (Some(KeySpec::Rsa2048), 1, 2));
        assert_eq!(some.states, Some(vec![KeyState::PendingImport]));
        assert!(read(json!({ "enterprise_project_id": "all" })).is_ok());
    }

    #[test]
    fn what_narrows_nothing_down_is_refused() {
        for (member, value, expected) in [
            ("limit", "0", "KMS.1601"),
            ("marker", "-1", "KMS.1602"),
            ("key_state", "6", "KMS.0308"),
            ("key_state", "Enabled", "KMS.0308"),
            ("key_spec", "SYMMETRIC_DEFAULT", "KMS.0308"),
            ("enterprise_project_id", "5f5d6f1e-0000-0000-0000-000000000000", "KMS.0308"),
        ] {
            assert_eq!(read(json!({ member: value })).err(), Some(expected), "{member}");
        }
    }
}
