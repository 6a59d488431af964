//! Key policies, compiled, and as requests give them. Most keys have a policy that many others have, word for word: it is
//! read once for all.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use api::Error;
use policy::{Document, PolicyError};

use super::weight;
use crate::key::KeyRecord;

/// How many bytes compiled policies may take. Ours: room for ten thousand different ones of a few statements each. A
/// policy that does not stay is compiled again when its key is used, which takes microseconds.
const CAPACITY: u64 = 64 * 1024 * 1024;
/// How many different policies are expected.
const EXPECTED: usize = 10_000;
/// The same of those that requests give. Ours: whoever makes many keys gives them a few policies.
const GIVEN_CAPACITY: u64 = 8 * 1024 * 1024;
const GIVEN_EXPECTED: usize = 1_000;
/// What the cache takes for any policy, and the allocator for its pieces.
const ENTRY: usize = 512;

/// The policy of all keys that have this text, and in it these principals.
pub(crate) struct CompiledPolicy {
    document: Document,
    principals: Arc<BTreeMap<String, String>>,
}

impl CompiledPolicy {
    fn compile(text: &str, principals: &Arc<BTreeMap<String, String>>) -> Result<Self, PolicyError> {
        Ok(Self { document: Document::parse(text)?.pin(principals), principals: Arc::clone(principals) })
    }

    fn is_of(&self, text: &str, principals: &BTreeMap<String, String>) -> bool {
        **self.document.text() == *text && *self.principals == *principals
    }

    pub(crate) fn document(&self) -> &Document {
        &self.document
    }
}

/// A policy as a request gives it.
pub(crate) struct GivenPolicy {
    /// As it is kept and shown.
    pub(crate) shown: String,
    /// The ARNs of the users, roles and sessions in it.
    pub(crate) principals: Vec<String>,
}

/// The policies: compiled ones by a hash of all that they are made of, and given ones by their text.
pub(crate) struct Policies {
    compiled: quick_cache::sync::Cache<PolicyHash, Arc<CompiledPolicy>, Weight>,
    given: quick_cache::sync::Cache<String, Arc<GivenPolicy>, Weight>,
    hasher: RandomState,
}

/// What a record's policy is found by.
pub(super) type PolicyHash = u64;

#[derive(Clone)]
struct Weight;

impl quick_cache::Weighter<PolicyHash, Arc<CompiledPolicy>> for Weight {
    fn weight(&self, _: &PolicyHash, policy: &Arc<CompiledPolicy>) -> u64 {
        let principals = &policy.principals;
        let texts: usize = principals.iter().map(|(arn, id)| arn.len() + id.len()).sum();
        let bytes = ENTRY + policy.document.weight() + weight::tree_of_texts(principals.len()) + texts;
        u64::try_from(bytes).unwrap_or(u64::MAX)
    }
}

impl quick_cache::Weighter<String, Arc<GivenPolicy>> for Weight {
    fn weight(&self, text: &String, policy: &Arc<GivenPolicy>) -> u64 {
        let principals: usize = policy.principals.iter().map(|arn| size_of::<String>() + arn.len()).sum();
        let bytes = ENTRY + text.len() + policy.shown.capacity() + principals;
        u64::try_from(bytes).unwrap_or(u64::MAX)
    }
}

impl Default for Policies {
    fn default() -> Self {
        let compiled = quick_cache::sync::Cache::with_weighter(EXPECTED, CAPACITY, Weight);
        let given = quick_cache::sync::Cache::with_weighter(GIVEN_EXPECTED, GIVEN_CAPACITY, Weight);
        Self { compiled, given, hasher: RandomState::new() }
    }
}

impl Policies {
    fn hash_of(&self, text: &str, principals: &BTreeMap<String, String>) -> PolicyHash {
        self.hasher.hash_one((text, principals))
    }

    /// A record's policy, compiled; `hash` is its own.
    ///
    /// # Errors
    /// `KMSInternalException` if it is in a form that this version does not know: what cannot be read allows nothing.
    pub(super) fn of(&self, hash: PolicyHash, record: &KeyRecord) -> Result<Arc<CompiledPolicy>, Error> {
        self.compiled(hash, &record.policy, &record.policy_principals)
            .map_err(|_| Error::internal(format!("the policy of {} cannot be read", record.id)))
    }

    /// The policy of this text, as it is shown, and these principals, compiled.
    ///
    /// # Errors
    /// It is no policy.
    pub(crate) fn pinned(
        &self,
        text: &str,
        principals: &Arc<BTreeMap<String, String>>,
    ) -> Result<Arc<CompiledPolicy>, PolicyError> {
        self.compiled(self.hash_of(text, principals), text, principals)
    }

    fn compiled(
        &self,
        hash: PolicyHash,
        text: &str,
        principals: &Arc<BTreeMap<String, String>>,
    ) -> Result<Arc<CompiledPolicy>, PolicyError> {
        if let Some(known) = self.known(hash, text, principals) {
            return Ok(known);
        }
        let compiled = Arc::new(CompiledPolicy::compile(text, principals)?);
        self.compiled.insert(hash, Arc::clone(&compiled));
        Ok(compiled)
    }

    fn known(
        &self,
        hash: PolicyHash,
        text: &str,
        principals: &BTreeMap<String, String>,
    ) -> Option<Arc<CompiledPolicy>> {
        // Different policies may have the same hash.
        self.compiled.get(&hash).filter(|known| known.is_of(text, principals))
    }

    /// Lets a record have its policy in common with all others that have the same; returns its hash.
    pub(super) fn share(&self, record: &mut KeyRecord) -> PolicyHash {
        let hash = self.hash_of(&record.policy, &record.policy_principals);
        if let Some(known) = self.known(hash, &record.policy, &record.policy_principals) {
            record.policy = Arc::clone(known.document.text());
            record.policy_principals = Arc::clone(&known.principals);
        }
        hash
    }

    /// A policy as a request gives it.
    ///
    /// # Errors
    /// It is no policy.
    pub(crate) fn given(&self, text: &str) -> Result<Arc<GivenPolicy>, PolicyError> {
        if let Some(known) = self.given.get(text) {
            return Ok(known);
        }
        let document = Document::parse(text)?;
        let principals = document.principal_arns().into_iter().map(str::to_owned).collect();
        let given = Arc::new(GivenPolicy { shown: document.shown(), principals });
        self.given.insert(text.to_owned(), Arc::clone(&given));
        Ok(given)
    }

    #[cfg(test)]
    pub(super) fn weight(&self) -> u64 {
        self.compiled.weight()
    }
}
