//! `GetKeyPolicy`.

use api::{Error, ErrorCode, GetKeyPolicy, GetKeyPolicyResponse};

use crate::Operation;
use crate::conditions::Conditions;
use crate::pipeline::{Context, Stop};
use crate::policy;

impl Operation for GetKeyPolicy {
    fn conditions(&self) -> Conditions<'_> {
        Conditions::default().with("kms:PolicyName", name_or_default(self.policy_name.as_deref()))
    }

    async fn run(&self, cx: &Context<'_>) -> Result<GetKeyPolicyResponse, Stop> {
        let key = cx.permit(&self.key_id).await?;
        check_name(self.policy_name.as_deref())?;
        let policy = policy::shown(cx, key.record()).await?;
        Ok(GetKeyPolicyResponse { policy, policy_name: policy::NAME.to_owned() })
    }
}

/// The name of the policy that is meant, which a request need not give.
pub(super) fn name_or_default(asked: Option<&str>) -> &str {
    asked.unwrap_or(policy::NAME)
}

/// Refuses every name but the one that keys have here: none is shared by way of RAM.
pub(super) fn check_name(name: Option<&str>) -> Result<(), Error> {
    match name {
        None | Some(policy::NAME) => Ok(()),
        Some(_) => Err(Error::new(ErrorCode::NotFound, "No such policy exists")),
    }
}
