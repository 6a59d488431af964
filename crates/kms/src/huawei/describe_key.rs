//! One key in detail.

use api::{Request, Spec};
use serde::{Deserialize, Serialize};

use super::KeyDetails;
use super::walk::tags;
use crate::Operation;
use crate::aliases::bare;
use crate::pipeline::{Context, Stop};

/// Describes a key.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DescribeKey {
    /// Key id, key ARN, alias name or alias ARN.
    pub key_id: String,
}

impl Request for DescribeKey {
    type Response = KeyDetails;
    const SPEC: Spec = <api::DescribeKey as Request>::SPEC;
}

impl Operation for DescribeKey {
    async fn run(&self, cx: &Context<'_>) -> Result<KeyDetails, Stop> {
        let key = cx.permit(&self.key_id).await?;
        let primary = cx.primary(&key).await?;
        let alias = cx.keys().main_alias(key.record()).await?;
        let alias = alias.map(|(name, _)| bare(&name).to_owned());
        let tags = tags(cx, key.live()).await?;
        Ok(KeyDetails::new(cx, key.live(), &primary, key.state(), alias, tags))
    }
}
