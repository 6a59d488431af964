//! Pages of lists.

use crate::fronts::huawei::code::Code;
use crate::fronts::huawei::failure::Failure;
use crate::fronts::huawei::members::Members;

/// The largest page of a list (API reference, "Querying CMK Instances").
pub(super) const MAX_LIMIT: u32 = 1000;

/// How many entries a page may have: `limit`, or `usual` if that is not there.
pub(super) fn limit(members: &Members, usual: u32) -> Result<u32, Failure> {
    let refused = || Failure::new(Code::KMS_1601);
    let Some(limit) = members.number("limit").map_err(|_| refused())? else { return Ok(usual) };
    u32::try_from(limit).ok().filter(|limit| (1..=MAX_LIMIT).contains(limit)).ok_or_else(refused)
}

/// How many entries are before the page, in a member that `code` refuses if it is no number, or a negative one.
pub(super) fn offset(members: &Members, name: &str, code: Code) -> Result<u64, Failure> {
    let offset = members.number(name).map_err(|_| Failure::new(code))?.unwrap_or_default();
    u64::try_from(offset).map_err(|_| Failure::new(code))
}

/// "true" and "false", as `truncated` says it.
pub(super) fn truncated(more: bool) -> &'static str {
    if more { "true" } else { "false" }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fronts::huawei::endpoints::tests::members;

    #[test]
    fn limits_are_from_one_to_a_thousand() {
        for (value, expected) in
            [(json!(null), 10), (json!(""), 10), (json!(1), 1), (json!("1000"), 1000), (json!("7"), 7)]
        {
            assert_eq!(limit(&members(json!({ "limit": value })), 10).ok(), Some(expected), "{value}");
        }
        for value in
            [json!(0), json!(1001), json!(-1), json!("ten"), json!(1.5), json!(true), json!(1_u64 << 33)]
        {
            let refused = limit(&members(json!({ "limit": value })), 10).unwrap_err();
            assert_eq!(refused.code().name(), "KMS.1601", "{value}");
        }
    }

    #[test]
    fn offsets_are_not_negative() {
        for (value, expected) in [(json!(null), 0), (json!(""), 0), (json!("10"), 10), (json!(3), 3)] {
            let read = offset(&members(json!({ "marker": value })), "marker", Code::KMS_1602);
            assert_eq!(read.ok(), Some(expected), "{value}");
        }
        for value in [json!(-1), json!("-1"), json!("x"), json!([])] {
            let read = offset(&members(json!({ "marker": value })), "marker", Code::KMS_1602);
            assert_eq!(read.unwrap_err().code().name(), "KMS.1602", "{value}");
        }
    }
}
