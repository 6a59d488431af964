//! Who may make, list and end grants, beyond what a [`Permit`] says.

use api::{Error, GrantConstraints, GrantOperation};

use super::{AccountPermit, Permit, Right, not_authorized};
use crate::grants::{GrantRecord, Party};
use crate::pipeline::{Context, KeyRef};

impl<'a> Context<'a> {
    /// Refuses a new grant that allows more than the one by which the caller makes it. The owner of a key makes any.
    pub(crate) async fn check_passing_on(
        &self,
        permit: &Permit<'_>,
        operations: &[GrantOperation],
        constraints: Option<&GrantConstraints>,
    ) -> Result<(), Error> {
        let (key, principal) = (KeyRef::of(permit.record()), &self.caller().principal);
        if permit.right == Right::Owner
            || self.keys().may_pass_on(&key, principal, operations, constraints).await?
        {
            return Ok(());
        }
        let because = "a grantee passes on only what one of its own grants allows: that grant must list CreateGrant and \
                       every operation of the new grant, and the new grant's constraint must be the same or stricter";
        Err(not_authorized(principal, self.spec().name, permit.arn(), because))
    }

    /// Permission to list what `retiring` may retire: a principal of the caller's account. Services belong to none.
    pub(crate) fn permit_retiring(&self, retiring: &Party) -> Result<AccountPermit<'a>, Error> {
        let account = self.permit_account()?;
        let (own, named) = match retiring {
            Party::Principal(arn) => (arn.split(':').nth(4) == Some(account.place.account.as_str()), arn),
            Party::Service(name) => (false, name),
        };
        if own { Ok(account) } else { Err(self.denied(&account.place, named, self.spec().name)) }
    }

    /// Refuses to end a grant, which the request names as `resource`. The grant decides who may, whatever its
    /// constraint; and, as a backup, the accounts that own its key and issued it. The state of the key does not matter.
    pub(crate) fn check_retiring(
        &self,
        key: &KeyRef,
        grant: &GrantRecord,
        resource: &str,
    ) -> Result<(), Error> {
        let principal = &self.caller().principal;
        let is_caller = |party: &Party| party.is_principal(principal);
        if grant.retiring.as_ref().is_some_and(is_caller)
            || (is_caller(&grant.grantee) && grant.operations.contains(&GrantOperation::RetireGrant))
            || self.is_root_of(&key.account)
            || self.is_root_of(&grant.issuing_account)
        {
            return Ok(());
        }
        // The same for all accounts: whose key it is, a token does not tell.
        let because = "only these may retire a grant: its retiring principal, its grantee if RetireGrant is among its \
                       operations, and the accounts that own the key and made the grant";
        Err(not_authorized(principal, self.spec().name, resource, because))
    }
}
