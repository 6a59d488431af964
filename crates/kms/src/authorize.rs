//! Who may do what: decided here and nowhere else. Only here a [`Permit`] is made, and only a permit leads to the
//! material of a key; what happens without one, and why, is in ADR 4.
//!
//! Two rules for now: the root of an account may do everything to that account's keys, but for what
//! [`aws_managed::check`] keeps back, and everyone may do what a grant on the key allows them. Everyone else is denied,
//! and learns nothing: grants are looked for before the key is, in the same way whether or not there is one, and what
//! is denied is named as it was asked for. Who may make, list and end grants is in `authorize/grants.rs`.

mod grants;

use std::sync::Arc;

use api::{EncryptionContext, Error, ErrorCode, GrantOperation, KeyState, Outcome, Spec};
use crypto::Material;
use seal::Changes;

use crate::arn::{KeyId, KeyName, Place, parse_key_name};
use crate::aws_managed;
use crate::cache::LiveKey;
use crate::key::{KeyRecord, MaterialId};
use crate::keys::Keys;
use crate::pipeline::{Context, KeyRef, Stop};

/// By what right a caller has a permit.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Right {
    /// As the root of the account that owns the key.
    Owner,
    /// By a grant on the key.
    Grant,
}

/// Proof that a caller may carry out an operation on a key, and that the key's state and usage allow it now.
pub(crate) struct Permit<'a> {
    keys: &'a Keys,
    key: Arc<LiveKey>,
    right: Right,
    state: KeyState,
    arn: String,
}

impl Permit<'_> {
    pub(crate) fn record(&self) -> &KeyRecord {
        &self.key.record
    }

    /// The key as it was found.
    pub(crate) fn live(&self) -> &Arc<LiveKey> {
        &self.key
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
pub(crate) type Fits = fn(&KeyRecord, &str) -> Result<(), Error>;

/// What a request wants of a key, as far as it matters to who may do it.
#[derive(Clone, Copy, Default)]
pub(crate) struct Intent<'r> {
    /// The permission, where it is not the operation's own: ReEncryptFrom, ReEncryptTo.
    pub(crate) operation: Option<GrantOperation>,
    /// The encryption context, on which grants may depend.
    pub(crate) encryption_context: Option<&'r EncryptionContext>,
    /// What some keys refuse in every state, because their origin or spec does not fit: asked once the caller is
    /// allowed to know, and before the state, as the API does.
    pub(crate) fits: Option<Fits>,
}

/// The key that a request is about.
struct Sought {
    place: Place,
    /// `None` where the request names an alias that is not there.
    id: Option<KeyId>,
    /// The key, where it has been read already.
    read: Option<Arc<LiveKey>>,
    /// What a denial says that it is.
    resource: String,
}

impl<'a> Context<'a> {
    /// Permission for an operation on the key that a request names.
    pub(crate) async fn permit(&self, name: &str) -> Result<Permit<'a>, Error> {
        self.permit_with(name, Intent::default()).await
    }

    /// The same for a request with an encryption context.
    pub(crate) async fn permit_in(
        &self,
        name: &str,
        encryption_context: Option<&EncryptionContext>,
    ) -> Result<Permit<'a>, Error> {
        self.permit_with(name, Intent { encryption_context, ..Intent::default() }).await
    }

    /// The same for operations that some keys refuse in every state.
    pub(crate) async fn permit_before_state(&self, name: &str, fits: Fits) -> Result<Permit<'a>, Error> {
        self.permit_with(name, Intent { fits: Some(fits), ..Intent::default() }).await
    }

    /// The same, with all there is to say.
    pub(crate) async fn permit_with(&self, name: &str, intent: Intent<'_>) -> Result<Permit<'a>, Error> {
        let (place, name) = parse_key_name(self.spec(), &self.place(), name)?;
        let (id, asked) = match &name {
            KeyName::Key(id) => (Some(id.clone()), place.key_arn(id)),
            KeyName::Alias(alias) => {
                let found = self.keys().alias(&place, alias).await?;
                (found.map(|found| found.record.target), place.alias_arn(alias))
            }
        };
        // What an alias stands for is said in its own account only.
        let known = id.as_ref().filter(|_| place.account == self.caller().account);
        let resource = known.map_or(asked, |id| place.key_arn(id));
        let sought = Sought { place, id, read: None, resource };
        match (self.authorize(&sought, intent).await?, name) {
            (Some((key, right)), _) => self.admit(key, right, intent),
            (None, KeyName::Alias(alias)) if sought.id.is_none() => {
                Err(alias_not_found(&sought.place, &alias))
            }
            (None, _) => {
                Err(Error::new(ErrorCode::NotFound, format!("Key '{}' does not exist", sought.resource)))
            }
        }
    }

    /// The same for a key id that a ciphertext names; `None` if there is no such key that the caller may use.
    pub(crate) async fn permit_id(
        &self,
        id: &KeyId,
        intent: Intent<'_>,
    ) -> Result<Option<Permit<'a>>, Error> {
        let mut place = self.place();
        let read = self.find(&place, id).await?;
        if read.is_none() {
            // Where nobody has such a key, nobody's grants are looked for.
            place.account = self.keys().owner(&place.region, id).await?.unwrap_or_default();
        }
        let resource = place.key_arn(id);
        match self.authorize(&Sought { place, id: Some(id.clone()), read, resource }, intent).await {
            Ok(found) => found.map(|(key, right)| self.admit(key, right, intent)).transpose(),
            Err(error) if error.code() == ErrorCode::AccessDenied => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn find(&self, place: &Place, id: &KeyId) -> Result<Option<Arc<LiveKey>>, Error> {
        let key = self.keys().load(&place.account, &place.region, id).await?;
        Ok(key.filter(|key| key.record.state(self.now()).is_some()))
    }

    /// Whether the key takes this operation, whoever asks.
    fn admit(&self, key: Arc<LiveKey>, right: Right, intent: Intent<'_>) -> Result<Permit<'a>, Error> {
        let record = &key.record;
        let arn = record.place(&self.kms().settings().partition).key_arn(&record.id);
        if let Some(fits) = intent.fits {
            fits(record, &arn)?;
        }
        let state = self.check_state(record, &arn)?;
        check_usage(self.spec(), record, &arn)?;
        self.remember(record);
        Ok(Permit { keys: self.keys(), key, right, state, arn })
    }

    /// A key's state, if the operation takes keys in that state.
    pub(crate) fn check_state(&self, record: &KeyRecord, arn: &str) -> Result<KeyState, Error> {
        let state = record.state(self.now());
        let state = state.ok_or_else(|| Error::internal("a key that is no more was found"))?;
        check_state(self.spec(), state, arn)?;
        Ok(state)
    }

    /// Permission for an operation on the account.
    pub(crate) fn permit_account(&self) -> Result<AccountPermit<'a>, Error> {
        let place = self.place();
        if !self.is_root_of(&place.account) {
            return Err(self.denied(&place, "*", self.spec().name));
        }
        Ok(AccountPermit { keys: self.keys(), place })
    }

    /// The key, and by what right the caller may do this to it. `None` tells the owner that there is no such key; nobody
    /// else learns that.
    async fn authorize(
        &self,
        sought: &Sought,
        intent: Intent<'_>,
    ) -> Result<Option<(Arc<LiveKey>, Right)>, Error> {
        let Sought { place, id, read, resource } = sought;
        let operation = intent.operation.or(self.spec().grant);
        let action = operation.map_or(self.spec().name, GrantOperation::as_str);
        let principal = &self.caller().principal;
        if self.is_root_of(&place.account) {
            let key = match (read, id) {
                (None, Some(id)) => self.find(place, id).await?,
                (read, _) => read.clone(),
            };
            if let Some(key) = &key {
                aws_managed::check(&key.record, principal, resource, action)?;
            }
            return Ok(key.map(|key| (key, Right::Owner)));
        }
        if let Some(operation) = operation {
            // An alias that is not there stands for an id that no key has.
            let id = id.clone().unwrap_or_else(|| KeyId::generate(false));
            let at = KeyRef { account: place.account.clone(), region: place.region.clone(), id };
            if self.keys().granted(&at, principal, operation, intent.encryption_context).await?
                && let Some(key) = self.find(place, &at.id).await?
            {
                return Ok(Some((key, Right::Grant)));
            }
        }
        Err(self.denied(place, resource, action))
    }

    fn is_root_of(&self, account: &str) -> bool {
        self.caller().is_root_of(&self.kms().settings().partition, account)
    }

    /// The answer to a caller who may not.
    fn denied(&self, place: &Place, resource: &str, action: &str) -> Error {
        let caller = self.caller();
        let because = if place.account == caller.account {
            &format!("no identity-based policy allows the kms:{action} action")
        } else {
            "the resource does not exist in this Region, no resource-based policies allow access, or a resource-based \
             policy explicitly denies access"
        };
        not_authorized(&caller.principal, action, resource, because)
    }
}

/// The answer to whoever may not, and why.
pub(crate) fn not_authorized(principal: &str, action: &str, resource: &str, because: &str) -> Error {
    let text = format!(
        "User: {principal} is not authorized to perform: kms:{action} on resource: {resource} because {because}"
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
