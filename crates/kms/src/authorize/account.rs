//! What concerns an account rather than one of its keys: there is no policy but the caller's own.

use api::Error;
use policy::{Asked, Evaluation, Verdict};

use super::{Sought, key_not_found};
use crate::arn::{KeyId, Place};
use crate::keys::Keys;
use crate::pipeline::Context;

/// The resource of operations that have none (service authorization reference).
const ANYTHING: &str = "*";

/// Proof that a caller may carry out an operation that concerns an account rather than a key.
pub(crate) struct AccountPermit<'a> {
    pub(crate) keys: &'a Keys,
    pub(crate) place: Place,
}

impl<'a> Context<'a> {
    /// Permission for an operation on the account.
    pub(crate) fn permit_account(&self) -> Result<AccountPermit<'a>, Error> {
        self.permit_on(ANYTHING)
    }

    /// The id of a key of the caller's account that a request names, for who has the account's permit and needs none for the
    /// key: only identity policies decide. The key may be in any state.
    pub(crate) async fn id_in_account(&self, name: &str) -> Result<KeyId, Error> {
        let Sought { place, id, resource, .. } = self.seek(name).await?;
        if place.account != self.caller().account() {
            return Err(self.denied(self.spec().name, &resource, None));
        }
        match id {
            Some(id) if self.find(&place, &id).await?.is_some() => Ok(id),
            _ => Err(key_not_found(&resource)),
        }
    }

    /// Permission for what the operation does to an alias. What it does to keys needs another.
    pub(crate) fn permit_alias(&self, name: &str) -> Result<AccountPermit<'a>, Error> {
        self.permit_on(&self.place().alias_arn(name))
    }

    fn permit_on(&self, resource: &str) -> Result<AccountPermit<'a>, Error> {
        self.permit_also(self.spec().name, resource)?;
        Ok(AccountPermit { keys: self.keys(), place: self.place() })
    }

    /// Refuses a request that does something else besides, such as tagging, which the caller may not. `action` is
    /// without its `kms:`.
    pub(crate) fn permit_also(&self, action: &str, resource: &str) -> Result<(), Error> {
        self.permit_also_in(&self.caller().region, action, resource)
    }

    /// The same for what it does in another Region.
    pub(crate) fn permit_also_in(&self, region: &str, action: &str, resource: &str) -> Result<(), Error> {
        match self.evaluate_in(region, action, resource, self.caller().account()).verdict() {
            Verdict::Allowed => Ok(()),
            Verdict::Denied(denial) => Err(self.denied(action, resource, Some(denial))),
        }
    }

    /// What the caller's own policies say of something that belongs to `owner` and has no policy.
    pub(super) fn evaluate_without_key(&self, action: &str, resource: &str, owner: &str) -> Evaluation {
        self.evaluate_in(&self.caller().region, action, resource, owner)
    }

    fn evaluate_in(&self, region: &str, action: &str, resource: &str, owner: &str) -> Evaluation {
        let known = [("kms:CallerAccount", self.caller().account()), ("aws:RequestedRegion", region)];
        let facts = self.facts_of_request(&known);
        let action = &format!("kms:{action}");
        let asked = Asked { action, resource, owner, policy: None, context: &facts };
        let evaluation = policy::evaluate(&self.caller().principal, &asked);
        tracing::debug!(action, resource, decided_by = ?evaluation.decided_by(), "authorized");
        evaluation
    }
}
