//! From a signed request to a caller, in two steps: what the head claims, and whether the whole request proves it.

use std::sync::Arc;

use http::HeaderMap;
use iam::Identity;
use kms::Caller;
use sigv4::{Presented, SignatureError, SignedRequest};
use tracing::debug;
use uuid::Uuid;

use super::Aws;
use super::api::Api;
use super::refusal::Refusal;
use crate::fronts::caller::caller;
use crate::peers::Peer;

/// The Region of services that have none of their own, which clients sign for whatever Region they use (AWS General
/// Reference, "AWS Identity and Access Management endpoints").
const GLOBAL_REGION: &str = "us-east-1";

/// Who a request claims to be from: an access key that is known. Not yet proved.
pub(super) struct Claim {
    presented: Presented,
    identity: Identity,
}

impl Aws<'_> {
    /// Who the head of a request claims to be; no body is needed for that. In this order: is the signature for this
    /// service, for a Region of ours; is the time right; is the access key known.
    ///
    /// An unknown access key is told from a wrong secret, as AWS tells them apart: ids are no secrets.
    pub(super) async fn claim(&self, presented: Presented, api: Api) -> Result<Claim, Refusal> {
        debug!(?presented, "signed");
        presented.check_scope(api.name())?;
        let is_global = api != Api::Kms && presented.region() == GLOBAL_REGION;
        if !is_global && !self.front.kms.settings().serves(presented.region()) {
            return Err(SignatureError::ScopeRegion.into());
        }
        let now = self.front.clock.now().seconds();
        presented.check_time(now)?;
        let identity =
            self.front.identities.find(presented.access_key_id(), presented.session_token(), now).await?;
        Ok(Claim { presented, identity })
    }
}

/// A request that is truly signed.
pub(super) struct Proved {
    pub(super) caller: Caller,
    pub(super) presented: Presented,
}

impl Claim {
    /// The caller, if `request`, which is the one that made this claim and now has its body, is truly signed. `id`
    /// is what its answer will be known by.
    pub(super) fn prove(self, request: &SignedRequest<'_>, peer: &Peer, id: Uuid) -> Result<Proved, Refusal> {
        let Self { presented, identity: Identity { principal, secret, .. } } = self;
        presented.check_signature_of(request, &secret)?;
        let caller = caller(principal, presented.region(), request.headers, peer, id)?;
        Ok(Proved { caller, presented })
    }
}

/// The caller of a request that is not signed.
pub(super) fn stranger(headers: &HeaderMap, peer: &Peer, id: Uuid) -> Result<Caller, Refusal> {
    Ok(caller(Arc::new(iam::nobody()), GLOBAL_REGION, headers, peer, id)?)
}
