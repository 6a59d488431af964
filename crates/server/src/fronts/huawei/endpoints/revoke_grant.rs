//! `POST /revoke-grant`.

use api::RevokeGrant;

use super::grant;
use crate::fronts::huawei::answer::Done;
use crate::fronts::huawei::endpoint::Asked;
use crate::fronts::huawei::failure::Failure;

pub(super) async fn call(asked: &Asked<'_>) -> Result<Done, Failure> {
    let (key_id, grant_id) = (asked.members.key_id()?, grant::id(asked.members)?);
    asked.call(RevokeGrant::request(key_id, grant_id)).await?;
    Ok(Done::empty())
}
