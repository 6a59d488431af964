//! `POST /aliases`.

use kms::huawei::CreateAlias;

use super::alias;
use crate::fronts::huawei::answer::Done;
use crate::fronts::huawei::endpoint::Asked;
use crate::fronts::huawei::failure::Failure;

pub(super) async fn call(asked: &Asked<'_>) -> Result<Done, Failure> {
    let key_id = asked.members.key_id()?.to_owned();
    let name = alias::bare(asked.members.required("alias")?).to_owned();
    let created = asked.call(CreateAlias { name, key_id }).await?;
    Ok(Done::Created(alias::shown(asked, &created)))
}
