//! Sessions: temporary access keys that nothing needs to remember.
//!
//! A session token is the session itself, sealed: the temporary access key, its secret, whose it is, which
//! long-lived key issued it and when it ends. So a server that restarts, or another server over the same
//! store, knows it without having been told, and no list of sessions can grow.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crypto::SecretBytes;
use seal::Records;
use serde::{Deserialize, Serialize};

use crate::access_key::{AccessKey, TEMPORARY, to_json};

/// The shortest session, in seconds (AWS: STS, `GetSessionToken`).
pub const MIN_SESSION: i64 = 900;
/// The longest, in seconds (likewise: 36 hours).
pub const MAX_SESSION: i64 = 129_600;

/// What the seal binds tokens to.
const PURPOSE: &str = "session-token";
/// Longest token that is looked at, in characters. Ours have about 450.
const MAX_TOKEN: usize = 4096;

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

/// What is in a token.
#[derive(Serialize, Deserialize)]
pub(crate) struct Session<'a> {
    pub(crate) access_key_id: &'a str,
    pub(crate) secret: &'a str,
    pub(crate) account: &'a str,
    pub(crate) principal: &'a str,
    /// The long-lived access key that the session was made with, and ends with.
    pub(crate) issuer: &'a str,
    /// Seconds since the epoch.
    pub(crate) expires_at: i64,
}

/// Makes a session of `account` and `principal`.
pub(crate) fn issue(
    records: &Records,
    (account, principal): (&str, &str),
    issuer: &str,
    expires_at: i64,
) -> SessionCredentials {
    let key = AccessKey::generate(TEMPORARY);
    let (access_key_id, secret) = (key.id.as_str(), key.secret_text());
    let session = to_json(&Session { access_key_id, secret, account, principal, issuer, expires_at });
    let session_token = STANDARD.encode(records.seal(PURPOSE, session.expose()));
    SessionCredentials { access_key_id: key.id, secret: key.secret, session_token, expires_at }
}

/// Opens a token. `None` if it is none of ours.
pub(crate) fn open(records: &Records, token: &str) -> Option<SecretBytes> {
    if token.len() > MAX_TOKEN {
        return None;
    }
    let sealed = STANDARD.decode(token).ok()?;
    records.open_sealed(PURPOSE, &sealed).ok()
}

/// Reads what [`open`] gave.
pub(crate) fn read(plain: &SecretBytes) -> Option<Session<'_>> {
    serde_json::from_slice(plain.expose()).ok()
}
