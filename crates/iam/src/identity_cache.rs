//! Identities in memory: who an access key belongs to, with policies compiled.
//!
//! Nothing here is ever stale: what is remembered is used only while the store says that nothing has changed in its
//! account, by the stamp of its record or, where that leaves it open, by its revision (ADR 3).

use std::sync::Arc;

use crypto::{SecretBytes, constant_time_eq};
use policy::Principal;
use seal::{Revision, Stamped};

use crate::{IamError, Identity};

/// How many identities are expected, and how many bytes they may take.
const EXPECTED: usize = 10_000;
const CAPACITY: u64 = 32 * 1024 * 1024;
/// What an identity takes beside its policies, with the signing keys that are kept of its secret.
const IDENTITY_BYTES: usize = 3 * 1024;

/// An identity as one generation of its account has it.
pub(crate) struct Known {
    pub(crate) identity: Identity,
    pub(crate) account: String,
    /// The revision of the account's record. None in development, where an account need not have one.
    pub(crate) generation: Option<Revision>,
    /// When the store was last seen to have it so.
    pub(crate) current: Stamped,
    pub(crate) session: Option<KnownSession>,
}

/// What there is to know of a session besides.
#[derive(Clone)]
pub(crate) struct KnownSession {
    pub(crate) token: Arc<SecretBytes>,
    /// Seconds since the epoch.
    pub(crate) expires_at: i64,
}

impl Known {
    /// Whether it is what an access key with this token means.
    fn is_for(&self, token: Option<&str>) -> bool {
        match (&self.session, token) {
            (None, None) => true,
            (Some(session), Some(token)) => constant_time_eq(session.token.expose(), token.as_bytes()),
            _ => false,
        }
    }

    /// The identity, unless its session is over at `now`.
    pub(crate) fn at(&self, id: &str, now: i64) -> Result<Identity, IamError> {
        match &self.session {
            Some(session) if now >= session.expires_at => {
                Err(IamError::ExpiredSessionToken { id: id.to_owned(), expired_at: session.expires_at })
            }
            _ => Ok(self.identity.clone()),
        }
    }

    fn principal(&self) -> &Principal {
        &self.identity.principal
    }
}

/// The identities by their access keys.
pub(crate) struct IdentityCache(quick_cache::sync::Cache<String, Arc<Known>, Weight>);

#[derive(Clone)]
struct Weight;

impl quick_cache::Weighter<String, Arc<Known>> for Weight {
    fn weight(&self, id: &String, known: &Arc<Known>) -> u64 {
        let principal = known.principal();
        let documents =
            principal.policies.iter().chain(&principal.boundary).chain(&principal.session_policies);
        let policies: usize = documents.map(|document| document.weight()).sum();
        let token = known.session.as_ref().map_or(0, |session| session.token.len());
        u64::try_from(id.len() + IDENTITY_BYTES + token + policies).unwrap_or(u64::MAX)
    }
}

impl IdentityCache {
    pub(crate) fn new() -> Self {
        Self(quick_cache::sync::Cache::with_weighter(EXPECTED, CAPACITY, Weight))
    }

    /// What is remembered of an access key with this token.
    pub(crate) fn get(&self, id: &str, token: Option<&str>) -> Option<Arc<Known>> {
        self.0.get(id).filter(|known| known.is_for(token))
    }

    pub(crate) fn put(&self, id: &str, known: &Arc<Known>) {
        self.0.insert(id.to_owned(), Arc::clone(known));
    }

    pub(crate) fn forget(&self, id: &str) {
        self.0.remove(id);
    }
}
