//! What concerns an account rather than one of its keys: there is no policy but the caller's own.

use api::Error;
use policy::{Asked, Evaluation, Verdict};

use super::key_not_found;
use crate::arn::{KeyId, Place};
use crate::key::KeyRecord;
use crate::keys::Keys;
use crate::pipeline::Context;

/// The resource of operations that have none (service authorization reference).
const ANYTHING: &str = "*";
/// What making a replica takes in the replica's Region (developer guide, "Create multi-Region replica keys").
const CREATE_KEY: &str = "CreateKey";

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
        let sought = self.seek(name).await?;
        if sought.place.account != self.caller().account() {
            return Err(self.denied(self.spec().name, &self.resource(&sought), None));
        }
        if !sought.is_missing && self.find(&sought.place, &sought.id).await?.is_some() {
            Ok(sought.id)
        } else {
            Err(key_not_found(&self.resource(&sought)))
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
        self.check(action, resource, self.evaluate_without_key(action, resource, self.caller().account()))
    }

    /// Refuses a request that makes a replica, `new`, where the caller may not create such a key.
    pub(crate) fn permit_replica(&self, new: &KeyRecord) -> Result<(), Error> {
        let evaluation = self.evaluate_in(&new.region, CREATE_KEY, ANYTHING, &new.account, Some(new));
        self.check(CREATE_KEY, ANYTHING, evaluation)
    }

    /// Whether the caller's own policies let it carry out the operation on something of its account.
    pub(crate) fn may(&self, resource: &str) -> bool {
        self.evaluate_without_key(self.spec().name, resource, self.caller().account()).verdict().is_allowed()
    }

    fn check(&self, action: &str, resource: &str, evaluation: Evaluation) -> Result<(), Error> {
        match evaluation.verdict() {
            Verdict::Allowed => Ok(()),
            Verdict::Denied(denial) => Err(self.denied(action, resource, Some(denial))),
        }
    }

    /// What the caller's own policies say of something that belongs to `owner` and has no policy.
    pub(super) fn evaluate_without_key(&self, action: &str, resource: &str, owner: &str) -> Evaluation {
        self.evaluate_in(&self.caller().region, action, resource, owner, None)
    }

    fn evaluate_in(
        &self,
        region: &str,
        action: &str,
        resource: &str,
        owner: &str,
        new: Option<&KeyRecord>,
    ) -> Evaluation {
        let facts = self.facts_of_request(region, new);
        let name = &["kms:", action].concat();
        let action = self.actions(action, name);
        let asked = Asked { action, resource, owner, policy: None, context: &facts };
        let evaluation = policy::evaluate(&self.caller().principal, &asked);
        tracing::debug!(action = name, resource, verdict = ?evaluation.verdict(), decided_by = ?evaluation.decided_by(), "evaluated");
        evaluation
    }
}
