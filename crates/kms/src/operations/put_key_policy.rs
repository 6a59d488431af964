//! `PutKeyPolicy`.

use api::{Empty, Error, ErrorCode, PutKeyPolicy};

use super::get_key_policy::{check_name, name_or_default};
use super::members::flag;
use crate::Operation;
use crate::conditions::Conditions;
use crate::keys::Keys;
use crate::pipeline::{Context, Stop};
use crate::policy;

/// The policy that Resource Access Manager writes, and nobody else.
const AWS_RAM: &str = "AWS_RAM";

impl Operation for PutKeyPolicy {
    fn conditions(&self) -> Conditions<'_> {
        Conditions::default()
            .with("kms:PolicyName", name_or_default(self.policy_name.as_deref()))
            .with("kms:BypassPolicyLockoutSafetyCheck", flag(self.bypass_policy_lockout_safety_check))
    }

    async fn run(&self, cx: &Context<'_>) -> Result<Empty, Stop> {
        let key = cx.permit(&self.key_id).await?;
        if self.policy_name.as_deref() == Some(AWS_RAM) {
            let text = "The AWS_RAM policy can only be managed by the RAM service";
            return Err(Error::new(ErrorCode::Validation, text).into());
        }
        check_name(self.policy_name.as_deref())?;
        let bypass = self.bypass_policy_lockout_safety_check == Some(true);
        let policy = policy::checked(cx, key.record(), key.arn(), &self.policy, bypass).await?;
        let mut record = key.record().clone();
        policy.put_on(&mut record);
        // Whom the policy lets in from another account finds the key by a ciphertext, and keys may be older than the
        // record that leads there.
        key.replace(&record, |changes| {
            Keys::put_owner(changes, &record);
            Ok(())
        })
        .await?;
        Ok(Empty)
    }
}
