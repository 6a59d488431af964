//! Why a request is refused before any operation sees it. Each API has its own codes for these, in `kms` and `query`;
//! the texts are the same.

use iam::IamError;
use sigv4::SignatureError;
use tracing::debug;

use crate::body::BodyError;
use crate::fronts::NO_ROOM;
use crate::limits::MAX_HEADERS;

/// A reason that has nothing to do with what was asked for.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    /// It has more headers than are looked at.
    #[error("A request may have {MAX_HEADERS} headers.")]
    TooManyHeaders,
    /// It is to another path than there is.
    #[error(
        "There is nothing at this path. The AWS KMS API is at /, and so are IAM and STS: give SDKs the endpoint URL \
         without a path. Huawei's KMS API is below /v1.0, and Keystone at /v3."
    )]
    Path,
    /// The API does not take this method.
    #[error(
        "This is the endpoint of an AWS KMS API, which takes POST requests. Try: aws kms list-keys --endpoint-url <this URL>"
    )]
    Method,
    /// A browser sent it for a page.
    #[error("Web pages cannot use this API: requests with an Origin or Sec-Fetch-Site header are not taken.")]
    WebPage,
    /// It is to a name by which this server is not called.
    #[error(
        "This development server is called by a name of this machine, such as http://localhost or \
         http://127.0.0.1. To call it by another, start it with: trent dev --allow-host <name>"
    )]
    Host,
    /// It is not signed, or not truly.
    #[error("{0}")]
    Signature(SignatureError),
    /// The access key or the session token is none of ours.
    #[error("The security token included in the request is invalid.")]
    UnknownClient,
    /// The session is over.
    #[error("The security token included in the request is expired")]
    ExpiredToken,
    /// There is no room for its connection.
    #[error("{NO_ROOM}")]
    NoRoom,
    /// The body did not come.
    #[error("{0}")]
    Body(BodyError),
    /// The server failed; what is told to the log only.
    #[error("The server failed.")]
    Failed(String),
}

impl From<SignatureError> for Refusal {
    fn from(error: SignatureError) -> Self {
        debug!(%error, "the signature was refused");
        Self::Signature(error)
    }
}

impl From<IamError> for Refusal {
    fn from(error: IamError) -> Self {
        debug!(%error, "the caller is not known");
        match error {
            IamError::UnknownAccessKey { .. } | IamError::InvalidSessionToken { .. } => Self::UnknownClient,
            IamError::ExpiredSessionToken { .. } => Self::ExpiredToken,
            other => Self::Failed(other.to_string()),
        }
    }
}
