//! The password of a user.

use api::SecretText;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crypto::password::PasswordHash;
use serde::{Deserialize, Serialize};

use crate::{IamError, ids};

/// What the ids of passwords begin with.
const PREFIX: &str = "PASSWORD";

/// A user's password: that there is one, and its hash.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LoginProfile {
    /// The hash, in base64.
    hash: SecretText,
    /// Another one for each password: what was given for one is not good for the next.
    pub(crate) id: String,
    /// Seconds since the epoch.
    pub(crate) created: i64,
    /// Whether the password must be changed before it can be used.
    #[serde(default)]
    pub(crate) reset_required: bool,
}

impl LoginProfile {
    /// Of a new password, made at `created`.
    pub(crate) fn new(hash: &PasswordHash, created: i64, reset_required: bool) -> Self {
        let hash = SecretText::new(STANDARD.encode(hash.to_bytes().expose()));
        Self { hash, id: ids::unique(PREFIX), created, reset_required }
    }

    /// The hash.
    ///
    /// # Errors
    /// It is of a form that this version does not know.
    pub(crate) fn hash(&self) -> Result<PasswordHash, IamError> {
        let bytes = STANDARD.decode(self.hash.expose()).unwrap_or_default();
        PasswordHash::from_bytes(&bytes).ok_or_else(|| IamError::Record { key: "of a password".to_owned() })
    }
}
