//! Who may make, list and end grants, beyond what a [`Permit`] says; and by what names grants know a caller.

use api::{Error, GrantConstraints, GrantOperation};
use policy::PrincipalKind;

use super::{AccountPermit, Permit, Right, not_authorized};
use crate::grants::{GrantRecord, GrantedOperation, Party};
use crate::pipeline::{Context, KeyRef};

impl<'a> Context<'a> {
    /// Refuses a new grant that allows more than the one by which the caller makes it. Whom policies let make
    /// grants makes any.
    pub(crate) async fn check_passing_on(
        &self,
        permit: &Permit<'_>,
        operations: &[GrantedOperation],
        constraints: Option<&GrantConstraints>,
    ) -> Result<(), Error> {
        let Right::Grant(names) = &permit.right else {
            return Ok(());
        };
        let key = KeyRef::of(permit.record());
        for party in names {
            if self.keys().may_pass_on(&key, party, operations, constraints).await? {
                return Ok(());
            }
        }
        let because = "because a grantee passes on only what one of its own grants allows: that grant must list \
                       CreateGrant and every operation of the new grant, and the new grant's constraint must be the \
                       same or stricter";
        Err(not_authorized(self.caller().arn(), self.spec().name, permit.arn(), because))
    }

    /// Permission to list what `retiring` may retire: a principal of the caller's account. Services belong to none.
    pub(crate) fn permit_retiring(&self, retiring: &Party) -> Result<AccountPermit<'a>, Error> {
        let account = self.permit_account()?;
        let named = retiring.named();
        let own = !retiring.is_service() && named.split(':').nth(4) == Some(account.place.account.as_str());
        if own {
            return Ok(account);
        }
        let because = "because only the account of a retiring principal may list what it may retire";
        Err(not_authorized(self.caller().arn(), self.spec().name, named, because))
    }

    /// Refuses to end a grant, which the request names as `resource`. The grant decides who may, whatever its
    /// constraint; and, as a backup, the accounts that own its key and issued it, whose own policies then have to allow
    /// it. The state and the policy of the key do not matter.
    pub(crate) fn check_retiring(
        &self,
        key: &KeyRef,
        grant: &GrantRecord,
        resource: &str,
    ) -> Result<(), Error> {
        let grantee =
            grant.operations.contains(&GrantOperation::RetireGrant.into()).then_some(&grant.grantee);
        let may = |party: &Party| grant.retiring.as_ref() == Some(party) || grantee == Some(party);
        let evaluation = self.evaluate_without_key(self.spec().name, resource, &key.account);
        let mut named = self.parties().filter(|(_, party)| may(party));
        if named.any(|(name, _)| evaluation.with_grant(name).is_allowed()) {
            return Ok(());
        }
        let account = self.caller().account();
        let is_backup = account == key.account || account == grant.issuing_account;
        if is_backup && self.permit_also(self.spec().name, resource).is_ok() {
            return Ok(());
        }
        // The same for all accounts: whose key it is, a token does not tell.
        let because = "because only these may retire a grant: its retiring principal, its grantee if RetireGrant is \
                       among its operations, and the accounts that own the key and made the grant";
        Err(not_authorized(self.caller().arn(), self.spec().name, resource, because))
    }

    /// The names by which grants may know the caller, each with its place among the principal's names.
    pub(crate) fn parties(&self) -> impl Iterator<Item = (Option<usize>, Party)> {
        let principal = &self.caller().principal;
        let root = principal.is_root().then(|| (None, Party::Principal(principal.arn.clone())));
        let named = principal.names.iter().enumerate().map(|(index, name)| {
            let arn = name.arn.clone();
            let party = match &name.id {
                _ if principal.kind == PrincipalKind::Service => Party::Service(arn),
                Some(id) => Party::Identity { arn, id: id.clone() },
                None => Party::Principal(arn),
            };
            (Some(index), party)
        });
        root.into_iter().chain(named)
    }
}
