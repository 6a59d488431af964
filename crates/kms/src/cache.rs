//! Keys in memory: the opened record, and its materials as parsed key objects.
//!
//! Nothing here is ever stale: a cached key is used only while the store says that its record has not changed, by the
//! record's stamp or, where that leaves it open, by its revision.

mod policies;
#[cfg(test)]
mod tests;
mod weight;

use std::sync::{Arc, OnceLock, Weak};

use api::Error;
use crypto::Material;
use seal::{Revision, Stamped};

use policies::PolicyHash;
pub(crate) use policies::{CompiledPolicy, Policies};

use crate::key::{KeyRecord, MaterialId};

/// How many keys are expected.
const EXPECTED_KEYS: usize = 100_000;
/// How many bytes they may take. Ours: 100,000 symmetric keys, each with a policy of three kilobytes.
const CAPACITY: u64 = 512 * 1024 * 1024;

/// A key as one commit left it.
pub(crate) struct LiveKey {
    pub(crate) record: KeyRecord,
    pub(crate) revision: Revision,
    /// When the store was last seen to have it so.
    pub(crate) current: Stamped,
    policies: Arc<Policies>,
    policy: PolicyHash,
    /// The compiled policy, as long as it stays: to find it by its hash, all of its text has to be compared. Once it has gone it
    /// is found so until the key is read again.
    compiled: OnceLock<Weak<CompiledPolicy>>,
    /// In the order of the record's, once they are in use.
    materials: Box<[OnceLock<Arc<Material>>]>,
}

impl LiveKey {
    fn new(mut record: KeyRecord, revision: Revision, current: Stamped, policies: &Arc<Policies>) -> Self {
        let (policy, policies) = (policies.share(&mut record), Arc::clone(policies));
        let materials = record.materials.iter().map(|_| OnceLock::new()).collect();
        Self { record, revision, current, policies, policy, compiled: OnceLock::new(), materials }
    }

    /// The key's policy, compiled.
    ///
    /// # Errors
    /// `KMSInternalException` if it is in a form that this version does not know: what cannot be read allows nothing.
    pub(crate) fn policy(&self) -> Result<Arc<CompiledPolicy>, Error> {
        if let Some(compiled) = self.compiled.get().and_then(Weak::upgrade) {
            return Ok(compiled);
        }
        let compiled = self.policies.of(self.policy, &self.record)?;
        self.compiled.get_or_init(|| Arc::downgrade(&compiled));
        Ok(compiled)
    }

    pub(crate) fn parsed(&self, id: &MaterialId) -> Option<Arc<Material>> {
        self.slot(id)?.get().cloned()
    }

    pub(crate) fn keep(&self, id: &MaterialId, material: &Arc<Material>) {
        if let Some(slot) = self.slot(id) {
            slot.get_or_init(|| Arc::clone(material));
        }
    }

    fn slot(&self, id: &MaterialId) -> Option<&OnceLock<Arc<Material>>> {
        let place = self.record.materials.iter().position(|material| material.id == *id)?;
        self.materials.get(place)
    }
}

pub(crate) struct Cache {
    keys: quick_cache::sync::Cache<String, Arc<LiveKey>, Weight>,
    policies: Arc<Policies>,
}

#[derive(Clone)]
struct Weight;

impl quick_cache::Weighter<String, Arc<LiveKey>> for Weight {
    fn weight(&self, path: &String, key: &Arc<LiveKey>) -> u64 {
        u64::try_from(weight::of(path, key)).unwrap_or(u64::MAX)
    }
}

impl Cache {
    pub(crate) fn new() -> Self {
        let keys = quick_cache::sync::Cache::with_weighter(EXPECTED_KEYS, CAPACITY, Weight);
        Self { keys, policies: Arc::default() }
    }

    pub(crate) fn policies(&self) -> &Policies {
        &self.policies
    }

    pub(crate) fn get(&self, path: &str) -> Option<Arc<LiveKey>> {
        self.keys.get(path)
    }

    /// Keeps a key that was read.
    pub(crate) fn put(
        &self,
        path: &str,
        record: KeyRecord,
        revision: Revision,
        current: Stamped,
    ) -> Arc<LiveKey> {
        let key = Arc::new(LiveKey::new(record, revision, current, &self.policies));
        self.keys.insert(path.to_owned(), Arc::clone(&key));
        key
    }

    /// Forgets a key, and with it its parsed materials.
    pub(crate) fn forget(&self, path: &str) {
        self.keys.remove(path);
    }
}
