//! A store that lasts as long as the value: for tests, and for trying things out.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

use crate::batch::Write;
use crate::range::Range;
use crate::stamp::Stamps;
use crate::{Batch, BoxFuture, Commit, Revision, Stamp, Store, StoreError, Versioned, check_key};

/// A store in memory. Nothing of it outlives the value.
#[derive(Default)]
pub struct Memory {
    state: Mutex<State>,
    stamps: Stamps,
}

#[derive(Default)]
struct State {
    records: BTreeMap<Bytes, Versioned>,
    head: Revision,
}

impl Memory {
    // A thread that panicked while holding the lock cannot have left a batch half-done: `apply` has no way to fail.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn scan(&self, range: &Range) -> Vec<(Bytes, Versioned)> {
        if range.is_empty() {
            return Vec::new();
        }
        let bounds = (Bound::Included(range.from.as_slice()), Bound::Excluded(range.until.as_slice()));
        self.records
            .range::<[u8], _>(bounds)
            .take(usize::try_from(range.limit).unwrap_or(usize::MAX))
            .map(|(key, versioned)| (key.clone(), versioned.clone()))
            .collect()
    }

    fn apply(&mut self, batch: Batch) -> Commit {
        let holds = |(key, expectation): &(Bytes, crate::Expectation)| {
            expectation.holds(self.records.get(key).map(|versioned| versioned.revision))
        };
        if !batch.expectations.iter().all(holds) {
            return Commit::Conflict;
        }
        if !batch.writes.is_empty() {
            self.head += 1;
        }
        for write in batch.writes {
            match write {
                Write::Put(key, value) => {
                    self.records.insert(key, Versioned { value, revision: self.head });
                }
                Write::Delete(key) => {
                    self.records.remove(&key);
                }
            }
        }
        Commit::Done(self.head)
    }
}

impl Store for Memory {
    fn get(&self, key: &[u8]) -> BoxFuture<'_, Result<Option<Versioned>, StoreError>> {
        let found = check_key(key).map(|()| self.state().records.get(key).cloned());
        Box::pin(async { found })
    }

    fn scan(
        &self,
        prefix: &[u8],
        after: Option<&[u8]>,
        limit: u32,
    ) -> BoxFuture<'_, Result<Vec<(Bytes, Versioned)>, StoreError>> {
        let range = Range::new(prefix, after, limit);
        Box::pin(async { Ok(self.state().scan(&range?)) })
    }

    fn commit(&self, batch: Batch) -> BoxFuture<'_, Result<Commit, StoreError>> {
        Box::pin(async {
            batch.check()?;
            let mut state = self.state();
            self.stamps.advance(&batch);
            Ok(state.apply(batch))
        })
    }

    fn stamp(&self, key: &[u8]) -> Option<Stamp> {
        // Behind a commit that has begun.
        let _state = self.state();
        self.stamps.of(key)
    }
}
