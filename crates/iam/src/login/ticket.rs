//! What is in a token, and its seal.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use seal::Records;
use serde::{Deserialize, Serialize};

use super::LoginError;
use crate::records::to_json;
use crate::session::Session;

/// What the seal binds these tokens to, so that no other sealed thing is taken for one.
const PURPOSE: &str = "login-token";
/// Longest token, in characters: clients and what stands before servers take heads of eight thousand and more.
const MAX_TOKEN: usize = 4095;

/// For whom a token is, by what proof, and how long.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ticket {
    pub(super) account: String,
    pub(super) project: Option<String>,
    pub(super) by: By,
    pub(super) user_id: String,
    pub(super) user_name: String,
    pub(super) methods: Vec<String>,
    /// When it was proven who it is, in seconds since the epoch. A token for a token keeps it, so that a policy which
    /// denies what was given out before some time is not escaped.
    pub(super) proven_at: i64,
    /// Seconds since the epoch.
    pub(super) issued_at: i64,
    /// Seconds since the epoch.
    pub(super) expires_at: i64,
}

/// By what it was proven, and what therefore ends the token.
#[derive(Serialize, Deserialize)]
pub(super) enum By {
    /// The password that everybody knows, in development.
    DevelopmentRoot,
    /// The password of a user.
    Password {
        /// The user's name: a user who is renamed logs in again.
        name: String,
        /// The user's unique id.
        id: String,
        /// The id of the password.
        password: String,
    },
    /// A long-lived access key.
    AccessKey {
        /// Its id.
        id: String,
    },
    /// A temporary access key: the session that it is of.
    Session(Box<Session>),
}

impl Ticket {
    /// The token.
    pub(super) fn seal(&self, records: &Records) -> Result<String, LoginError> {
        let token = URL_SAFE_NO_PAD.encode(records.seal(PURPOSE, to_json(self).expose()));
        if token.len() > MAX_TOKEN { Err(LoginError::TooLarge) } else { Ok(token) }
    }

    /// What is in a token. `None` if it is none of ours.
    pub(super) fn open(records: &Records, token: &str) -> Option<Self> {
        if token.len() > MAX_TOKEN {
            return None;
        }
        let sealed = URL_SAFE_NO_PAD.decode(token).ok()?;
        let plain = records.open_sealed(PURPOSE, &sealed).ok()?;
        serde_json::from_slice(plain.expose()).ok()
    }
}
