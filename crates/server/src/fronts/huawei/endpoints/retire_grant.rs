//! `POST /retire-grant`.

use api::RetireGrant;

use super::grant;
use crate::fronts::huawei::answer::Done;
use crate::fronts::huawei::endpoint::Asked;
use crate::fronts::huawei::failure::Failure;

pub(super) async fn call(asked: &Asked<'_>) -> Result<Done, Failure> {
    let (key_id, grant_id) = (asked.members.key_id()?, grant::id(asked.members)?);
    // The engine takes no bare id here: AWS's callers may be of another account.
    let (partition, account) = (&asked.kms.settings().partition, &asked.project.account);
    let arn = format!("arn:{partition}:kms:{}:{account}:key/{key_id}", asked.region());
    let request =
        RetireGrant { key_id: Some(arn), grant_id: Some(grant_id.to_owned()), ..RetireGrant::request() };
    asked.call(request).await?;
    Ok(Done::empty())
}
