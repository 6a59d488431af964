//! `POST /alias/associate`: an alias goes from one key to another.

use kms::huawei::AssociateAlias;

use super::alias;
use crate::fronts::huawei::answer::Done;
use crate::fronts::huawei::endpoint::Asked;
use crate::fronts::huawei::failure::Failure;

pub(super) async fn call(asked: &Asked<'_>) -> Result<Done, Failure> {
    let key_id = asked.members.key_id_in("target_key_id")?.to_owned();
    let name = alias::bare(asked.members.required("alias")?).to_owned();
    let moved = asked.call(AssociateAlias { name, key_id }).await?;
    Ok(Done::Json(alias::shown(asked, &moved)))
}
