//! Sessions: temporary access keys that nothing needs to remember.
//!
//! A session token is the session itself, sealed: the temporary access key, its secret, whose it is, what limits it
//! and when it ends. So a server that restarts, or another server over the same store, knows it without having been
//! told, and no list of sessions can grow. What a session may do is looked up each time, with the user or role that
//! it is of: it ends with them.

use std::collections::BTreeMap;

use api::SecretText;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crypto::SecretBytes;
use policy::Principal;
use seal::Records;
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::access_key::{AccessKey, TEMPORARY};
use crate::records::{Tag, to_json};

/// The shortest session, in seconds (AWS: STS, `GetSessionToken`).
pub const MIN_SESSION: i64 = 900;
/// The longest, in seconds (likewise: 36 hours).
pub const MAX_SESSION: i64 = 129_600;

/// What the seal binds tokens to.
const PURPOSE: &str = "session-token";
/// Longest token, in characters: with all other headers, it must fit the head of a request.
const MAX_TOKEN: usize = 8192;

/// The condition key that every principal of a session has, and no other.
pub(crate) const TOKEN_ISSUE_TIME: &str = "aws:tokenissuetime";

/// The credentials of a session.
pub struct SessionCredentials {
    /// The temporary access key.
    pub access_key_id: String,
    /// Its secret, in ASCII.
    pub secret: SecretBytes,
    /// What must come with every request that it signs.
    pub session_token: String,
    /// When the session ends, in seconds since the epoch.
    pub expires_at: i64,
}

/// Of whom a session is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum SessionOf {
    /// Of whoever owns a long-lived access key, as long as the key may be used.
    Key {
        /// The access key's id.
        issuer: String,
    },
    /// Of a role, as long as it exists.
    Role {
        /// Its name.
        name: String,
        /// Its unique id: who is made again under the same name does not inherit.
        id: String,
        /// The name of the session.
        session_name: String,
    },
}

/// A managed policy that limits a session, as long as it exists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SessionPolicy {
    pub(crate) arn: String,
    /// Its unique id: one made again under the same ARN is not what limited the session.
    pub(crate) id: String,
}

/// A session: what is asked for, and what is in its token.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Session {
    /// The account that the session belongs to.
    pub(crate) account: String,
    pub(crate) of: SessionOf,
    /// Session policies: documents.
    pub(crate) policies: Vec<String>,
    /// Session policies: managed policies of the account, or of AWS.
    pub(crate) policy_arns: Vec<SessionPolicy>,
    /// Session tags.
    pub(crate) tags: Vec<Tag>,
    pub(crate) source_identity: Option<String>,
    /// More condition keys, in lower case, and their values: those of a web identity.
    pub(crate) facts: BTreeMap<String, Vec<String>>,
    /// Seconds since the epoch.
    pub(crate) issued_at: i64,
    /// Seconds since the epoch.
    pub(crate) expires_at: i64,
}

impl Session {
    /// A session from `now` on, for `seconds`, that nothing limits.
    pub(crate) fn new(account: &str, of: SessionOf, now: i64, seconds: i64) -> Self {
        Self {
            account: account.to_owned(),
            of,
            policies: Vec::new(),
            policy_arns: Vec::new(),
            tags: Vec::new(),
            source_identity: None,
            facts: BTreeMap::new(),
            issued_at: now,
            expires_at: now.saturating_add(seconds),
        }
    }

    /// Whether session policies or session tags say less, or more, than the policies of whom it is of.
    pub(crate) fn is_limited(&self) -> bool {
        !(self.policies.is_empty() && self.policy_arns.is_empty() && self.tags.is_empty())
    }

    /// Draws the session's access key and seals the token.
    ///
    /// # Errors
    /// `PackedPolicyTooLarge` if the token would be too long.
    pub(crate) fn issue(&self, records: &Records) -> Result<SessionCredentials, Error> {
        let key = AccessKey::generate(TEMPORARY);
        let token = to_json(&Token {
            access_key_id: key.id.clone(),
            secret: key.secret_text(),
            session: self.clone(),
        });
        let session_token = STANDARD.encode(records.seal(PURPOSE, token.expose()));
        let percent = session_token.len() * 100 / MAX_TOKEN;
        if session_token.len() > MAX_TOKEN {
            let text =
                format!("The session policies and tags take {percent}% of what a session token holds.");
            return Err(Error::new("PackedPolicyTooLarge", 400, text));
        }
        let (access_key_id, secret) = (key.id, key.secret);
        Ok(SessionCredentials { access_key_id, secret, session_token, expires_at: self.expires_at })
    }
}

impl SessionCredentials {
    /// How much of a token's room is taken, in percent: `PackedPolicySize` of the API.
    pub(crate) fn packed_percent(&self) -> usize {
        (self.session_token.len() * 100).div_ceil(MAX_TOKEN)
    }
}

/// What is in a token.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Token {
    pub(crate) access_key_id: String,
    pub(crate) secret: SecretText,
    pub(crate) session: Session,
}

/// Opens a token. `None` if it is none of ours.
pub(crate) fn open(records: &Records, token: &str) -> Option<Token> {
    if token.len() > MAX_TOKEN {
        return None;
    }
    let sealed = STANDARD.decode(token).ok()?;
    let plain = records.open_sealed(PURPOSE, &sealed).ok()?;
    serde_json::from_slice(plain.expose()).ok()
}

/// Whether a principal acts by a session, whether of a key or of a role.
pub(crate) fn is_session(principal: &Principal) -> bool {
    principal.facts.iter().any(|(key, _)| key == TOKEN_ISSUE_TIME)
}
