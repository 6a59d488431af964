//! From a signed request to a caller, in two steps: what the head claims, and whether the whole request proves it.

use std::net::IpAddr;
use std::sync::Arc;

use http::HeaderMap;
use http::header::USER_AGENT;
use iam::Identity;
use kms::Caller;
use policy::Principal;
use sigv4::{Placement, Presented, SignatureError, SignedRequest};
use tracing::debug;
use uuid::Uuid;

use super::Front;
use super::api::Api;
use super::refusal::Refusal;
use crate::peers::Peer;

/// The Region of services that have none of their own, which clients sign for whatever Region they use (AWS General
/// Reference, "AWS Identity and Access Management endpoints").
const GLOBAL_REGION: &str = "us-east-1";
/// Longest `User-Agent`, in bytes. The SDKs' have a few hundred.
const MAX_USER_AGENT: usize = 2048;

/// Who a request claims to be from: an access key that is known. Not yet proved.
pub(super) struct Claim {
    presented: Presented,
    identity: Identity,
}

impl Front {
    /// Who the head of a request claims to be; no body is needed for that. In this order: is the signature for this
    /// service, for a Region of ours; is the time right; is the access key known.
    ///
    /// An unknown access key is told from a wrong secret, as AWS tells them apart: ids are no secrets.
    pub(super) async fn claim(&self, presented: Presented, api: Api) -> Result<Claim, Refusal> {
        debug!(?presented, "signed");
        presented.check_scope(api.name())?;
        let is_global = api != Api::Kms && presented.region() == GLOBAL_REGION;
        if !is_global && !self.kms.settings().serves(presented.region()) {
            return Err(SignatureError::ScopeRegion.into());
        }
        let now = self.clock.now().seconds();
        presented.check_time(now)?;
        let identity =
            self.identities.find(presented.access_key_id(), presented.session_token(), now).await?;
        Ok(Claim { presented, identity })
    }
}

/// A request that is truly signed.
pub(super) struct Proved {
    pub(super) caller: Caller,
    pub(super) placement: Placement,
    pub(super) access_key_id: String,
}

impl Claim {
    /// The caller, if `request`, which is the one that made this claim and now has its body, is truly signed. `id`
    /// is what its answer will be known by.
    pub(super) fn prove(self, request: &SignedRequest<'_>, peer: &Peer, id: Uuid) -> Result<Proved, Refusal> {
        let Self { presented, identity: Identity { principal, secret, .. } } = self;
        presented.check_signature(request, secret.expose())?;
        let caller = caller(principal, presented.region(), request.headers, peer, id)?;
        let access_key_id = presented.access_key_id().to_owned();
        Ok(Proved { caller, placement: presented.placement(), access_key_id })
    }
}

/// The caller of a request that is not signed.
pub(super) fn stranger(headers: &HeaderMap, peer: &Peer, id: Uuid) -> Result<Caller, Refusal> {
    caller(Arc::new(iam::nobody()), GLOBAL_REGION, headers, peer, id)
}

/// Everything about a request that policies can speak of. What only a trusted front may say, nobody here says: that
/// a service asks on the caller's behalf.
fn caller(
    principal: Arc<Principal>,
    region: &str,
    headers: &HeaderMap,
    peer: &Peer,
    id: Uuid,
) -> Result<Caller, Refusal> {
    Ok(Caller {
        principal,
        region: region.to_owned(),
        source_ip: Some(canonical(peer.address.ip())),
        secure_transport: peer.has_tls,
        user_agent: user_agent(headers)?,
        via: None,
        request_id: id.to_string(),
    })
}

/// The address as policies name it: an IPv4 client of an IPv6 socket has its own.
fn canonical(address: IpAddr) -> IpAddr {
    address.to_canonical()
}

/// The only `User-Agent` of a request, if there is one: of two, policies could mean either.
fn user_agent(headers: &HeaderMap) -> Result<Option<String>, SignatureError> {
    let mut values = headers.get_all(USER_AGENT).iter();
    let (first, second) = (values.next(), values.next());
    if second.is_some() {
        return Err(SignatureError::Repeated { name: USER_AGENT.as_str().to_owned() });
    }
    match first.map(http::HeaderValue::as_bytes) {
        Some(value) if value.len() > MAX_USER_AGENT => {
            let what = "length in bytes of the User-Agent header";
            Err(SignatureError::TooLarge { what, limit: MAX_USER_AGENT })
        }
        value => Ok(value.map(|value| String::from_utf8_lossy(value).into_owned())),
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn there_is_one_user_agent_of_bounded_length() {
        let of = |values: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(USER_AGENT, HeaderValue::from_str(value).unwrap());
            }
            user_agent(&headers)
        };
        assert_eq!(of(&[]), Ok(None));
        assert_eq!(of(&["aws-cli/1.46"]), Ok(Some("aws-cli/1.46".to_owned())));
        assert_eq!(of(&[""]), Ok(Some(String::new())));
        assert!(matches!(of(&["a", "a"]), Err(SignatureError::Repeated { .. })));
        assert!(of(&[&"a".repeat(MAX_USER_AGENT)]).is_ok());
        assert!(matches!(of(&[&"a".repeat(MAX_USER_AGENT + 1)]), Err(SignatureError::TooLarge { .. })));
        let mut headers = HeaderMap::new();
        headers.insert(USER_AGENT, HeaderValue::from_bytes(b"\xff").unwrap());
        assert_eq!(user_agent(&headers), Ok(Some("\u{fffd}".to_owned())));
    }

    #[test]
    fn addresses_are_those_that_policies_name() {
        assert_eq!(canonical("::ffff:192.0.2.1".parse().unwrap()), "192.0.2.1".parse::<IpAddr>().unwrap());
        assert_eq!(canonical("2001:db8::1".parse().unwrap()), "2001:db8::1".parse::<IpAddr>().unwrap());
    }
}
