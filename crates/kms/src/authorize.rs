//! Who may do what: decided here and nowhere else. Only here a [`Permit`] is made, and only a permit leads to the
//! material of a key; what happens without one, and why, is in ADR 4.
//!
//! What policies say together is for [`policy::evaluate`] to tell; here it is asked, with the key's policy, the
//! caller's and the condition keys that one of them depends on (`authorize/facts.rs`). Where they do not allow it,
//! a grant may. Another account's key is looked for in the same way whether or not there is one, and what is
//! denied is named as it was asked for, so whoever is denied learns nothing. What does not concern one key is in
//! `authorize/account.rs`, and who may make, list and end grants in `authorize/grants.rs`.

mod account;
mod facts;
mod glance;
mod grants;

use std::borrow::Cow;
use std::sync::Arc;

use api::{EncryptionContext, Error, ErrorCode, KeyManagerType, KeyState, Outcome, Reason, Spec};
use crypto::Material;
use policy::{Actions, Asked, Denial, Evaluation, PolicyKind, Verdict};
use seal::Changes;

pub(crate) use account::AccountPermit;
pub(crate) use facts::of_key;

use crate::arn::{KeyId, KeyName, Place, key_name_in};
use crate::cache::{CompiledPolicy, LiveKey};
use crate::conditions::Conditions;
use crate::grants::{GrantedOperation, Party};
use crate::key::{KeyRecord, MaterialId};
use crate::keys::Keys;
use crate::permissions;
use crate::pipeline::{Context, KeyRef, Stop};

/// What is said where no policy had a say.
const ELSEWHERE: Denial = Denial { explicit: false, by: PolicyKind::Resource, cross_account: true };

/// By what right a caller has a permit.
enum Right {
    /// Policies allow it.
    Policy,
    /// A grant on the key does, and policies do not. The caller has what grants give to these of its names: boundary
    /// and session policies may keep others' from it.
    Grant(Vec<Party>),
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

/// What an operation asks of a key besides state and usage: given its record and ARN.
pub(crate) type Fits = fn(&KeyRecord, &str) -> Result<(), Error>;

/// What a request wants of a key, as far as it matters to who may do it.
#[derive(Clone, Copy, Default)]
pub(crate) struct Intent<'r> {
    /// The permission, where it is not the operation's own: ReEncryptFrom, ReEncryptTo, and parts of an operation.
    pub(crate) operation: Option<GrantedOperation>,
    /// The action, where it is another than the operation's own and no grant allows it.
    pub(crate) action: Option<&'static str>,
    /// The encryption context, on which grants may depend.
    pub(crate) encryption_context: Option<&'r EncryptionContext>,
    /// The condition keys of the request, where they are not the same for all of its keys.
    pub(crate) conditions: Option<&'r Conditions<'r>>,
    /// What some keys refuse in every state, because their origin or spec does not fit: asked once the caller is
    /// allowed to know, and before the state, as the API does.
    pub(crate) fits: Option<Fits>,
}

/// The key that a request is about.
struct Sought {
    place: Place,
    id: KeyId,
    arn: String,
    /// The key, where it has been read already.
    read: Option<Arc<LiveKey>>,
    /// The alias that the request names it by.
    alias: Option<String>,
    /// Whether there is no such alias: then it stands for an id that no key has.
    is_missing: bool,
}

impl Sought {
    /// A key that is named by its id.
    fn by_id(place: Place, id: KeyId) -> Self {
        let arn = place.key_arn(&id);
        Self { place, id, arn, read: None, alias: None, is_missing: false }
    }
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
        let sought = self.seek(name).await?;
        match (self.authorize(&sought, intent).await?, &sought.alias) {
            (Some((key, right)), _) => self.admit(key, right, intent, sought.arn),
            (None, Some(alias)) if sought.is_missing => Err(alias_not_found(&sought.place, alias)),
            (None, _) => Err(key_not_found(&self.resource(&sought))),
        }
    }

    /// The same for a key id that a ciphertext names; `None` if there is no such key that the caller may use. Only of
    /// its own account's keys a caller learns why.
    pub(crate) async fn permit_id(
        &self,
        id: &KeyId,
        intent: Intent<'_>,
    ) -> Result<Option<Permit<'a>>, Error> {
        let mut place = self.place();
        let read = self.find(&place, id).await?;
        let own = read.is_some();
        if !own {
            // Where nobody has such a key, nobody's grants are looked for.
            place.account = self.keys().owner(&place.region, id).await?.unwrap_or_default();
        }
        let sought = Sought { read, ..Sought::by_id(place, id.clone()) };
        match self.authorize(&sought, intent).await {
            Ok(found) => found.map(|(key, right)| self.admit(key, right, intent, sought.arn)).transpose(),
            Err(error) if error.code() == ErrorCode::AccessDenied && !own => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Refuses what the caller may not do to another key of its account that the request concerns, whatever that key's
    /// state. One that is gone is nobody's.
    pub(crate) async fn check_key(&self, place: Place, id: &KeyId) -> Result<(), Error> {
        let Some(read) = self.find(&place, id).await? else {
            return Ok(());
        };
        let sought = Sought { read: Some(read), ..Sought::by_id(place, id.clone()) };
        self.authorize(&sought, Intent::default()).await.map(drop)
    }

    /// The id of the key that a request names, if there is one. Nothing is permitted by it, and nobody must be told.
    pub(crate) async fn id_of(&self, name: &str) -> Result<Option<KeyId>, Error> {
        let sought = self.seek(name).await?;
        Ok((!sought.is_missing).then_some(sought.id))
    }

    async fn seek(&self, name: &str) -> Result<Sought, Error> {
        let (place, name) = key_name_in(self.spec(), self.place(), name)?;
        match name {
            KeyName::Key(id) => Ok(Sought::by_id(place, id)),
            KeyName::Alias(alias) => {
                let target = self.keys().alias(&place, &alias).await?.map(|found| found.record.target);
                let is_missing = target.is_none();
                let id = target.unwrap_or_else(|| KeyId::generate(false));
                Ok(Sought { alias: Some(alias), is_missing, ..Sought::by_id(place, id) })
            }
        }
    }

    /// What a denial says that it is. What an alias stands for is said in its own account only.
    fn resource<'s>(&self, sought: &'s Sought) -> Cow<'s, str> {
        let is_elsewhere = sought.place.account != self.caller().account();
        match &sought.alias {
            Some(alias) if sought.is_missing || is_elsewhere => sought.place.alias_arn(alias).into(),
            _ => (&sought.arn).into(),
        }
    }

    async fn find(&self, place: &Place, id: &KeyId) -> Result<Option<Arc<LiveKey>>, Error> {
        let (account, region) = (&place.account, &place.region);
        // Strangers have it read each time: how much is read must not tell whether there is such a key.
        let key = if account == self.caller().account() {
            self.keys().load(account, region, id).await?
        } else {
            self.keys().load_from_store(account, region, id).await?
        };
        Ok(key.filter(|key| key.record.state(self.now()).is_some()))
    }

    /// Whether the key takes this operation, whoever asks.
    fn admit(
        &self,
        key: Arc<LiveKey>,
        right: Right,
        intent: Intent<'_>,
        arn: String,
    ) -> Result<Permit<'a>, Error> {
        let record = &key.record;
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

    /// The key, and by what right the caller may do this to it. `None` tells whoever may that there is no such key;
    /// nobody else learns that.
    async fn authorize(
        &self,
        sought: &Sought,
        intent: Intent<'_>,
    ) -> Result<Option<(Arc<LiveKey>, Right)>, Error> {
        let operation = match intent.action {
            Some(_) => None,
            None => intent.operation.or(self.spec().grant.map(GrantedOperation::Api)),
        };
        let own = operation.map_or(self.spec().name, |operation| operation.in_api().as_str());
        let action = intent.action.unwrap_or(own);
        let key = match &sought.read {
            Some(read) => Some(Arc::clone(read)),
            None => self.find(&sought.place, &sought.id).await?,
        };
        let own = sought.place.account == self.caller().account();
        let evaluation = self.evaluate(sought, key.as_ref(), action, intent).await?;
        let denial = match evaluation.verdict() {
            // In another account only the policy of a key that is there allows.
            Verdict::Allowed if own || self.spec().cross_account => {
                return Ok(key.map(|key| (key, Right::Policy)));
            }
            Verdict::Allowed => None,
            Verdict::Denied(denial) => Some(denial),
        };
        // Elsewhere grants are looked for even where they cannot help, as they are where there is no such key.
        let names = match operation {
            Some(operation) if !own || denial.as_ref().is_none_or(|denial| !denial.explicit) => {
                let Place { account, region, .. } = sought.place.clone();
                let at = KeyRef { account, region, id: sought.id.clone() };
                self.grant_allows(&at, operation, intent.encryption_context, &evaluation).await?
            }
            _ => None,
        };
        match (key, names) {
            (Some(key), Some(names)) => Ok(Some((key, Right::Grant(names)))),
            (key, _) if own => {
                let by_its_policy = denial.as_ref().is_none_or(|denial| denial.by == PolicyKind::Resource);
                let denied = self.denied(action, &self.resource(sought), denial);
                let of_service = key.is_some_and(|key| key.record.manager == KeyManagerType::Aws);
                Err(if of_service && by_its_policy {
                    denied.because(Reason::KeyManagedByService)
                } else {
                    denied
                })
            }
            _ => Err(self.denied_elsewhere(action, sought)),
        }
    }

    /// The answer to a caller who may not do this to another account's key. What of it the caller's own policies
    /// forbid they are asked once more, as if there were no such key: with the facts of the key at hand, a policy made for it
    /// would tell whether there is one, and what it is like.
    fn denied_elsewhere(&self, action: &str, sought: &Sought) -> Error {
        let Sought { place, alias, .. } = sought;
        let resource = &self.resource(sought);
        let unknown = alias.as_ref().map(|_| place.key_arn(&KeyId::generate(false)));
        let named = unknown.as_deref().unwrap_or(resource);
        let denial = match self.evaluate_without_key(action, named, &place.account).verdict() {
            Verdict::Allowed => None,
            Verdict::Denied(denial) => Some(denial),
        };
        self.denied(action, resource, denial)
    }

    /// What policies say: those of the caller, and that of the key if there is one.
    async fn evaluate(
        &self,
        sought: &Sought,
        key: Option<&Arc<LiveKey>>,
        action: &str,
        intent: Intent<'_>,
    ) -> Result<Evaluation, Error> {
        let policy = match key.map(|key| key.policy()).transpose() {
            // That there is such a key, is for its own account to know.
            Err(_) if sought.place.account != self.caller().account() => None,
            read => read?,
        };
        let name = &["kms:", action].concat();
        let policy = policy.as_deref().map(CompiledPolicy::document);
        let facts = self.facts(policy, sought, key.map(Arc::as_ref), intent.conditions).await?;
        let asked = Asked {
            action: self.actions(action, name),
            resource: &sought.arn,
            owner: &sought.place.account,
            policy,
            context: &facts,
        };
        let evaluation = policy::evaluate(&self.caller().principal, &asked);
        let resource = &sought.arn;
        tracing::debug!(action = name, resource, verdict = ?evaluation.verdict(), decided_by = ?evaluation.decided_by(), "evaluated");
        Ok(evaluation)
    }

    /// By what names policies know an action; `name` is the one with `kms:`. A request that came by another API has
    /// that API's permissions to show, which are of the endpoint and so the same for all that the request does. What it
    /// does besides, such as giving a new key an alias, is denied by what denies that.
    fn actions<'n>(&self, action: &str, name: &'n str) -> Actions<'n> {
        let permissions = self.dialect().permissions;
        // The two sides of ReEncrypt are what it is.
        let own = !permissions.is_empty() && action.starts_with(self.spec().name);
        let covered_by = if own { &[] } else { permissions::covering(action) };
        Actions { name, permissions, covered_by }
    }

    /// The names by which the caller has what grants on the key give, where policies do not forbid it, if one of the
    /// grants allows it this.
    async fn grant_allows(
        &self,
        key: &KeyRef,
        operation: GrantedOperation,
        encryption_context: Option<&EncryptionContext>,
        evaluation: &Evaluation,
    ) -> Result<Option<Vec<Party>>, Error> {
        let mut granted = false;
        let mut names = Vec::new();
        for (name, party) in self.parties() {
            // Asked of each, so that what is read does not depend on the answers.
            let given = self.keys().granted(key, &party, operation, encryption_context).await?;
            if evaluation.with_grant(name).is_allowed() {
                granted |= given;
                names.push(party);
            }
        }
        Ok(granted.then_some(names))
    }

    /// The answer to a caller who may not. Where no policy said so, another account's key was asked for an operation
    /// that does not cross accounts, or one that is not there.
    fn denied(&self, action: &str, resource: &str, denial: Option<Denial>) -> Error {
        let (denial, principal) = (denial.unwrap_or(ELSEWHERE), self.caller().arn());
        // For whoever runs the server: the answer says less, where the key is another account's.
        tracing::info!(principal, action, resource, explicit = denial.explicit, by = ?denial.by, "denied");
        not_authorized(principal, action, resource, &denial.reason(&format!("kms:{action}")))
    }
}

/// The answer to whoever may not, and why.
pub(crate) fn not_authorized(principal: &str, action: &str, resource: &str, because: &str) -> Error {
    let text = format!(
        "User: {principal} is not authorized to perform: kms:{action} on resource: {resource} {because}"
    );
    Error::new(ErrorCode::AccessDenied, text)
}

fn key_not_found(resource: &str) -> Error {
    Error::new(ErrorCode::NotFound, format!("Key '{resource}' does not exist"))
}

pub(crate) fn alias_not_found(place: &Place, name: &str) -> Error {
    Error::new(ErrorCode::NotFound, format!("Alias {} is not found.", place.alias_arn(name)))
}

fn check_state(spec: &Spec, state: KeyState, arn: &str) -> Result<(), Error> {
    let refused = |code, what: &str, reason| Err(Error::new(code, format!("{arn} {what}.")).because(reason));
    let invalid = |what, reason| refused(ErrorCode::KmsInvalidState, what, reason);
    match spec.states.of(state) {
        Outcome::Proceeds => Ok(()),
        Outcome::IsDisabled => refused(ErrorCode::Disabled, "is disabled", Reason::KeyDisabled),
        Outcome::IsPendingDeletion if state == KeyState::PendingReplicaDeletion => {
            invalid("is pending replica deletion", Reason::KeyPendingDeletion)
        }
        Outcome::IsPendingDeletion => invalid("is pending deletion", Reason::KeyPendingDeletion),
        Outcome::IsNotPendingDeletion => invalid("is not pending deletion", Reason::KeyNotPendingDeletion),
        Outcome::IsPendingImport => invalid("is pending import", Reason::KeyPendingImport),
        Outcome::IsUnavailable => invalid("is unavailable", Reason::KeyBusy),
        Outcome::IsCreating => invalid("is creating", Reason::KeyBusy),
        Outcome::IsUpdating => invalid("is updating", Reason::KeyBusy),
    }
}

fn check_usage(spec: &Spec, record: &KeyRecord, arn: &str) -> Result<(), Error> {
    match spec.usage {
        Some(usage) if usage != record.usage => {
            let text = format!("{arn} key usage is {} which is not valid for {}.", record.usage, spec.name);
            Err(Error::new(ErrorCode::InvalidKeyUsage, text).because(Reason::Usage(record.usage)))
        }
        _ => Ok(()),
    }
}
