//! Why a caller is not known, or an account or session not made.

use seal::SealError;

use crate::session::{MAX_SESSION, MIN_SESSION};

/// What can go wrong here. No variant carries a secret or a token.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IamError {
    /// No such access key.
    #[error("there is no access key {id}")]
    UnknownAccessKey {
        /// The access key id.
        id: String,
    },
    /// The session token is damaged, belongs to another access key, or was issued by one that is gone; or an access
    /// key that needs none came with one.
    #[error("the session token does not belong to the access key {id}")]
    InvalidSessionToken {
        /// The access key id it came with.
        id: String,
    },
    /// The session is over.
    #[error("the session of the access key {id} expired at {expired_at} (seconds since 1970)")]
    ExpiredSessionToken {
        /// The access key id of the session.
        id: String,
        /// When it ended, in seconds since the epoch.
        expired_at: i64,
    },
    /// An account with this number exists.
    #[error("the account {account} exists already and was left as it is")]
    AccountExists {
        /// The account.
        account: String,
    },
    /// That is no account number.
    #[error("an account is named by 12 digits, and {account:?} is not")]
    NotAnAccount {
        /// What was given.
        account: String,
    },
    /// A session of this length is not given out.
    #[error("a session lasts from {MIN_SESSION} to {MAX_SESSION} seconds, not {seconds}")]
    Duration {
        /// What was asked for.
        seconds: i64,
    },
    /// A record of this crate opened, and is not of the form this version writes.
    #[error(
        "the record {key} is of a form that this version does not know: start the newer Trent that wrote it"
    )]
    Record {
        /// The key of the record.
        key: String,
    },
    /// A policy of somebody is missing or cannot be read. It may be one that denies, so they may do nothing.
    #[error(
        "nothing is permitted to {arn}, because {reason}: put the policy right as the account's root, or start the newer \
         Trent that wrote it"
    )]
    Policies {
        /// Whose policies.
        arn: String,
        /// Which, and why.
        reason: String,
    },
    /// An account changed again and again while it was read.
    #[error("the account {account} changes too often to be read: try again, and slow down what changes it")]
    Unsettled {
        /// The account.
        account: String,
    },
    /// A session could not be made.
    #[error("no session was made: {reason}")]
    Session {
        /// Why.
        reason: String,
    },
    /// The records could not be read or written.
    #[error(transparent)]
    Store(#[from] SealError),
}
