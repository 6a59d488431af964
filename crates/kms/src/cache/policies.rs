//! Compiled key policies. Most keys have a policy that many others have, word for word: it is compiled once for all.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use api::Error;
use policy::Document;

use super::weight;
use crate::key::KeyRecord;

/// How many bytes compiled policies may take. Ours: room for ten thousand different ones of a few statements each. A
/// policy that does not stay is compiled again when its key is used, which takes microseconds.
const CAPACITY: u64 = 64 * 1024 * 1024;
/// How many different policies are expected.
const EXPECTED: usize = 10_000;
/// What the cache takes for any policy, and the allocator for its pieces.
const ENTRY: usize = 512;

/// The policy of all keys that have this text, and in it these principals.
pub(crate) struct KeyPolicy {
    document: Document,
    principals: BTreeMap<String, String>,
}

impl KeyPolicy {
    fn compile(record: &KeyRecord) -> Result<Self, Error> {
        let document = Document::parse(&record.policy)
            .map_err(|_| Error::internal(format!("the policy of {} cannot be read", record.id)))?;
        let principals = record.policy_principals.clone();
        Ok(Self { document: document.pin(&principals), principals })
    }

    fn is_of(&self, record: &KeyRecord) -> bool {
        self.document.text() == record.policy && self.principals == record.policy_principals
    }

    pub(crate) fn document(&self) -> &Document {
        &self.document
    }
}

/// The policies, by a hash of all that they are made of.
pub(super) struct Policies {
    compiled: quick_cache::sync::Cache<PolicyHash, Arc<KeyPolicy>, Weight>,
    hasher: RandomState,
}

/// What a record's policy is found by.
pub(super) type PolicyHash = u64;

#[derive(Clone)]
struct Weight;

impl quick_cache::Weighter<PolicyHash, Arc<KeyPolicy>> for Weight {
    fn weight(&self, _: &PolicyHash, policy: &Arc<KeyPolicy>) -> u64 {
        let principals = &policy.principals;
        let texts: usize = principals.iter().map(|(arn, id)| arn.len() + id.len()).sum();
        let bytes = ENTRY + policy.document.weight() + weight::tree_of_texts(principals.len()) + texts;
        u64::try_from(bytes).unwrap_or(u64::MAX)
    }
}

impl Default for Policies {
    fn default() -> Self {
        let compiled = quick_cache::sync::Cache::with_weighter(EXPECTED, CAPACITY, Weight);
        Self { compiled, hasher: RandomState::new() }
    }
}

impl Policies {
    pub(super) fn hash(&self, record: &KeyRecord) -> PolicyHash {
        self.hasher.hash_one((&record.policy, &record.policy_principals))
    }

    /// A record's policy, compiled; `hash` is its own.
    ///
    /// # Errors
    /// `KMSInternalException` if it is in a form that this version does not know: what cannot be read allows nothing.
    pub(super) fn of(&self, hash: PolicyHash, record: &KeyRecord) -> Result<Arc<KeyPolicy>, Error> {
        // Different policies may have the same hash.
        if let Some(known) = self.compiled.get(&hash).filter(|known| known.is_of(record)) {
            return Ok(known);
        }
        let compiled = Arc::new(KeyPolicy::compile(record)?);
        self.compiled.insert(hash, Arc::clone(&compiled));
        Ok(compiled)
    }

    #[cfg(test)]
    pub(super) fn weight(&self) -> u64 {
        self.compiled.weight()
    }
}
