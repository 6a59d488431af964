//! Whether a record may have changed, told from memory.
//!
//! Each record has one of a fixed number of counters, by the hash of its key, and every commit that writes the record counts
//! it on before anyone is told of the commit. Who takes the stamp *before* reading a record knows later, by an equal
//! stamp, that what was read is what the store has. Another record with the same counter only makes a stamp differ that
//! need not.

use std::hash::{BuildHasher, RandomState};
use std::num::NonZeroU64;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::Batch;

/// How many counters there are: two MiB of them. Ours: of 262,144 records in use, a commit makes about one be read
/// again that has not changed.
const COUNTERS: usize = 1 << 18;

/// What [`Store::stamp`](crate::Store::stamp) tells of a record: equal stamps, no change between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp(NonZeroU64);

/// The stamp under which something was last known to be current.
#[derive(Debug, Default)]
pub struct Stamped(AtomicU64);

impl Stamped {
    /// Known to be current under `stamp`, which was taken before the reading; `None` if the store has no stamps.
    pub fn at(stamp: Option<Stamp>) -> Self {
        let stamped = Self::default();
        stamped.set(stamp);
        stamped
    }

    /// Whether it is known to be current now that the record's stamp is `now`.
    pub fn is(&self, now: Option<Stamp>) -> bool {
        now.is_some_and(|now| self.0.load(Ordering::Acquire) == now.0.get())
    }

    /// It was found to be current, by a reading that began after `stamp` was taken.
    pub fn set(&self, stamp: Option<Stamp>) {
        self.0.store(stamp.map_or(0, |stamp| stamp.0.get()), Ordering::Release);
    }
}

/// The counters of a store.
pub(crate) struct Stamps {
    hasher: RandomState,
    counters: Box<[AtomicU64]>,
}

impl Default for Stamps {
    fn default() -> Self {
        let counters = std::iter::repeat_with(AtomicU64::default).take(COUNTERS).collect();
        Self { hasher: RandomState::new(), counters }
    }
}

impl Stamps {
    pub(crate) fn of(&self, key: &[u8]) -> Option<Stamp> {
        let count = self.counter(key)?.load(Ordering::Acquire);
        NonZeroU64::new(count.saturating_add(1)).map(Stamp)
    }

    /// Counts on all that a batch writes: once it is there for whoever reads, and before anyone is told.
    pub(crate) fn advance(&self, batch: &Batch) {
        for write in &batch.writes {
            if let Some(counter) = self.counter(write.key()) {
                counter.fetch_add(1, Ordering::AcqRel);
            }
        }
    }

    fn counter(&self, key: &[u8]) -> Option<&AtomicU64> {
        let hash = usize::try_from(self.hasher.hash_one(key) % (COUNTERS as u64)).ok()?;
        self.counters.get(hash)
    }
}
