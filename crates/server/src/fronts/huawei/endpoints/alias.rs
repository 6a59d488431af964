//! Aliases beside the one that a key is created with.

use api::AliasListEntry;
use serde_json::{Value, json};

use super::id_in;
use crate::fronts::huawei::code::Code;
use crate::fronts::huawei::dates;
use crate::fronts::huawei::endpoint::Asked;
use crate::fronts::huawei::failure::Failure;

/// What the engine's names of aliases begin with.
const PREFIX: &str = "alias/";

/// An alias without the prefix that says that it is one, with which a key is named by it.
pub(super) fn bare(alias: &str) -> &str {
    alias.strip_prefix(PREFIX).unwrap_or(alias)
}

/// Refuses an alias that another would be taken for: with the prefix by which keys are named by their aliases.
pub(super) fn check(alias: &str) -> Result<(), Failure> {
    if alias.starts_with(PREFIX) { Err(Failure::new(Code::KMS_1101)) } else { Ok(()) }
}

/// An alias as the API shows it.
pub(super) fn shown(asked: &Asked<'_>, entry: &AliasListEntry) -> Value {
    let (alias, domain) = (bare(&entry.alias_name), asked.domain_id());
    json!({
        "domain_id": domain,
        "key_id": id_in(entry.target_key_id.as_deref().unwrap_or_default()),
        "alias": alias,
        "alias_urn": format!("kms:{}:{domain}:alias:{alias}", asked.region()),
        "create_time": dates::in_words(entry.creation_date),
        "update_time": dates::in_words(entry.last_updated_date),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alias_is_the_same_with_and_without_its_prefix() {
        assert_eq!((bare("alias/a"), bare("a"), bare("alias/alias/a")), ("a", "a", "alias/a"));
    }
}
