//! `GetKeyPolicy`.

use api::{Error, ErrorCode, GetKeyPolicy, GetKeyPolicyResponse};

use crate::Operation;
use crate::pipeline::{Context, Stop};
use crate::policy;

impl Operation for GetKeyPolicy {
    async fn run(&self, cx: &Context<'_>) -> Result<GetKeyPolicyResponse, Stop> {
        let key = cx.permit(&self.key_id).await?;
        check_name(self.policy_name.as_deref())?;
        Ok(GetKeyPolicyResponse { policy: key.record().policy.clone(), policy_name: policy::NAME.to_owned() })
    }
}

/// Refuses every name but the one that keys have here: none is shared by way of RAM.
pub(super) fn check_name(name: Option<&str>) -> Result<(), Error> {
    match name {
        None | Some(policy::NAME) => Ok(()),
        Some(_) => Err(Error::new(ErrorCode::NotFound, "No such policy exists")),
    }
}
