//! How much there is, for those who look at quotas.

use api::{Error, KeyManagerType, Request, Spec};
use serde::{Deserialize, Serialize};

use super::walk::Walk;
use crate::Operation;
use crate::arn::Place;
use crate::pipeline::{Context, KeyRef, Stop};

/// Counts the keys of the account in the Region that are there, but for those of services.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct CountKeys {}

/// Counts the grants on the key of the account in the Region that has most.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct CountGrants {}

impl Request for CountKeys {
    type Response = u64;
    const SPEC: Spec = <api::ListKeys as Request>::SPEC;
}

impl Request for CountGrants {
    type Response = u64;
    const SPEC: Spec = <api::ListGrants as Request>::SPEC;
}

impl Operation for CountKeys {
    async fn run(&self, cx: &Context<'_>) -> Result<u64, Stop> {
        cx.permit_account()?;
        Ok(Self::count(cx, cx.place()).await?)
    }
}

impl CountKeys {
    /// The number, for whoever may know it.
    pub(crate) async fn count(cx: &Context<'_>, place: Place) -> Result<u64, Error> {
        let (mut walk, mut count) = (Walk::of(cx, place), 0);
        while let Some(key) = walk.next().await? {
            count += u64::from(key.record.manager == KeyManagerType::Customer);
        }
        Ok(count)
    }
}

impl Operation for CountGrants {
    async fn run(&self, cx: &Context<'_>) -> Result<u64, Stop> {
        cx.permit_account()?;
        let (mut walk, mut most) = (Walk::new(cx), 0);
        while let Some(key) = walk.next().await? {
            most = most.max(cx.keys().count_grants(&KeyRef::of(&key.record)).await?.number());
        }
        Ok(u64::try_from(most).unwrap_or(u64::MAX))
    }
}
