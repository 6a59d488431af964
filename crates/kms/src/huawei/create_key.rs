//! A key that has an alias from the beginning.

use api::{CreateKeyResponse, Request, Spec};
use serde::{Deserialize, Serialize};

use crate::Operation;
use crate::aliases::AliasRecord;
use crate::arn::ALIAS_PREFIX;
use crate::conditions::Conditions;
use crate::keys::Keys;
use crate::operations::create_alias::{check_free, check_name};
use crate::operations::create_key::create;
use crate::pipeline::{Context, Stop};

/// What making an alias takes.
pub(super) const CREATE_ALIAS: &str = "CreateAlias";

/// Makes a key with its main alias, in one commit.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CreateKey {
    /// The alias, without `alias/`.
    pub alias: String,
    /// The key.
    pub key: api::CreateKey,
}

impl Request for CreateKey {
    type Response = CreateKeyResponse;
    const SPEC: Spec = <api::CreateKey as Request>::SPEC;
}

impl Operation for CreateKey {
    fn conditions(&self) -> Conditions<'_> {
        self.key.conditions()
    }

    async fn run(&self, cx: &Context<'_>) -> Result<CreateKeyResponse, Stop> {
        let name = format!("{ALIAS_PREFIX}{}", self.alias);
        let place = cx.place();
        cx.permit_also(CREATE_ALIAS, &place.alias_arn(&name))?;
        check_name(cx.rules(), &name)?;
        let left = check_free(cx, &place, &name).await?;
        create(&self.key, cx, |changes, record| {
            let target = record.id.clone();
            let alias = AliasRecord { target, created: cx.now(), updated: cx.now() };
            Keys::put_alias(changes, &place, &name, left.as_ref(), &alias)
        })
        .await
    }
}
