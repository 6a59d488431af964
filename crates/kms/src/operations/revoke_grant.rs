//! `RevokeGrant`.

use api::{Empty, RevokeGrant};

use super::grant::{given_id, not_found};
use super::members::check_dry_run;
use crate::Operation;
use crate::pipeline::{Context, KeyRef, Stop};

impl Operation for RevokeGrant {
    async fn run(&self, cx: &Context<'_>) -> Result<Empty, Stop> {
        let id = given_id(&self.grant_id)?;
        let permit = cx.permit(&self.key_id).await?;
        let key = &KeyRef::of(permit.record());
        let Some(grant) = cx.keys().grant(key, &id).await? else {
            return Err(not_found(&id).into());
        };
        check_dry_run(self.dry_run)?;
        let count = cx.keys().count_grants(key).await?;
        cx.keys().commit_apart(cx.keys().end_grant(key, &count, &grant)?).await?;
        Ok(Empty)
    }
}
