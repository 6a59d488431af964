//! `DeleteAlias`.

use api::{DeleteAlias, Empty};

use crate::Operation;
use crate::authorize::alias_not_found;
use crate::aws_managed;
use crate::keys::Keys;
use crate::pipeline::{Context, Stop};

impl Operation for DeleteAlias {
    async fn run(&self, cx: &Context<'_>) -> Result<Empty, Stop> {
        cx.permit_account()?;
        let place = cx.place();
        let Some(alias) = cx.keys().alias(&place, &self.alias_name).await? else {
            return Err(alias_not_found(&place, &self.alias_name).into());
        };
        if let Some(key) = cx.keys().load(&place.account, &place.region, &alias.record.target).await? {
            let arn = place.key_arn(&alias.record.target);
            aws_managed::check(&key.record, &cx.caller().principal, &arn, cx.spec().name)?;
        }
        cx.keys().commit_apart(Keys::delete_alias(&place, &self.alias_name, &alias)).await?;
        Ok(Empty)
    }
}
