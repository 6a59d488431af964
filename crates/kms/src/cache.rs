//! Keys in memory: the opened record, and its materials as parsed key objects.
//!
//! Nothing here is ever stale: a cached key is used only while the store says that its record has not changed, by the
//! record's stamp or, where that leaves it open, by its revision.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use api::Error;
use crypto::Material;
use policy::Document;
use seal::{Revision, Stamped};

use crate::key::{KeyRecord, MaterialId};

/// How many keys are expected, and how many bytes they may take.
const EXPECTED_KEYS: usize = 10_000;
const CAPACITY: u64 = 48 * 1024 * 1024;
/// What a key takes for each of its materials, beside its texts: parsed key objects as large as RSA-4096's.
const KEY_BYTES: usize = 4 * 1024;

/// A key as one commit left it.
pub(crate) struct LiveKey {
    pub(crate) record: KeyRecord,
    pub(crate) revision: Revision,
    /// When the store was last seen to have it so.
    pub(crate) current: Stamped,
    /// The key's policy; `None` if this version cannot read it.
    policy: Option<Document>,
    materials: Mutex<HashMap<MaterialId, Arc<Material>>>,
}

impl LiveKey {
    pub(crate) fn new(record: KeyRecord, revision: Revision, current: Stamped) -> Self {
        let policy = Document::parse(&record.policy).ok();
        let policy = policy.map(|document| document.pin(&record.policy_principals));
        Self { record, revision, current, policy, materials: Mutex::default() }
    }

    /// The key's policy, compiled.
    ///
    /// # Errors
    /// `KMSInternalException` if it is in a form that this version does not know: what cannot be read allows nothing.
    pub(crate) fn policy(&self) -> Result<&Document, Error> {
        self.policy
            .as_ref()
            .ok_or_else(|| Error::internal(format!("the policy of {} cannot be read", self.record.id)))
    }

    pub(crate) fn parsed(&self, id: &MaterialId) -> Option<Arc<Material>> {
        self.materials.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    pub(crate) fn keep(&self, id: MaterialId, material: &Arc<Material>) {
        self.materials.lock().unwrap_or_else(PoisonError::into_inner).insert(id, Arc::clone(material));
    }
}

pub(crate) struct Cache(quick_cache::sync::Cache<String, Arc<LiveKey>, Weight>);

#[derive(Clone)]
struct Weight;

impl quick_cache::Weighter<String, Arc<LiveKey>> for Weight {
    fn weight(&self, path: &String, key: &Arc<LiveKey>) -> u64 {
        let record = &key.record;
        let tags: usize = record.tags.iter().map(|tag| tag.tag_key.len() + tag.tag_value.len()).sum();
        let materials = record.materials.len().max(1) * KEY_BYTES;
        let bytes = path.len()
            + record.policy.len()
            + key.policy.as_ref().map_or(0, Document::weight)
            + record.description.len()
            + tags
            + materials;
        u64::try_from(bytes).unwrap_or(u64::MAX)
    }
}

impl Cache {
    pub(crate) fn new() -> Self {
        Self(quick_cache::sync::Cache::with_weighter(EXPECTED_KEYS, CAPACITY, Weight))
    }

    pub(crate) fn get(&self, path: &str) -> Option<Arc<LiveKey>> {
        self.0.get(path)
    }

    pub(crate) fn put(&self, path: &str, key: &Arc<LiveKey>) {
        self.0.insert(path.to_owned(), Arc::clone(key));
    }

    /// Forgets a key, and with it its parsed materials.
    pub(crate) fn forget(&self, path: &str) {
        self.0.remove(path);
    }
}
