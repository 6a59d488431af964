//! Managed policies, attached to users, groups and roles.

use api::constraint::Member;

use crate::context::Context;
use crate::refusal::Stop;
use crate::shapes::holders::{AttachPolicy, DetachPolicy, ListAttachedPolicies};
use crate::shapes::{AttachedPolicy, Listed};
use crate::table::{Action, Service};
use crate::{Error, limits};

use super::inline_policies::Holder;
use super::target::Target;

impl<H: Holder> Action for AttachPolicy<H> {
    type Answer = ();
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = H::ATTACH_POLICY;
    const MEMBERS: &'static [Member] = Self::FIELDS;

    async fn run(&self, cx: &Context<'_>) -> Result<(), Stop> {
        let mut holder = permitted::<Self, H>(cx, &self.holder, &self.policy_arn).await?;
        if cx.policy_text(&self.policy_arn).await?.is_none() {
            let text = format!("Policy {} does not exist or is not attachable.", self.policy_arn);
            return Err(Error::no_such_entity(text).into());
        }
        if holder.attached().contains(&self.policy_arn) {
            return Ok(());
        }
        if holder.attached().len() >= limits::ATTACHED {
            let quota = format!("PoliciesPer{}", H::MEMBER.name.trim_end_matches("Name"));
            return Err(Error::limit_exceeded(&quota, limits::ATTACHED).into());
        }
        holder.attached_mut().push(self.policy_arn.clone());
        let mut writes = cx.writes();
        writes.put(&holder);
        cx.commit(writes).await
    }
}

impl<H: Holder> Action for DetachPolicy<H> {
    type Answer = ();
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = H::DETACH_POLICY;
    const MEMBERS: &'static [Member] = Self::FIELDS;

    async fn run(&self, cx: &Context<'_>) -> Result<(), Stop> {
        let mut holder = permitted::<Self, H>(cx, &self.holder, &self.policy_arn).await?;
        if !holder.attached().contains(&self.policy_arn) {
            let text = format!("Policy {} was not found.", self.policy_arn);
            return Err(Error::no_such_entity(text).into());
        }
        holder.attached_mut().retain(|arn| *arn != self.policy_arn);
        let mut writes = cx.writes();
        writes.put(&holder);
        cx.commit(writes).await
    }
}

impl<H: Holder> Action for ListAttachedPolicies<H> {
    type Answer = Listed<AttachedPolicy>;
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = H::LIST_ATTACHED_POLICIES;
    const MEMBERS: &'static [Member] = Self::FIELDS;

    async fn run(&self, cx: &Context<'_>) -> Result<Self::Answer, Stop> {
        let holder = cx.permitted::<Self, H>(&self.holder).await?;
        let prefix = self.path_prefix.as_deref().unwrap_or("/");
        let arns = holder.attached().iter().filter(|arn| path_of(arn).starts_with(prefix)).cloned().collect();
        self.page.answer("AttachedPolicies", arns, String::clone, |policy_arn| AttachedPolicy {
            policy_name: policy_arn.rsplit('/').next().unwrap_or_default().to_owned(),
            policy_arn,
        })
    }
}

/// The holder of this name, if the caller may do `A` to it with the policy of this ARN.
async fn permitted<A: Action, H: Holder>(cx: &Context<'_>, name: &str, policy: &str) -> Result<H, Stop> {
    let target = Target::<H>::by_name(cx, name).await?;
    let conditions = target.conditions_with_boundary().with("iam:PolicyARN", policy);
    target.permit::<A>(cx, &conditions)
}

/// What comes between `policy` and the name in the ARN of a policy, slashes included, and the name.
fn path_of(arn: &str) -> &str {
    let resource = arn.splitn(6, ':').nth(5).unwrap_or_default();
    resource.strip_prefix("policy").unwrap_or_default()
}
