//! Who may do what. The only place that makes a [`Permit`], and only a permit leads to a key.
//!
//! One rule for now: the root of an account may do everything to that account's keys. Everyone else is denied.

use std::sync::Arc;

use api::{Error, ErrorCode, KeyState, Outcome, Spec};
use crypto::Material;
use seal::Changes;

use crate::arn::{KeyId, KeyName, Place, parse_key_name};
use crate::cache::LiveKey;
use crate::key::{KeyRecord, MaterialId};
use crate::keys::Keys;
use crate::pipeline::{Context, Stop};

/// Proof that a caller may carry out an operation on a key, and that the key's state and usage allow it now.
pub(crate) struct Permit<'a> {
    keys: &'a Keys,
    key: Arc<LiveKey>,
    state: KeyState,
    arn: String,
}

impl Permit<'_> {
    pub(crate) fn record(&self) -> &KeyRecord {
        &self.key.record
    }

    pub(crate) fn arn(&self) -> &str {
        &self.arn
    }

    pub(crate) fn state(&self) -> KeyState {
        self.state
    }

    /// The material that is in use, ready.
    pub(crate) async fn current_material(&self) -> Result<(MaterialId, Arc<Material>), Stop> {
        let current =
            self.key.record.current().ok_or_else(|| Error::internal("an enabled key without material"))?;
        Ok((current.id.clone(), self.material(&current.id).await?))
    }

    /// One of the key's materials, ready.
    pub(crate) async fn material(&self, id: &MaterialId) -> Result<Arc<Material>, Stop> {
        self.keys.material(&self.key, id).await
    }

    /// Puts `record` in the place of the key's, with what else belongs to the change.
    pub(crate) async fn replace(
        &self,
        record: &KeyRecord,
        also: impl FnOnce(&mut Changes) -> Result<(), Error>,
    ) -> Result<(), Stop> {
        let mut changes = Keys::replace(Some(&self.key), record)?;
        also(&mut changes)?;
        self.keys.commit(record, changes).await
    }
}

/// Proof that a caller may carry out an operation that concerns an account rather than a key.
pub(crate) struct AccountPermit<'a> {
    pub(crate) keys: &'a Keys,
    pub(crate) place: Place,
}

/// What an operation asks of a key besides state and usage: given its record and ARN.
type Fits = fn(&KeyRecord, &str) -> Result<(), Error>;

impl<'a> Context<'a> {
    /// Permission for an operation on the key that a request names.
    pub(crate) async fn permit(&self, name: &str) -> Result<Permit<'a>, Error> {
        self.permit_before_state(name, |_, _| Ok(())).await
    }

    /// The same for operations that some keys refuse in every state (their origin or spec does not fit): `fits`
    /// is asked once the caller is allowed to know, and before the state, as the API does.
    pub(crate) async fn permit_before_state(&self, name: &str, fits: Fits) -> Result<Permit<'a>, Error> {
        let place = self.place();
        let id = match parse_key_name(self.spec(), &place, name)? {
            KeyName::Key(id) => id,
            KeyName::Alias(alias) => match self.keys().alias(&place, &alias).await? {
                Some(found) => found.record.target,
                None => return Err(alias_not_found(&place, &alias)),
            },
        };
        let missing =
            || Error::new(ErrorCode::NotFound, format!("Key '{}' does not exist", place.key_arn(&id)));
        self.permit_key(&id, fits).await?.ok_or_else(missing)
    }

    /// The same for a key id that a ciphertext names; `None` if there is no such key.
    pub(crate) async fn permit_id(&self, id: &KeyId) -> Result<Option<Permit<'a>>, Error> {
        self.permit_key(id, |_, _| Ok(())).await
    }

    async fn permit_key(&self, id: &KeyId, fits: Fits) -> Result<Option<Permit<'a>>, Error> {
        let place = self.place();
        self.authorize(&place.account, &place.key_arn(id))?;
        let Some(key) = self.keys().load(&place.account, &place.region, id).await? else {
            return Ok(None);
        };
        let Some(state) = key.record.state(self.now()) else {
            return Ok(None);
        };
        let arn = place.key_arn(id);
        fits(&key.record, &arn)?;
        check_state(self.spec(), state, &arn)?;
        check_usage(self.spec(), &key.record, &arn)?;
        Ok(Some(Permit { keys: self.keys(), key, state, arn }))
    }

    /// Permission for an operation on the account.
    pub(crate) fn permit_account(&self) -> Result<AccountPermit<'a>, Error> {
        let place = self.place();
        self.authorize(&place.account, "*")?;
        Ok(AccountPermit { keys: self.keys(), place })
    }

    fn authorize(&self, account: &str, resource: &str) -> Result<(), Error> {
        let caller = self.caller();
        if caller.is_root_of(&self.kms().settings().partition, account) {
            return Ok(());
        }
        let (principal, operation) = (&caller.principal, self.spec().name);
        let text = format!(
            "User: {principal} is not authorized to perform: kms:{operation} on resource: {resource} because no \
             identity-based policy allows the kms:{operation} action"
        );
        Err(Error::new(ErrorCode::AccessDenied, text))
    }
}

/// The answer to a key ARN of another account: the same whether or not there is such a key.
pub(crate) fn foreign_account(spec: &Spec, arn: &str) -> Error {
    let text = format!(
        "The caller is not authorized to perform: kms:{} on resource: {} because the resource does not exist in this \
         Region, no resource-based policies allow access, or a resource-based policy explicitly denies access",
        spec.name,
        arn.chars().take(256).flat_map(char::escape_debug).collect::<String>()
    );
    Error::new(ErrorCode::AccessDenied, text)
}

pub(crate) fn alias_not_found(place: &Place, name: &str) -> Error {
    Error::new(ErrorCode::NotFound, format!("Alias {} is not found.", place.alias_arn(name)))
}

fn check_state(spec: &Spec, state: KeyState, arn: &str) -> Result<(), Error> {
    let invalid = |what: &str| Err(Error::new(ErrorCode::KmsInvalidState, format!("{arn} {what}.")));
    match spec.states.of(state) {
        Outcome::Proceeds => Ok(()),
        Outcome::IsDisabled => Err(Error::new(ErrorCode::Disabled, format!("{arn} is disabled."))),
        Outcome::IsPendingDeletion if state == KeyState::PendingReplicaDeletion => {
            invalid("is pending replica deletion")
        }
        Outcome::IsPendingDeletion => invalid("is pending deletion"),
        Outcome::IsNotPendingDeletion => invalid("is not pending deletion"),
        Outcome::IsPendingImport => invalid("is pending import"),
        Outcome::IsUnavailable => invalid("is unavailable"),
        Outcome::IsCreating => invalid("is creating"),
        Outcome::IsUpdating => invalid("is updating"),
    }
}

fn check_usage(spec: &Spec, record: &KeyRecord, arn: &str) -> Result<(), Error> {
    match spec.usage {
        Some(usage) if usage != record.usage => {
            let text = format!("{arn} key usage is {} which is not valid for {}.", record.usage, spec.name);
            Err(Error::new(ErrorCode::InvalidKeyUsage, text))
        }
        _ => Ok(()),
    }
}
