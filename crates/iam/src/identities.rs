//! Whose access key it is, and which secret must have signed.

pub(crate) mod turns;

use std::sync::Arc;

use crypto::SecretBytes;
use policy::Principal;
use seal::{Changes, Commit, Fetched, Records, Revision, Stamped};
use sigv4::Secret;

use crate::access_key::{AccessKey, TEMPORARY, is_plausible};
use crate::identity_cache::{IdentityCache, Known, KnownSession};
use crate::ids::is_account;
use crate::last_use::{LastUse, LastUses};
use crate::login::{Passwords, Ticket};
use crate::principal::{ACCESS_KEY_ID, Reader, session_facts};
use crate::records::{ACCOUNTS, AccessKeyRecord, AccountRecord, Owner, RoleRecord, Status, UserRecord};
use crate::session::{self, MAX_SESSION, MIN_SESSION, Session, SessionCredentials, SessionOf, Token};
use crate::{Error, IamError};

use turns::{FREE_TRIES, Turns};

/// The account of the access key `test` under [`Identities::dev`].
pub(crate) const DEV_ACCOUNT: &str = "000000000000";
/// The access key of that account, and the secret of every access key there is only in development.
pub(crate) const DEV_KEY: &str = "test";
/// Accounts read at once in a scan.
const PAGE: u32 = 256;
/// How often an identity is read again because its account changed under the reading, before the request fails. Only
/// another process can change it so often: see [`turns`].
const MOST_ATTEMPTS: u32 = 10;

/// Whose access key it is.
#[derive(Clone)]
pub struct Identity {
    /// Who, with all that their own account lets them do.
    pub principal: Arc<Principal>,
    /// The secret that must have signed. What was derived from it goes with it, and so with this identity.
    pub secret: Arc<Secret>,
}

/// The accounts and access keys kept in the records of a server.
pub struct Identities {
    pub(crate) records: Arc<Records>,
    partition: String,
    dev: bool,
    pub(crate) cache: IdentityCache,
    last_uses: LastUses,
    turns: Turns,
    logins: Passwords,
    passwords: Passwords,
}

/// Of what the identity is read.
pub(crate) enum Wanted<'a> {
    /// Of a long-lived access key.
    Key(&'a str),
    /// Of a session, whose token this is, opened and as it came.
    Session(&'a Token, &'a str),
    /// Of a token that was given at logging in, opened and as it came.
    Ticket(&'a Ticket, &'a str),
}

impl Identities {
    /// Those that were created, and no others. `partition` is that of the principals' ARNs, such as `aws`.
    pub fn new(records: Arc<Records>, partition: &str) -> Self {
        let (cache, last_uses, turns) = (IdentityCache::new(), LastUses::new(), Turns::new());
        let (logins, passwords) = (Passwords::new(), Passwords::new());
        let partition = partition.to_owned();
        Self { records, partition, dev: false, cache, last_uses, turns, logins, passwords }
    }

    /// Also those everybody knows, for development: the access key `test` is the root of account 000000000000, an
    /// access key id of 12 digits the root of the account of that number, and the secret of each is `test`.
    pub fn dev(records: Arc<Records>, partition: &str) -> Self {
        Self { dev: true, ..Self::new(records, partition) }
    }

    /// The partition of ARNs.
    pub fn partition(&self) -> &str {
        &self.partition
    }

    /// The turns at accounts.
    pub(crate) fn turns(&self) -> &Turns {
        &self.turns
    }

    /// Where the passwords of strangers are checked.
    pub(crate) fn logins(&self) -> &Passwords {
        &self.logins
    }

    /// Where those of whoever signed are checked and hashed. Failures are counted by the user's id.
    pub(crate) fn passwords(&self) -> &Passwords {
        &self.passwords
    }

    pub(crate) fn is_dev(&self) -> bool {
        self.dev
    }

    /// Whose access key this is, at `now` (seconds since the epoch).
    ///
    /// What is remembered costs no reading of the store while nothing is written in its account.
    ///
    /// # Errors
    /// There is no such access key, or none that may be used; the token is not its, or over; or the policies of
    /// whoever it belongs to cannot be read.
    pub async fn find(
        &self,
        access_key_id: &str,
        session_token: Option<&str>,
        now: i64,
    ) -> Result<Identity, IamError> {
        if let Some(known) = self.cache.get(access_key_id, session_token) {
            if self.is_current(&known).await? {
                return known.at(access_key_id, now);
            }
            self.cache.forget(access_key_id);
        }
        let known = match session_token {
            None => Box::pin(self.of_key(access_key_id)).await?,
            Some(token) => Box::pin(self.of_session(access_key_id, token)).await?,
        };
        self.cache.put(access_key_id, &known);
        known.at(access_key_id, now)
    }

    /// Notes that a request truly signed with this access key asked `service` (as its signature names it) in `region`
    /// at `now`. Sessions have no access keys that last, and of them nothing is noted.
    ///
    /// # Errors
    /// The records cannot be read or written; the request need not fail for it.
    pub async fn note_use(
        &self,
        access_key_id: &str,
        service: &str,
        region: &str,
        now: i64,
    ) -> Result<(), IamError> {
        if !is_plausible(access_key_id) || access_key_id.starts_with(TEMPORARY) {
            return Ok(());
        }
        if self.last_uses.is_noted(access_key_id, now) {
            return Ok(());
        }
        let used = LastUse { at: now, service: service.to_owned(), region: region.to_owned() };
        Box::pin(self.last_uses.note(&self.records, access_key_id, &used)).await
    }

    /// Whether any account was ever made here. Those there are only in development are not counted, unless
    /// something was made in them.
    pub async fn has_accounts(&self) -> Result<bool, IamError> {
        Ok(!self.records.scan(ACCOUNTS, None, 1).await?.is_empty())
    }

    /// The accounts, in the order of their numbers. Those there are only in development are left out, unless
    /// something was made in them.
    pub async fn accounts(&self) -> Result<Vec<String>, IamError> {
        let mut names: Vec<String> = Vec::new();
        loop {
            let page = self.records.scan_names(ACCOUNTS, names.last().map(String::as_str), PAGE).await?;
            let full = page.len() == PAGE as usize;
            names.extend(page);
            if !full {
                let account = |name: &String| name.strip_prefix(ACCOUNTS).map(str::to_owned);
                return Ok(names.iter().filter_map(account).collect());
            }
        }
    }

    /// Whether there is this account.
    pub async fn has_account(&self, account: &str) -> Result<bool, IamError> {
        Ok(is_account(account) && self.generation(account).await?.is_some())
    }

    /// Makes an account (12 digits) and the access key of its root, at `now` (seconds since the epoch). The secret is
    /// told this once.
    pub async fn create_account(&self, account: &str, now: i64) -> Result<AccessKey, IamError> {
        if !is_account(account) {
            return Err(IamError::NotAnAccount { account: account.to_owned() });
        }
        let key = AccessKeyRecord::generate(account, Owner::Root, now);
        let record = AccountRecord { root_access_keys: Some(vec![key.id.clone()]) };
        let (account_key, record_key) = (AccountRecord::key(account), AccessKeyRecord::key(&key.id));
        let mut changes = Changes::default();
        changes
            .expect_absent(&account_key)
            .expect_absent(&record_key)
            .put(&account_key, record.write())
            .put(&record_key, key.write());
        match self.records.commit(changes).await? {
            Commit::Done(_) => Ok(key.into()),
            Commit::Conflict => Err(IamError::AccountExists { account: account.to_owned() }),
        }
    }

    /// Makes a session of the owner of a long-lived access key, from `now` on, for `seconds`
    /// ([`MIN_SESSION`] to [`MAX_SESSION`]).
    pub async fn issue_session(
        &self,
        access_key_id: &str,
        seconds: i64,
        now: i64,
    ) -> Result<SessionCredentials, IamError> {
        if !(MIN_SESSION..=MAX_SESSION).contains(&seconds) {
            return Err(IamError::Duration { seconds });
        }
        let issuer = self.find(access_key_id, None, now).await?;
        let of = SessionOf::Key { issuer: access_key_id.to_owned() };
        let session = Session::new(&issuer.principal.account, of, now, seconds);
        session.issue(&self.records).map_err(|Error { message, .. }| IamError::Session { reason: message })
    }

    /// Whether nothing has changed since this was read.
    pub(crate) async fn is_current(&self, known: &Known) -> Result<bool, IamError> {
        let account = AccountRecord::key(&known.account);
        let stamp = self.records.stamp(&account);
        if known.current.is(stamp) {
            return Ok(true);
        }
        let Some(generation) = known.generation else { return Ok(false) };
        let is_unchanged = matches!(self.records.get_unless(&account, generation).await?, Fetched::Unchanged);
        if is_unchanged {
            known.current.set(stamp);
        }
        Ok(is_unchanged)
    }

    /// The revision of an account's record.
    async fn generation(&self, account: &str) -> Result<Option<Revision>, IamError> {
        // 0 is the revision of no commit, so whatever there is has changed since.
        match self.records.get_unless(&AccountRecord::key(account), 0).await? {
            Fetched::Changed(record) => Ok(Some(record.revision)),
            Fetched::Absent | Fetched::Unchanged => Ok(None),
        }
    }

    async fn of_key(&self, id: &str) -> Result<Arc<Known>, IamError> {
        if !is_plausible(id) {
            return Err(unknown(id));
        }
        // Read whatever comes of the names of development, so that these take as long as others.
        let found = self.access_key(id).await?;
        if let Some(known) = self.of_development(id) {
            let account = known.account.clone();
            return self.settled(&account, &Wanted::Key(id)).await;
        }
        let account = found.filter(|key| key.status == Status::Active).ok_or_else(|| unknown(id))?.account;
        self.settled(&account, &Wanted::Key(id)).await
    }

    async fn of_session(&self, id: &str, text: &str) -> Result<Arc<Known>, IamError> {
        let invalid = || IamError::InvalidSessionToken { id: id.to_owned() };
        let token = session::open(&self.records, text).ok_or_else(invalid)?;
        if token.access_key_id != id {
            return Err(invalid());
        }
        let account = &token.session.account;
        let known = self.settled(account, &Wanted::Session(&token, text)).await;
        known.map_err(|error| match error {
            IamError::UnknownAccessKey { .. } => invalid(),
            other => other,
        })
    }

    /// What is wanted of an account, if the account did not change meanwhile; what changed under the reading is read
    /// again, so that nobody is ever given half of what was and half of what is. Not for whoever has a turn already.
    pub(crate) async fn settled(&self, account: &str, wanted: &Wanted<'_>) -> Result<Arc<Known>, IamError> {
        for attempt in 0..MOST_ATTEMPTS {
            let _turn = if attempt < FREE_TRIES { None } else { Some(self.turns.take(account).await) };
            let stamp = self.records.stamp(&AccountRecord::key(account));
            let generation = self.generation(account).await?;
            let known = match wanted {
                Wanted::Key(id) => self.read_owner(id, account).await,
                Wanted::Session(token, text) => self.read_session(token, text).await,
                Wanted::Ticket(ticket, text) => self.read_ticket(ticket, text).await,
            };
            if self.generation(account).await? == generation {
                let current = Stamped::at(stamp);
                return known.map(|known| Arc::new(Known { generation, current, ..known }));
            }
        }
        Err(IamError::Unsettled { account: account.to_owned() })
    }

    pub(crate) async fn read_owner(&self, id: &str, account: &str) -> Result<Known, IamError> {
        if let Some(known) = self.of_development(id) {
            return Ok(known);
        }
        let key = self.access_key(id).await?;
        let key = key.filter(|key| key.status == Status::Active && key.account == account);
        let key = key.ok_or_else(|| unknown(id))?;
        let reader = self.reader(account);
        let mut principal = match &key.owner {
            Owner::Root => reader.root(),
            Owner::User { name, id: user_id } => {
                let user = reader.get::<UserRecord>(name).await?;
                let user = user.filter(|user| user.id == *user_id && user.access_keys.contains(&key.id));
                reader.user(&user.ok_or_else(|| unknown(id))?).await?
            }
        };
        principal.facts.push((ACCESS_KEY_ID.to_owned(), vec![id.to_owned()]));
        Ok(known(principal, key.secret.expose().as_bytes(), None))
    }

    async fn read_session(&self, token: &Token, text: &str) -> Result<Known, IamError> {
        let Token { access_key_id, secret, session } = token;
        let principal = self.session_principal(session, access_key_id).await?;
        let token = Arc::new(SecretBytes::copy_of(text.as_bytes()));
        Ok(known(
            principal,
            secret.expose().as_bytes(),
            Some(KnownSession { token, expires_at: session.expires_at }),
        ))
    }

    /// Who a session is, whose temporary access key is `access_key_id`.
    pub(crate) async fn session_principal(
        &self,
        session: &Session,
        access_key_id: &str,
    ) -> Result<Principal, IamError> {
        let reader = self.reader(&session.account);
        match &session.of {
            // Nothing makes such a session with limits of its own. Should one have any, they are not passed over.
            SessionOf::Key { .. } if session.is_limited() => Err(unknown(access_key_id)),
            SessionOf::Key { issuer } => {
                let issuer = self.read_owner(issuer, &session.account).await?;
                let mut principal = Principal::clone(&issuer.identity.principal);
                principal.facts.extend(session_facts(session));
                Ok(principal)
            }
            SessionOf::Role { name, id, session_name } => {
                let role = reader.get::<RoleRecord>(name).await?.filter(|role| role.id == *id);
                let role = role.ok_or_else(|| unknown(access_key_id))?;
                reader.role_session(&role, session_name, session).await
            }
        }
    }

    async fn access_key(&self, id: &str) -> Result<Option<AccessKeyRecord>, IamError> {
        let key = AccessKeyRecord::key(id);
        let Some(record) = self.records.get(&key).await? else { return Ok(None) };
        AccessKeyRecord::read(&record).map(Some).ok_or(IamError::Record { key })
    }

    fn of_development(&self, id: &str) -> Option<Known> {
        let account = match id {
            _ if !self.dev => return None,
            DEV_KEY => DEV_ACCOUNT,
            _ if is_account(id) => id,
            _ => return None,
        };
        let mut root = self.reader(account).root();
        root.facts.push((ACCESS_KEY_ID.to_owned(), vec![id.to_owned()]));
        Some(known(root, DEV_KEY.as_bytes(), None))
    }

    pub(crate) fn reader<'a>(&'a self, account: &'a str) -> Reader<'a> {
        Reader { records: &self.records, partition: &self.partition, account }
    }
}

pub(crate) fn known(principal: Principal, secret: &[u8], session: Option<KnownSession>) -> Known {
    let account = principal.account.clone();
    let secret = Arc::new(Secret::new(SecretBytes::copy_of(secret)));
    Known {
        identity: Identity { principal: Arc::new(principal), secret },
        account,
        generation: None,
        current: Stamped::default(),
        session,
    }
}

fn unknown(id: &str) -> IamError {
    IamError::UnknownAccessKey { id: id.to_owned() }
}

#[cfg(test)]
mod tests;
