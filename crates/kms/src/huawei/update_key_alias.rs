//! Another name for a key's main alias.

use api::{Request, Spec};
use serde::{Deserialize, Serialize};

use super::create_key::CREATE_ALIAS;
use crate::Operation;
use crate::aliases::AliasRecord;
use crate::arn::ALIAS_PREFIX;
use crate::authorize::Intent;
use crate::keys::Keys;
use crate::operations::create_alias::{check_free, check_name, check_room};
use crate::pipeline::{Context, Stop};

/// What taking one away takes.
const DELETE_ALIAS: &str = "DeleteAlias";

/// Renames the main alias of a key, or gives it one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UpdateKeyAlias {
    /// Key id or key ARN.
    pub key_id: String,
    /// The new name, without `alias/`.
    pub alias: String,
}

/// A key with its main alias.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AliasOf {
    /// The key id.
    pub key_id: String,
    /// The alias, without `alias/`.
    pub alias: String,
}

impl Request for UpdateKeyAlias {
    type Response = AliasOf;
    const SPEC: Spec = <api::UpdateAlias as Request>::SPEC;
}

impl Operation for UpdateKeyAlias {
    async fn run(&self, cx: &Context<'_>) -> Result<AliasOf, Stop> {
        let key = cx.permit(&self.key_id).await?;
        let record = key.record();
        let place = record.place(&cx.kms().settings().partition);
        let name = format!("{ALIAS_PREFIX}{}", self.alias);
        let answer = AliasOf { key_id: record.id.to_string(), alias: self.alias.clone() };
        let main = cx.keys().main_alias(record).await?;
        let main = main.filter(|(_, alias)| alias.record.target == record.id);
        // As whoever takes one alias away and gives another, of the key and of both aliases; and as who updates one.
        let on_key = async |action| {
            let intent = Intent { action: Some(action), ..Intent::default() };
            cx.permit_with(&self.key_id, intent).await
        };
        on_key(CREATE_ALIAS).await?;
        cx.permit_alias(&name)?;
        cx.permit_also(CREATE_ALIAS, &place.alias_arn(&name))?;
        if let Some((old, _)) = &main {
            on_key(DELETE_ALIAS).await?;
            cx.permit_alias(old)?;
            cx.permit_also(DELETE_ALIAS, &place.alias_arn(old))?;
            if *old == name {
                return Ok(answer);
            }
        }
        check_name(cx.rules(), &name)?;
        let left = check_free(cx, &place, &name).await?;
        if main.is_none() {
            check_room(cx, &place, record).await?;
        }
        let dates = main.as_ref().map(|(_, alias)| (alias.record.created, alias.record.updated));
        let (created, updated) = dates.unwrap_or((cx.now(), cx.now()));
        let alias = AliasRecord { target: record.id.clone(), created, updated };
        key.replace(record, |changes| {
            if let Some((old, before)) = &main {
                changes.append(Keys::delete_alias(&place, old, before));
            }
            Keys::put_alias(changes, &place, &name, left.as_ref(), &alias)
        })
        .await?;
        Ok(answer)
    }
}
