//! The accounts and access keys of a server.

use std::sync::Arc;

use crypto::SecretBytes;
use seal::{Changes, Commit, Records};

use crate::IamError;
use crate::access_key::{AccessKey, KeyRecord, LONG_LIVED, is_plausible, to_json};
use crate::session::{self, MAX_SESSION, MIN_SESSION, SessionCredentials};

/// The account of the access key `test` under [`Identities::dev`].
const DEV_ACCOUNT: &str = "000000000000";
/// The access key of that account, and the secret of every access key there is only in development.
const DEV_KEY: &str = "test";
/// What the keys of accounts' records begin with.
const ACCOUNTS: &str = "iam/account/";
/// Digits of an account number.
const ACCOUNT_DIGITS: usize = 12;

/// Whose access key it is.
pub struct Identity {
    /// The account: 12 digits.
    pub account: String,
    /// The principal's ARN, such as `arn:aws:iam::111122223333:root`.
    pub principal: String,
    /// The secret that must have signed.
    pub secret: SecretBytes,
}

/// The accounts and access keys kept in the records of a server.
pub struct Identities {
    records: Arc<Records>,
    partition: String,
    dev: bool,
}

impl Identities {
    /// Those that were created, and no others. `partition` is that of the principals' ARNs, such as `aws`.
    pub fn new(records: Arc<Records>, partition: &str) -> Self {
        Self { records, partition: partition.to_owned(), dev: false }
    }

    /// Also those everybody knows, for development: the access key `test` is the root of account 000000000000, an
    /// access key id of 12 digits the root of the account of that number, and the secret of each is `test`.
    pub fn dev(records: Arc<Records>, partition: &str) -> Self {
        Self { dev: true, ..Self::new(records, partition) }
    }

    /// Whose access key this is, at `now` (seconds since the epoch).
    pub async fn find(
        &self,
        access_key_id: &str,
        session_token: Option<&str>,
        now: i64,
    ) -> Result<Identity, IamError> {
        match session_token {
            None => self.long_lived(access_key_id).await,
            Some(token) => self.of_session(access_key_id, token, now).await,
        }
    }

    /// Whether any account was ever made here. Those there are only in development are not counted.
    pub async fn has_accounts(&self) -> Result<bool, IamError> {
        Ok(!self.records.scan(ACCOUNTS, None, 1).await?.is_empty())
    }

    /// Makes an account (12 digits) and the access key of its root. The secret is told this once.
    pub async fn create_account(&self, account: &str) -> Result<AccessKey, IamError> {
        if !is_account(account) {
            return Err(IamError::NotAnAccount { account: account.to_owned() });
        }
        let key = AccessKey::generate(LONG_LIVED);
        let (account_record, key_record) = (account_record(account), key_record(&key.id));
        let principal = self.root_of(account);
        let record = to_json(&KeyRecord { account, principal: &principal, secret: key.secret_text() });
        let mut changes = Changes::default();
        changes
            .expect_absent(&account_record)
            .expect_absent(&key_record)
            .put(&account_record, SecretBytes::copy_of(b"{}"))
            .put(&key_record, record);
        match self.records.commit(changes).await? {
            Commit::Done(_) => Ok(key),
            Commit::Conflict => Err(IamError::AccountExists { account: account.to_owned() }),
        }
    }

    /// Makes a session of the principal of a long-lived access key, from `now` on, for `seconds`
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
        let identity = self.long_lived(access_key_id).await?;
        let expires_at = now.saturating_add(seconds);
        let whose = (identity.account.as_str(), identity.principal.as_str());
        Ok(session::issue(&self.records, whose, access_key_id, expires_at))
    }

    async fn long_lived(&self, id: &str) -> Result<Identity, IamError> {
        let unknown = || IamError::UnknownAccessKey { id: id.to_owned() };
        if !is_plausible(id) {
            return Err(unknown());
        }
        let key = key_record(id);
        // Read whatever comes of the names of development, so that these take as long as others.
        let found = self.records.get(&key).await?;
        if let Some(identity) = self.of_development(id) {
            return Ok(identity);
        }
        let record = found.ok_or_else(unknown)?;
        let KeyRecord { account, principal, secret } =
            serde_json::from_slice(record.plaintext.expose()).map_err(|_| IamError::Record { key })?;
        Ok(identity(account, principal, secret))
    }

    async fn of_session(&self, id: &str, token: &str, now: i64) -> Result<Identity, IamError> {
        let invalid = || IamError::InvalidSessionToken { id: id.to_owned() };
        let plain = session::open(&self.records, token).ok_or_else(invalid)?;
        let session = session::read(&plain).ok_or_else(invalid)?;
        if session.access_key_id != id {
            return Err(invalid());
        }
        // A session lives no longer than the access key it was made with.
        match self.long_lived(session.issuer).await {
            Ok(issuer) if issuer.account == session.account => {}
            Ok(_) | Err(IamError::UnknownAccessKey { .. }) => return Err(invalid()),
            Err(other) => return Err(other),
        }
        if now >= session.expires_at {
            return Err(IamError::ExpiredSessionToken { id: id.to_owned(), expired_at: session.expires_at });
        }
        Ok(identity(session.account, session.principal, session.secret))
    }

    fn of_development(&self, id: &str) -> Option<Identity> {
        let account = match id {
            _ if !self.dev => return None,
            DEV_KEY => DEV_ACCOUNT,
            _ if is_account(id) => id,
            _ => return None,
        };
        Some(identity(account, &self.root_of(account), DEV_KEY))
    }

    fn root_of(&self, account: &str) -> String {
        format!("arn:{}:iam::{account}:root", self.partition)
    }
}

fn identity(account: &str, principal: &str, secret: &str) -> Identity {
    Identity {
        account: account.to_owned(),
        principal: principal.to_owned(),
        secret: SecretBytes::copy_of(secret.as_bytes()),
    }
}

fn is_account(text: &str) -> bool {
    text.len() == ACCOUNT_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn account_record(account: &str) -> String {
    format!("{ACCOUNTS}{account}")
}

fn key_record(id: &str) -> String {
    format!("iam/access-key/{id}")
}

#[cfg(test)]
mod tests {
    use seal::RootKey;
    use store::Memory;

    use super::*;

    const NOW: i64 = 1_795_300_000;

    async fn records() -> Arc<Records> {
        Arc::new(Records::open(Arc::new(Memory::default()), &RootKey::generate()).await.unwrap())
    }

    async fn refusal(identities: &Identities, id: &str, token: Option<&str>, now: i64) -> IamError {
        identities.find(id, token, now).await.err().expect("must be refused")
    }

    #[tokio::test]
    async fn an_account_is_made_once_and_its_key_found_again() {
        let records = records().await;
        let identities = Identities::new(Arc::clone(&records), "aws-cn");
        assert!(!identities.has_accounts().await.unwrap());
        let key = identities.create_account("111122223333").await.unwrap();
        assert!(identities.has_accounts().await.unwrap());
        assert!(matches!(
            identities.create_account("111122223333").await,
            Err(IamError::AccountExists { account }) if account == "111122223333"
        ));
        let found = Identities::new(records, "aws-cn").find(&key.id, None, NOW).await.unwrap();
        assert_eq!(found.account, "111122223333");
        assert_eq!(found.principal, "arn:aws-cn:iam::111122223333:root");
        assert!(found.secret.same_as(key.secret.expose()));
    }

    #[tokio::test]
    async fn what_is_no_account_number_is_refused() {
        let identities = Identities::new(records().await, "aws");
        for account in ["", "12345678901", "1234567890123", "12345678901a", "１２３４"] {
            let made = identities.create_account(account).await;
            assert!(matches!(made, Err(IamError::NotAnAccount { .. })), "{account}");
        }
    }

    #[tokio::test]
    async fn the_names_of_development_are_known_there_only() {
        let records = records().await;
        let dev = Identities::dev(Arc::clone(&records), "aws");
        let serve = Identities::new(records, "aws");
        for (id, account) in [("test", "000000000000"), ("111122223333", "111122223333")] {
            let found = dev.find(id, None, NOW).await.unwrap();
            assert_eq!(found.account, account);
            assert_eq!(found.principal, format!("arn:aws:iam::{account}:root"));
            assert!(found.secret.same_as(b"test"));
            assert!(matches!(refusal(&serve, id, None, NOW).await, IamError::UnknownAccessKey { .. }));
        }
        for id in ["11112222333", "Test", "AKIAIOSFODNN7EXAMPLE", "../account/111122223333"] {
            assert!(matches!(refusal(&dev, id, None, NOW).await, IamError::UnknownAccessKey { .. }), "{id}");
        }
    }

    #[tokio::test]
    async fn a_session_is_its_own_access_key_until_it_ends() {
        let identities = Identities::dev(records().await, "aws");
        let session = identities.issue_session("test", MIN_SESSION, NOW).await.unwrap();
        assert!(session.access_key_id.starts_with("ASIA"));
        assert_eq!(session.expires_at, NOW + MIN_SESSION);
        let token = Some(session.session_token.as_str());

        let last = session.expires_at - 1;
        let found = identities.find(&session.access_key_id, token, last).await.unwrap();
        assert_eq!(found.account, "000000000000");
        assert_eq!(found.principal, "arn:aws:iam::000000000000:root");
        assert!(found.secret.same_as(session.secret.expose()));

        let expired = refusal(&identities, &session.access_key_id, token, session.expires_at).await;
        assert!(
            matches!(expired, IamError::ExpiredSessionToken { expired_at, .. } if expired_at == last + 1)
        );
        let without = refusal(&identities, &session.access_key_id, None, NOW).await;
        assert!(matches!(without, IamError::UnknownAccessKey { .. }));
    }

    #[tokio::test]
    async fn a_token_serves_only_the_access_key_and_the_server_it_was_made_for() {
        let identities = Identities::dev(records().await, "aws");
        let one = identities.issue_session("test", MIN_SESSION, NOW).await.unwrap();
        let two = identities.issue_session("111122223333", MIN_SESSION, NOW).await.unwrap();
        let mut damaged = one.session_token.clone().into_bytes();
        damaged[60] = if damaged[60] == b'A' { b'B' } else { b'A' };
        let damaged = String::from_utf8(damaged).unwrap();
        let long = "A".repeat(1 << 20);
        for (case, id, token) in [
            ("another session's", one.access_key_id.as_str(), two.session_token.as_str()),
            ("with a long-lived key", "test", &one.session_token),
            ("damaged", &one.access_key_id, &damaged),
            ("cut short", &one.access_key_id, &one.session_token[..40]),
            ("empty", &one.access_key_id, ""),
            ("not base64", &one.access_key_id, "%%%"),
            ("far too long", &one.access_key_id, &long),
        ] {
            let error = refusal(&identities, id, Some(token), NOW).await;
            assert!(matches!(error, IamError::InvalidSessionToken { .. }), "{case}");
        }
        let elsewhere = Identities::dev(records().await, "aws");
        let error = refusal(&elsewhere, &one.access_key_id, Some(&one.session_token), NOW).await;
        assert!(matches!(error, IamError::InvalidSessionToken { .. }));
    }

    #[tokio::test]
    async fn a_session_does_not_outlive_its_issuer() {
        let records = records().await;
        let dev = Identities::dev(Arc::clone(&records), "aws");
        let session = dev.issue_session("test", MIN_SESSION, NOW).await.unwrap();
        // The key `test` is none outside development, even over the same records.
        let serve = Identities::new(records, "aws");
        let error = refusal(&serve, &session.access_key_id, Some(&session.session_token), NOW).await;
        assert!(matches!(error, IamError::InvalidSessionToken { .. }));
    }

    #[tokio::test]
    async fn the_length_of_a_session_is_bounded() {
        let identities = Identities::dev(records().await, "aws");
        for seconds in [MIN_SESSION - 1, MAX_SESSION + 1, 0, -1, i64::MIN, i64::MAX] {
            let made = identities.issue_session("test", seconds, NOW).await;
            assert!(matches!(made, Err(IamError::Duration { .. })), "{seconds}");
        }
        assert!(identities.issue_session("test", MAX_SESSION, NOW).await.is_ok());
        let unknown = identities.issue_session("AKIAIOSFODNN7EXAMPLE", MIN_SESSION, NOW).await;
        assert!(matches!(unknown, Err(IamError::UnknownAccessKey { .. })));
    }
}
