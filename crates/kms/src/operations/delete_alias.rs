//! `DeleteAlias`.

use api::{DeleteAlias, Empty};

use crate::Operation;
use crate::authorize::alias_not_found;
use crate::keys::Keys;
use crate::pipeline::{Context, Stop};

impl Operation for DeleteAlias {
    async fn run(&self, cx: &Context<'_>) -> Result<Empty, Stop> {
        cx.permit_alias(&self.alias_name)?;
        let place = cx.place();
        let Some(alias) = cx.keys().alias(&place, &self.alias_name).await? else {
            return Err(alias_not_found(&place, &self.alias_name).into());
        };
        cx.check_key(place.clone(), &alias.record.target).await?;
        cx.keys().commit_apart(Keys::delete_alias(&place, &self.alias_name, &alias)).await?;
        Ok(Empty)
    }
}
