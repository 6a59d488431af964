//! Permissions boundaries: the most that the policies of a user or role can allow.

use api::constraint::Member;

use crate::Error;
use crate::context::Context;
use crate::records::{RoleRecord, UserRecord};
use crate::refusal::Stop;
use crate::shapes::holders::{DeleteBoundary, PutBoundary};
use crate::table::{Action, Service};

use super::inline_policies::Holder;
use super::target::Target;

/// What can have a boundary: all that policies are attached to, but groups.
pub(crate) trait Bounded: Holder {
    /// Its boundary, to be changed.
    fn boundary_mut(&mut self) -> &mut Option<String>;
}

macro_rules! bounded {
    ($($record:ty),*) => { $(
        impl Bounded for $record {
            fn boundary_mut(&mut self) -> &mut Option<String> {
                &mut self.boundary
            }
        }
    )* };
}

bounded!(UserRecord, RoleRecord);

impl<H: Bounded> Action for PutBoundary<H> {
    type Answer = ();
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = H::PUT_BOUNDARY;
    const MEMBERS: &'static [Member] = Self::FIELDS;

    async fn run(&self, cx: &Context<'_>) -> Result<(), Stop> {
        let target = Target::<H>::by_name(cx, &self.holder).await?;
        // The boundary that is asked for, not the one that is there: so whoever may only set one cannot set another.
        let conditions = target.conditions().with("iam:PermissionsBoundary", &self.boundary);
        let mut holder = target.permit::<Self>(cx, &conditions)?;
        check_boundary(cx, Some(&self.boundary)).await?;
        *holder.boundary_mut() = Some(self.boundary.clone());
        let mut writes = cx.writes();
        writes.put(&holder);
        cx.commit(writes).await
    }
}

impl<H: Bounded> Action for DeleteBoundary<H> {
    type Answer = ();
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = H::DELETE_BOUNDARY;
    const MEMBERS: &'static [Member] = Self::FIELDS;

    async fn run(&self, cx: &Context<'_>) -> Result<(), Stop> {
        let target = Target::<H>::by_name(cx, &self.holder).await?;
        let conditions = target.conditions_with_boundary();
        let mut holder = target.permit::<Self>(cx, &conditions)?;
        if holder.boundary_mut().take().is_none() {
            let text = format!("The {} {} does not have a permissions boundary.", H::NOUN, holder.name());
            return Err(Error::no_such_entity(text).into());
        }
        let mut writes = cx.writes();
        writes.put(&holder);
        cx.commit(writes).await
    }
}

/// Refuses a boundary that is no policy of the account or of AWS.
pub(super) async fn check_boundary(cx: &Context<'_>, boundary: Option<&str>) -> Result<(), Stop> {
    match boundary {
        Some(arn) if cx.policy_text(arn).await?.is_none() => {
            let text = format!("Scope ARN: {arn} does not exist or is not attachable.");
            Err(Error::no_such_entity(text).into())
        }
        _ => Ok(()),
    }
}
