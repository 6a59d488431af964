//! `PutKeyPolicy`.

use api::{Empty, Error, ErrorCode, PutKeyPolicy};

use super::get_key_policy::check_name;
use crate::Operation;
use crate::pipeline::{Context, Stop};
use crate::policy;

/// The policy that Resource Access Manager writes, and nobody else.
const AWS_RAM: &str = "AWS_RAM";

impl Operation for PutKeyPolicy {
    async fn run(&self, cx: &Context<'_>) -> Result<Empty, Stop> {
        let key = cx.permit(&self.key_id).await?;
        if self.policy_name.as_deref() == Some(AWS_RAM) {
            let text = "The AWS_RAM policy can only be managed by the RAM service";
            return Err(Error::new(ErrorCode::Validation, text).into());
        }
        check_name(self.policy_name.as_deref())?;
        let bypass = self.bypass_policy_lockout_safety_check == Some(true);
        let policy = policy::checked(cx, key.arn(), &self.policy, bypass)?;
        let mut record = key.record().clone();
        record.policy = policy;
        key.replace(&record, |_| Ok(())).await?;
        Ok(Empty)
    }
}
