//! A grant for someone who is named by an id.

use api::{CreateGrantResponse, Request, Spec};
use serde::{Deserialize, Serialize};

use super::Grantee;
use crate::authorize::Intent;
use crate::conditions::Conditions;
use crate::grants::{Asked, Party};
use crate::operations::create_grant::make;
use crate::pipeline::{Context, Stop};
use crate::{GrantedOperation, Operation};

/// Makes a grant.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CreateGrant {
    /// Key id or key ARN.
    pub key_id: String,
    /// Who it is for.
    pub grantee: Grantee,
    /// Who may retire it.
    pub retiring: Option<Grantee>,
    /// Its name.
    pub name: Option<String>,
    /// What it allows.
    pub operations: Vec<GrantedOperation>,
}

impl Request for CreateGrant {
    type Response = CreateGrantResponse;
    const SPEC: Spec = <api::CreateGrant as Request>::SPEC;
}

impl Operation for CreateGrant {
    fn conditions(&self) -> Conditions<'_> {
        Conditions::default().with_all(
            "kms:GrantOperations",
            self.operations.iter().map(|operation| operation.in_api().as_str()),
        )
    }

    async fn run(&self, cx: &Context<'_>) -> Result<CreateGrantResponse, Stop> {
        let grantee = self.grantee.party(cx).await;
        let retiring = match &self.retiring {
            Some(retiring) => Some(retiring.party(cx).await),
            None => None,
        };
        let arn = |party: &Result<Party, _>| party.as_ref().ok().map(|party| party.named().to_owned());
        let conditions = self
            .conditions()
            .maybe("kms:GranteePrincipal", arn(&grantee))
            .maybe("kms:RetiringPrincipal", retiring.as_ref().and_then(arn));
        let intent = Intent { conditions: Some(&conditions), ..Intent::default() };
        let permit = cx.permit_with(&self.key_id, intent).await?;
        let asked = Asked::new(self.name.clone(), grantee?, retiring.transpose()?, &self.operations)?;
        make(cx, &permit, asked, None).await
    }
}
