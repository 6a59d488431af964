//! `DELETE /aliases`, with a body: those of one key, all or none.

use kms::huawei::DeleteAliases;

use super::alias;
use crate::fronts::huawei::answer::Done;
use crate::fronts::huawei::endpoint::Asked;
use crate::fronts::huawei::failure::Failure;
use crate::fronts::huawei::members::{Members, invalid, missing};

/// Most aliases in a request: as many as a key has.
const MAX_ALIASES: usize = api::limits::MAX_ALIASES_PER_KEY;

pub(super) async fn call(asked: &Asked<'_>) -> Result<Done, Failure> {
    let key_id = asked.members.key_id()?.to_owned();
    asked.call(DeleteAliases { key_id, names: aliases(asked.members)? }).await?;
    Ok(Done::NoContent)
}

fn aliases(members: &Members) -> Result<Vec<String>, Failure> {
    let names = members.texts("aliases")?.ok_or_else(|| missing("aliases"))?;
    if !(1..=MAX_ALIASES).contains(&names.len()) {
        return Err(invalid("aliases", &format!("must have 1 to {MAX_ALIASES} aliases")));
    }
    Ok(names.into_iter().map(|name| alias::bare(name).to_owned()).collect())
}
