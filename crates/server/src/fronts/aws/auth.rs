//! From a signed request to a caller, in two steps: what the head claims, and whether the whole request proves it.

use std::net::IpAddr;

use api::{Error, ErrorCode};
use iam::{IamError, Identity};
use kms::Caller;
use sigv4::{Placement, Presented, SignatureError, SignedRequest};
use tracing::debug;
use uuid::Uuid;

use super::Front;

/// What signatures are scoped to.
const SERVICE: &str = "kms";

/// Who a request claims to be from: an access key that is known. Not yet proved.
pub(super) struct Claim {
    presented: Presented,
    identity: Identity,
}

impl Front {
    /// Who the head of a request claims to be; `request` needs no body for that. In this order: is the signature
    /// complete, for this service, for a Region of ours; is the time right; is the access key known.
    ///
    /// An unknown access key is told from a wrong secret, as AWS tells them apart: ids are no secrets.
    pub(super) async fn claim(&self, request: &SignedRequest<'_>) -> Result<Claim, Error> {
        let presented = sigv4::parse(request).map_err(refused)?;
        debug!(?presented, "signed");
        presented.check_scope(SERVICE).map_err(refused)?;
        if !self.kms.settings().serves(presented.region()) {
            return Err(refused(SignatureError::ScopeRegion));
        }
        let now = self.clock.now().seconds();
        presented.check_time(now).map_err(refused)?;
        let found = self.identities.find(presented.access_key_id(), presented.session_token(), now).await;
        Ok(Claim { presented, identity: found.map_err(unknown)? })
    }
}

impl Claim {
    /// The caller, if `request`, which is the one that made this claim and now has its body, is truly signed. `id`
    /// is what its answer will be known by.
    pub(super) fn prove(
        self,
        request: &SignedRequest<'_>,
        source_ip: IpAddr,
        id: Uuid,
    ) -> Result<(Caller, Placement), Error> {
        let Self { presented, identity: Identity { account, principal, secret } } = self;
        presented.check_signature(request, secret.expose()).map_err(refused)?;
        let region = presented.region().to_owned();
        let source_ip = Some(source_ip);
        let caller = Caller { account, region, principal, source_ip, request_id: id.to_string() };
        Ok((caller, presented.placement()))
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
