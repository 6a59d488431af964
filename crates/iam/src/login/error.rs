//! Why nobody was logged in.

use super::NotChecked;
use crate::IamError;

/// What can go wrong at logging in. No variant carries a secret or a token, and none tells whether there is a user.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoginError {
    /// There is no such account, user or access key; or the password or secret is not theirs.
    #[error("the name or the password is wrong, or the access key or its secret")]
    Refused,
    /// The password was right, and is to be changed first.
    #[error(
        "the password must be changed before it can be used: call ChangePassword of the IAM API with an access key of the \
         user, or have an administrator set another by UpdateLoginProfile without PasswordResetRequired"
    )]
    PasswordResetRequired,
    /// The password was wrong too often.
    #[error("the password was wrong too often: try again in {seconds} seconds")]
    TooManyFailures {
        /// In how many seconds the next attempt is looked at.
        seconds: i64,
    },
    /// Too many passwords are being checked.
    #[error("too many passwords are being checked at this moment: try again")]
    Busy,
    /// The token is none of this server's, or whom or what it was given for is no more.
    #[error("the token is not valid: log in again")]
    InvalidToken,
    /// The token's time is over.
    #[error("the token expired at {expired_at} (seconds since 1970): log in again")]
    ExpiredToken {
        /// When, in seconds since the epoch.
        expired_at: i64,
    },
    /// The token was to be for an account that is not the bearer's.
    #[error("a token for something of the account {account} is given only to those who belong to it")]
    Scope {
        /// The account.
        account: String,
    },
    /// The session has so many policies and tags that no token can hold them.
    #[error("the policies and tags of the session do not fit a token: sign the requests instead")]
    TooLarge,
    /// Whoever it is cannot be looked up.
    #[error(transparent)]
    Iam(#[from] IamError),
}

impl From<NotChecked> for LoginError {
    fn from(why: NotChecked) -> Self {
        match why {
            NotChecked::Wrong => Self::Refused,
            NotChecked::TooManyFailures { seconds } => Self::TooManyFailures { seconds },
            NotChecked::Busy => Self::Busy,
        }
    }
}
