//! Logging in: for a proof of who somebody is, a token that requests carry instead of a signature.
//!
//! A token is a sealed note of who it is for, by what proof, and for how long, so that every server over the same store
//! knows it and none keeps a list. What its bearer may do is looked up for each request, with the user, the access key
//! or the role that it is of: it ends with them, and with the password it was given for. A new token for an old one never
//! lives longer.

mod by_password;
mod error;
mod failures;
mod passwords;
#[cfg(test)]
mod tests;
mod ticket;

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use crypto::{SecretBytes, constant_time_eq, random};
use policy::Principal;

use crate::identities::{DEV_ACCOUNT, DEV_KEY, Wanted, known};
use crate::identity_cache::{Known, KnownSession};
use crate::principal::facts_of_issue;
use crate::records::{LoginProfile, UserRecord};
use crate::session::{self, Token};
use crate::{IamError, Identities, Identity};

pub use error::LoginError;
pub(crate) use passwords::{NotChecked, Passwords};
use ticket::By;
pub(crate) use ticket::Ticket;

/// How long a token lives, in seconds: 24 hours, as those of Huawei Cloud and the Open Telekom Cloud do (IAM, "Obtaining a
/// User Token").
pub const TOKEN_SECONDS: i64 = 24 * 60 * 60;
/// What the number of an account follows in the id of its domain, so that it is as long as ids are: 32 digits.
const DOMAIN_PREFIX: &str = "00000000000000000000";

/// What proves who somebody is.
pub enum Proof<'a> {
    /// The password of a user.
    Password {
        /// The user's account: its 12 digits, or another name of it.
        account: &'a str,
        /// The user.
        user: UserName<'a>,
        /// The password, in UTF-8.
        password: &'a SecretBytes,
    },
    /// An access key and its secret, by the secret itself.
    AccessKey {
        /// The access key's id.
        id: &'a str,
        /// The secret that came with it.
        secret: &'a SecretBytes,
        /// The token of the session, if the access key is a temporary one.
        session_token: Option<&'a str>,
    },
    /// A token that was given before: for another scope, and for no longer.
    Token(&'a str),
}

/// How a user is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UserName<'a> {
    /// By name; its case does not count.
    Name(&'a str),
    /// By unique id. Looked for among all users of the account.
    Id(&'a str),
}

/// What a token is for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// The project, if for one. Whether there is it, and whose it is, is for the caller to say.
    pub project: Option<String>,
    /// The account it must be for, by 12 digits. None: that of whoever logs in.
    pub account: Option<String>,
}

/// Somebody who is logged in.
pub struct LoggedIn {
    /// Who, with all that their own account lets them do. The secret is one that nobody knows: nothing is signed by it.
    pub identity: Identity,
    /// The token. Whoever has it is taken for whom it was given to.
    pub token: String,
    /// The unique id of the user (`AIDA…`) or of the role's session (`AROA…:name`); of the root of an account, that of the
    /// account's domain: 20 zeros and its 12 digits.
    pub user_id: String,
    /// The name of the user or of the session; `root` of the root.
    pub user_name: String,
    /// The account, by 12 digits.
    pub account: String,
    /// The project that the token is for.
    pub project: Option<String>,
    /// Since when the token is good, in seconds since the epoch.
    pub issued_at: i64,
    /// From when on it is good no more, in seconds since the epoch.
    pub expires_at: i64,
    /// By what was proven who it is, the latest first: `password`, `hw_ak_sk`, `token`.
    pub methods: Vec<String>,
}

impl fmt::Debug for LoggedIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoggedIn")
            .field("user_id", &self.user_id)
            .field("user_name", &self.user_name)
            .field("account", &self.account)
            .field("project", &self.project)
            .field("expires_at", &self.expires_at)
            .field("methods", &self.methods)
            .finish_non_exhaustive()
    }
}

impl Identities {
    /// Gives a token for a proof, at `now` (seconds since the epoch).
    ///
    /// # Errors
    /// [`LoginError::Refused`] whatever is wrong with the proof; others as they say.
    pub async fn log_in(&self, proof: Proof<'_>, scope: &Scope, now: i64) -> Result<LoggedIn, LoginError> {
        let mut ticket = match proof {
            Proof::Password { account, user, password } => {
                self.by_password(account, user, password, now).await?
            }
            Proof::AccessKey { id, secret, session_token } => {
                self.by_access_key(id, secret, session_token, now).await?
            }
            Proof::Token(token) => self.by_token(token, now).await?,
        };
        if let Some(account) = scope.account.as_ref().filter(|account| **account != ticket.account) {
            return Err(LoginError::Scope { account: account.clone() });
        }
        ticket.project.clone_from(&scope.project);
        let token = ticket.seal(&self.records)?;
        self.find_token(&token, now).await
    }

    /// Whose token this is, at `now` (seconds since the epoch). What is remembered costs one read of the store.
    ///
    /// # Errors
    /// [`LoginError::InvalidToken`] if it is none, or whom or what it was given for is no more; [`LoginError::ExpiredToken`].
    pub async fn find_token(&self, token: &str, now: i64) -> Result<LoggedIn, LoginError> {
        let ticket = Ticket::open(&self.records, token).ok_or(LoginError::InvalidToken)?;
        if now >= ticket.expires_at {
            return Err(LoginError::ExpiredToken { expired_at: ticket.expires_at });
        }
        let id = cache_id(token);
        let known = match self.cache.get(&id, Some(token)) {
            Some(known) if self.is_current(&known).await? => known,
            _ => {
                let wanted = Wanted::Ticket(&ticket, token);
                let known = self.settled(&ticket.account, &wanted).await.map_err(|error| match error {
                    IamError::UnknownAccessKey { .. } => LoginError::InvalidToken,
                    error => error.into(),
                })?;
                self.cache.put(&id, &known);
                known
            }
        };
        let Ticket { account, project, user_id, user_name, methods, issued_at, expires_at, .. } = ticket;
        let (identity, token) = (known.identity.clone(), token.to_owned());
        Ok(LoggedIn { identity, token, user_id, user_name, account, project, issued_at, expires_at, methods })
    }

    async fn by_access_key(
        &self,
        id: &str,
        secret: &SecretBytes,
        session_token: Option<&str>,
        now: i64,
    ) -> Result<Ticket, LoginError> {
        let found = self.find(id, session_token, now).await.map_err(|error| match error {
            IamError::UnknownAccessKey { .. }
            | IamError::InvalidSessionToken { .. }
            | IamError::ExpiredSessionToken { .. } => LoginError::Refused,
            error => error.into(),
        })?;
        if !constant_time_eq(found.secret.expose(), secret.expose()) {
            return Err(LoginError::Refused);
        }
        let mut expires_at = now.saturating_add(TOKEN_SECONDS);
        let by = match session_token.and_then(|token| session::open(&self.records, token)) {
            None => By::AccessKey { id: id.to_owned() },
            Some(Token { session, .. }) => {
                expires_at = expires_at.min(session.expires_at);
                By::Session(Box::new(session))
            }
        };
        let (user_id, user_name) = self.shown(&found.principal);
        Ok(Ticket {
            account: found.principal.account.clone(),
            project: None,
            by,
            user_id,
            user_name,
            methods: vec!["hw_ak_sk".to_owned()],
            proven_at: now,
            issued_at: now,
            expires_at,
        })
    }

    async fn by_token(&self, token: &str, now: i64) -> Result<Ticket, LoginError> {
        self.find_token(token, now).await?;
        let mut ticket = Ticket::open(&self.records, token).ok_or(LoginError::InvalidToken)?;
        ticket.issued_at = now;
        ticket.methods.retain(|method| method != "token");
        ticket.methods.insert(0, "token".to_owned());
        Ok(ticket)
    }

    /// The id and the name by which somebody is shown.
    fn shown(&self, principal: &Principal) -> (String, String) {
        let fact = |key: &str| {
            let fact = principal.facts.iter().find(|(name, _)| name == key);
            fact.and_then(|(_, values)| values.first()).map(String::as_str)
        };
        if principal.is_root() {
            return self.root_shown(&principal.account);
        }
        let id = fact("aws:userid").unwrap_or_default();
        let name = fact("aws:username").or_else(|| id.split_once(':').map(|(_, name)| name));
        (id.to_owned(), name.unwrap_or_default().to_owned())
    }

    fn root_shown(&self, account: &str) -> (String, String) {
        let name = if self.is_dev() && account == DEV_ACCOUNT { DEV_KEY } else { "root" };
        (format!("{DOMAIN_PREFIX}{account}"), name.to_owned())
    }

    /// Whoever a token is for now. [`IamError::UnknownAccessKey`] if that is nobody any more.
    pub(crate) async fn read_ticket(&self, ticket: &Ticket, token: &str) -> Result<Known, IamError> {
        let gone = || IamError::UnknownAccessKey { id: String::new() };
        let account = ticket.account.as_str();
        let mut principal = match &ticket.by {
            By::DevelopmentRoot if self.is_dev() => self.reader(account).root(),
            By::DevelopmentRoot => return Err(gone()),
            By::Password { name, id, password } => {
                let user = self.reader(account).get::<UserRecord>(name).await?.filter(|user| user.id == *id);
                let user = user.ok_or_else(gone)?;
                let is_same = |profile: &&LoginProfile| profile.id == *password;
                user.login_profile.as_ref().filter(is_same).ok_or_else(gone)?;
                self.reader(account).user(&user).await?
            }
            By::AccessKey { id } => Principal::clone(&self.read_owner(id, account).await?.identity.principal),
            By::Session(session) => self.session_principal(session, "").await?,
        };
        if !matches!(ticket.by, By::Session(_)) {
            principal.facts.extend(facts_of_issue(ticket.proven_at));
        }
        let text = Arc::new(SecretBytes::copy_of(token.as_bytes()));
        let nobodys = random::secret(32);
        Ok(known(
            principal,
            nobodys.expose(),
            Some(KnownSession { token: text, expires_at: ticket.expires_at }),
        ))
    }
}

/// What an identity is remembered by: not by its token, which is secret and longer than a name. No access key is called so.
fn cache_id(token: &str) -> String {
    let hash = crypto::sha256(token.as_bytes());
    format!("token/{}", URL_SAFE_NO_PAD.encode(hash))
}
