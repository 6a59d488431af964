//! From a signed request to a caller.

use std::net::IpAddr;

use api::{Error, ErrorCode};
use iam::{IamError, Identity};
use kms::Caller;
use sigv4::{Placement, SignatureError, SignedRequest};
use tracing::debug;

use super::Front;

/// What signatures are scoped to.
const SERVICE: &str = "kms";
/// Stands for the secret of an access key that is not known, and is as long as a real one: the signature is verified
/// all the same, so that the time it takes does not tell which of the two was wrong.
const NO_SECRET: &[u8] = b"----------------------------------------";

impl Front {
    /// Who signed `request`. In this order: is the signature complete, for this service, for a Region of ours; is
    /// the time right; is the access key known; is the signature true.
    pub(super) async fn authenticate(
        &self,
        request: &SignedRequest<'_>,
        source_ip: IpAddr,
    ) -> Result<(Caller, Placement), Error> {
        let presented = sigv4::parse(request).map_err(refused)?;
        debug!(?presented, "signed");
        presented.check_scope(SERVICE).map_err(refused)?;
        if !self.takes_region(presented.region()) {
            return Err(refused(SignatureError::ScopeRegion));
        }
        let now = self.clock.now().seconds();
        presented.check_time(now).map_err(refused)?;
        let found = self.identities.find(presented.access_key_id(), presented.session_token(), now).await;
        let secret = found.as_ref().map_or(NO_SECRET, |identity| identity.secret.expose());
        let verified = presented.check_signature(request, secret);
        let Identity { account, principal, .. } = found.map_err(unknown)?;
        verified.map_err(refused)?;
        let region = presented.region().to_owned();
        Ok((Caller { account, region, principal, source_ip: Some(source_ip) }, presented.placement()))
    }

    fn takes_region(&self, region: &str) -> bool {
        self.regions.is_empty() || self.regions.iter().any(|ours| ours == region)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is handed to map_err")]
fn refused(error: SignatureError) -> Error {
    debug!(%error, "the signature was refused");
    let code = ErrorCode::ALL.iter().find(|code| code.as_str() == error.code());
    Error::new(code.copied().unwrap_or(ErrorCode::InvalidSignature), error.to_string())
}

fn unknown(error: IamError) -> Error {
    debug!(%error, "the caller is not known");
    match error {
        IamError::UnknownAccessKey { .. } | IamError::InvalidSessionToken { .. } => {
            let text = "The security token included in the request is invalid.";
            Error::new(ErrorCode::UnrecognizedClient, text)
        }
        IamError::ExpiredSessionToken { .. } => {
            let text = "The security token included in the request is expired";
            Error::new(ErrorCode::ExpiredToken, text)
        }
        other => Error::internal(other),
    }
}
