//! Aliases beside the main one.

use api::{AliasListEntry, Empty, Error, ErrorCode, Reason, Request, Spec};
use seal::Changes;
use serde::{Deserialize, Serialize};

use crate::Operation;
use crate::arn::ALIAS_PREFIX;
use crate::authorize::alias_not_found;
use crate::keys::Keys;
use crate::operations::create_alias::put_new;
use crate::operations::list_aliases::entry;
use crate::operations::update_alias::point_elsewhere;
use crate::pipeline::{Context, Stop};

/// Gives a key one more alias.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CreateAlias {
    /// The alias, without `alias/`.
    pub name: String,
    /// Key id or key ARN.
    pub key_id: String,
}

/// Gives a key an alias that another key has.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AssociateAlias {
    /// The alias, without `alias/`.
    pub name: String,
    /// Key id or key ARN.
    pub key_id: String,
}

/// Takes aliases away from a key: all or none.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DeleteAliases {
    /// Key id or key ARN.
    pub key_id: String,
    /// The aliases, without `alias/`.
    pub names: Vec<String>,
}

impl Request for CreateAlias {
    type Response = AliasListEntry;
    const SPEC: Spec = <api::CreateAlias as Request>::SPEC;
}

impl Request for AssociateAlias {
    type Response = AliasListEntry;
    const SPEC: Spec = <api::UpdateAlias as Request>::SPEC;
}

impl Request for DeleteAliases {
    type Response = Empty;
    const SPEC: Spec = <api::DeleteAlias as Request>::SPEC;
}

impl Operation for CreateAlias {
    async fn run(&self, cx: &Context<'_>) -> Result<AliasListEntry, Stop> {
        let name = full(&self.name);
        let alias = put_new(cx, &name, &self.key_id).await?;
        Ok(entry(cx, name, Some(&alias)))
    }
}

impl Operation for AssociateAlias {
    async fn run(&self, cx: &Context<'_>) -> Result<AliasListEntry, Stop> {
        let name = full(&self.name);
        let alias = point_elsewhere(cx, &name, &self.key_id).await?;
        Ok(entry(cx, name, Some(&alias)))
    }
}

impl Operation for DeleteAliases {
    async fn run(&self, cx: &Context<'_>) -> Result<Empty, Stop> {
        let names: std::collections::BTreeSet<_> = self.names.iter().map(|name| full(name)).collect();
        for name in &names {
            cx.permit_alias(name)?;
        }
        let key = cx.permit(&self.key_id).await?;
        let place = cx.place();
        let mut changes = Changes::default();
        for name in &names {
            let alias = cx.keys().alias(&place, name).await?;
            let alias = alias.ok_or_else(|| alias_not_found(&place, name))?;
            if alias.record.target != key.record().id {
                let text = format!("{} is not an alias of {}.", place.alias_arn(name), key.arn());
                return Err(Error::new(ErrorCode::NotFound, text).because(Reason::AliasOfAnotherKey).into());
            }
            changes.append(Keys::delete_alias(&place, name, &alias));
        }
        cx.keys().commit_apart(changes).await?;
        Ok(Empty)
    }
}

fn full(name: &str) -> String {
    format!("{ALIAS_PREFIX}{name}")
}
