//! Inline policies: those that a user, group or role has alone, and that go with it.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use api::constraint::Member;

use crate::context::Context;
use crate::limits::policy_size;
use crate::records::{GroupRecord, RoleRecord, UserRecord};
use crate::refusal::Stop;
use crate::shapes::holders::{
    DeleteHolderPolicy, GetHolderPolicy, Holding, InlinePolicy, ListHolderPolicies, PutPolicy,
};
use crate::shapes::{Listed, url_encoded};
use crate::table::{Action, Service};
use crate::{Error, limits};

use super::documents::{check_bytes, check_identity_policy};
use super::target::{Entity, Target};

/// A user, group or role: what policies are put on and attached to.
pub(crate) trait Holder: Entity + Holding + 'static {
    /// The quota of the sizes of its inline policies together.
    const INLINE: usize;

    /// The documents of its inline policies, by their names.
    fn inline(&self) -> &BTreeMap<String, String>;

    /// The same, to be changed.
    fn inline_mut(&mut self) -> &mut BTreeMap<String, String>;

    /// The ARNs of the managed policies that are attached to it.
    fn attached(&self) -> &[String];

    /// The same, to be changed.
    fn attached_mut(&mut self) -> &mut Vec<String>;
}

macro_rules! holders {
    ($($record:ty, $inline:expr;)*) => { $(
        impl Holder for $record {
            const INLINE: usize = $inline;

            fn inline(&self) -> &BTreeMap<String, String> {
                &self.inline
            }

            fn inline_mut(&mut self) -> &mut BTreeMap<String, String> {
                &mut self.inline
            }

            fn attached(&self) -> &[String] {
                &self.attached
            }

            fn attached_mut(&mut self) -> &mut Vec<String> {
                &mut self.attached
            }
        }
    )* };
}

holders! {
    UserRecord, limits::USER_INLINE;
    GroupRecord, limits::GROUP_INLINE;
    RoleRecord, limits::ROLE_INLINE;
}

impl<H: Holder> Action for PutPolicy<H> {
    type Answer = ();
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = H::PUT_POLICY;
    const MEMBERS: &'static [Member] = Self::FIELDS;

    async fn run(&self, cx: &Context<'_>) -> Result<(), Stop> {
        let mut holder = permitted::<Self, H>(cx, &self.holder).await?;
        check_identity_policy(&self.document)?;
        let policies = holder.inline_mut();
        // As elsewhere, names that differ in case only are the same.
        policies.retain(|name, _| !name.eq_ignore_ascii_case(&self.policy_name));
        policies.insert(self.policy_name.clone(), self.document.clone());
        let size: usize = policies.values().map(|text| policy_size(text)).sum();
        let bytes: usize = policies.values().map(String::len).sum();
        if size > H::INLINE {
            let text = format!(
                "Maximum policy size of {} bytes exceeded for {} {}",
                H::INLINE,
                H::NOUN,
                holder.name()
            );
            return Err(Error::new("LimitExceeded", 409, text).into());
        }
        check_bytes(&format!("text of all inline policies of the {}", H::NOUN), bytes, H::INLINE)?;
        put(cx, &holder).await
    }
}

impl<H: Holder> Action for GetHolderPolicy<H> {
    type Answer = InlinePolicy<H>;
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = H::GET_POLICY;
    const MEMBERS: &'static [Member] = Self::FIELDS;

    async fn run(&self, cx: &Context<'_>) -> Result<Self::Answer, Stop> {
        let holder = cx.permitted::<Self, H>(&self.holder).await?;
        let (name, text) = find(&holder, &self.policy_name)?;
        Ok(InlinePolicy {
            holder: holder.name().to_owned(),
            policy_name: name.to_owned(),
            document: url_encoded(text),
            of: PhantomData,
        })
    }
}

impl<H: Holder> Action for DeleteHolderPolicy<H> {
    type Answer = ();
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = H::DELETE_POLICY;
    const MEMBERS: &'static [Member] = Self::FIELDS;

    async fn run(&self, cx: &Context<'_>) -> Result<(), Stop> {
        let mut holder = permitted::<Self, H>(cx, &self.holder).await?;
        find(&holder, &self.policy_name)?;
        holder.inline_mut().retain(|name, _| !name.eq_ignore_ascii_case(&self.policy_name));
        put(cx, &holder).await
    }
}

impl<H: Holder> Action for ListHolderPolicies<H> {
    type Answer = Listed<String>;
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = H::LIST_POLICIES;
    const MEMBERS: &'static [Member] = Self::FIELDS;

    async fn run(&self, cx: &Context<'_>) -> Result<Self::Answer, Stop> {
        let holder = cx.permitted::<Self, H>(&self.holder).await?;
        let names = holder.inline().keys().cloned().collect();
        self.page.answer("PolicyNames", names, |name| name.to_ascii_lowercase(), |name| name)
    }
}

/// The holder of this name, if the caller may do `A` to it, which changes its policies.
async fn permitted<A: Action, H: Holder>(cx: &Context<'_>, name: &str) -> Result<H, Stop> {
    let target = Target::<H>::by_name(cx, name).await?;
    let conditions = target.conditions_with_boundary();
    target.permit::<A>(cx, &conditions)
}

fn find<'h, H: Holder>(holder: &'h H, name: &str) -> Result<(&'h str, &'h str), Error> {
    let found = holder.inline().iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    found.map(|(name, text)| (name.as_str(), text.as_str())).ok_or_else(|| {
        Error::no_such_entity(format!("The {} policy with name {name} cannot be found.", H::NOUN))
    })
}

async fn put<H: Holder>(cx: &Context<'_>, holder: &H) -> Result<(), Stop> {
    let mut writes = cx.writes();
    writes.put(holder);
    cx.commit(writes).await
}
