//! A replica that may have an alias from the beginning.

use api::{ReplicateKeyResponse, Request, Spec};
use serde::{Deserialize, Serialize};

use super::create_key::CREATE_ALIAS;
use crate::Operation;
use crate::aliases::AliasRecord;
use crate::arn::{ALIAS_PREFIX, Place};
use crate::conditions::Conditions;
use crate::keys::Keys;
use crate::operations::create_alias::{check_free, check_name};
use crate::operations::replicate_key::replicate;
use crate::pipeline::{Context, Stop};

/// Makes a replica with its main alias, in one commit.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReplicateKey {
    /// The alias, without `alias/`, in the Region of the replica.
    pub alias: Option<String>,
    /// The replica.
    pub replica: api::ReplicateKey,
}

impl Request for ReplicateKey {
    type Response = ReplicateKeyResponse;
    const SPEC: Spec = <api::ReplicateKey as Request>::SPEC;
}

impl Operation for ReplicateKey {
    fn conditions(&self) -> Conditions<'_> {
        self.replica.conditions()
    }

    async fn run(&self, cx: &Context<'_>) -> Result<ReplicateKeyResponse, Stop> {
        // What is no Region is refused as one, before anything is looked for in it.
        let is_region = cx.kms().settings().serves(&self.replica.replica_region);
        let Some(alias) = self.alias.as_ref().filter(|_| is_region) else {
            return replicate(&self.replica, cx, |_, _| Ok(())).await;
        };
        let name = format!("{ALIAS_PREFIX}{alias}");
        let place = Place { region: self.replica.replica_region.clone(), ..cx.place() };
        cx.permit_also(CREATE_ALIAS, &place.alias_arn(&name))?;
        check_name(cx.rules(), &name)?;
        let left = check_free(cx, &place, &name).await?;
        replicate(&self.replica, cx, |changes, record| {
            let alias = AliasRecord { target: record.id.clone(), created: cx.now(), updated: cx.now() };
            Keys::put_alias(changes, &place, &name, left.as_ref(), &alias)
        })
        .await
    }
}
