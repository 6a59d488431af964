//! `ListKeyPolicies`.

use api::{ListKeyPolicies, ListKeyPoliciesResponse};

use crate::Operation;
use crate::pipeline::{Context, Stop};
use crate::policy;

impl Operation for ListKeyPolicies {
    async fn run(&self, cx: &Context<'_>) -> Result<ListKeyPoliciesResponse, Stop> {
        let key = cx.permit(&self.key_id).await?;
        // There is one, so no page ends with more to come and no marker was ever given out.
        cx.after(key.arn(), self.marker.as_deref())?;
        Ok(ListKeyPoliciesResponse {
            policy_names: vec![policy::NAME.to_owned()],
            truncated: false,
            next_marker: None,
        })
    }
}
