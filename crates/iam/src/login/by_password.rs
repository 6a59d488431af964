//! Proof by password. Who does not exist costs as much as who does, and fails alike.
//!
//! Failures are counted by what was presented: the account's text, whether the user was named by name or by id, and which.
//! A user therefore has as many tries by id as by name. To count both together would tell which name and which id are one
//! user's, and that there is the user.

use crypto::SecretBytes;

use super::ticket::{By, Ticket};
use super::{DOMAIN_PREFIX, LoginError, TOKEN_SECONDS, UserName};
use crate::identities::{DEV_ACCOUNT, DEV_KEY};
use crate::ids::is_account;
use crate::records::{LoginProfile, UserRecord};
use crate::{IamError, Identities};

/// The account that is looked in for the users of an account that there is not.
const NO_ACCOUNT: &str = "none";
/// Longest name or id of a user that is looked up, in characters (AWS: IAM, `existingUserNameType`).
const MAX_NAME: usize = 128;

impl Identities {
    /// The number of the account of this name: its 12 digits, or in development also `test`. None if there is no such
    /// account.
    ///
    /// # Errors
    /// The records cannot be read.
    pub async fn account_of(&self, name: &str) -> Result<Option<String>, IamError> {
        if self.is_dev() {
            let account = if name == DEV_KEY { DEV_ACCOUNT } else { name };
            return Ok(is_account(account).then(|| account.to_owned()));
        }
        Ok(self.has_account(name).await?.then(|| name.to_owned()))
    }

    pub(super) async fn by_password(
        &self,
        account: &str,
        user: UserName<'_>,
        password: &SecretBytes,
        now: i64,
    ) -> Result<Ticket, LoginError> {
        let (UserName::Name(presented) | UserName::Id(presented)) = user;
        let presented = presented.to_ascii_lowercase();
        let who = match user {
            UserName::Name(_) => (account, UserName::Name(&presented)),
            UserName::Id(_) => (account, UserName::Id(&presented)),
        };
        let is_development_root = self.is_development_root(account, user, password);
        if !is_development_root {
            // Before anybody is looked for: by id, that costs a scan of the account.
            self.logins().check_failures(&who, now)?;
        }
        let account = self.account_of(account).await?;
        let found = self.named(account.as_deref().unwrap_or(NO_ACCOUNT), user).await?;
        if found.is_none() && is_development_root {
            let (user_id, user_name) = self.root_shown(DEV_ACCOUNT);
            return Ok(ticket(DEV_ACCOUNT, By::DevelopmentRoot, user_id, user_name, now));
        }
        let profile = found.as_ref().and_then(|user| user.login_profile.as_ref());
        let hash = profile.map(LoginProfile::hash).transpose()?;
        self.logins().check(&who, hash, password, now).await?;
        let (Some(account), Some(user), Some(profile)) = (&account, &found, profile) else {
            return Err(LoginError::Refused);
        };
        if profile.reset_required {
            return Err(LoginError::PasswordResetRequired);
        }
        let by = By::Password { name: user.name.clone(), id: user.id.clone(), password: profile.id.clone() };
        Ok(ticket(account, by, user.id.clone(), user.name.clone(), now))
    }

    async fn named(&self, account: &str, user: UserName<'_>) -> Result<Option<UserRecord>, IamError> {
        match user {
            UserName::Name(name) | UserName::Id(name) if name.len() > MAX_NAME => Ok(None),
            UserName::Name(name) => self.reader(account).get(name).await,
            UserName::Id(id) => self.reader(account).find(|user: &UserRecord| user.id == id).await,
        }
    }

    /// Whether this is the log-in that everybody knows, in development.
    fn is_development_root(&self, account: &str, user: UserName<'_>, password: &SecretBytes) -> bool {
        let is_root = match user {
            UserName::Name(name) => name == DEV_KEY,
            UserName::Id(id) => id.strip_prefix(DOMAIN_PREFIX) == Some(DEV_ACCOUNT),
        };
        self.is_dev()
            && [DEV_KEY, DEV_ACCOUNT].contains(&account)
            && is_root
            && password.same_as(DEV_KEY.as_bytes())
    }
}

fn ticket(account: &str, by: By, user_id: String, user_name: String, now: i64) -> Ticket {
    Ticket {
        account: account.to_owned(),
        project: None,
        by,
        user_id,
        user_name,
        methods: vec!["password".to_owned()],
        proven_at: now,
        issued_at: now,
        expires_at: now.saturating_add(TOKEN_SECONDS),
    }
}
