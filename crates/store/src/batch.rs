//! What a commit asks for and what it answers.

use bytes::Bytes;

use crate::{MAX_VALUE, Revision, StoreError, check_key};

/// Most expectations and writes in one batch. Ours: the largest, a sweep of 256 records, with room to spare.
pub const MAX_BATCH_CHANGES: usize = 1_024;

/// Most bytes of keys and values in one batch. Ours: the records of a multi-Region key with 32 replicas, each as large as
/// the API allows, about 250 KiB: a policy, a description and 50 tags.
pub const MAX_BATCH_BYTES: usize = 16 * 1024 * 1024;

/// What must hold of a key for a batch to happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expectation {
    /// There is no such key.
    Absent,
    /// The key was last written by this commit.
    Revision(Revision),
}

impl Expectation {
    /// Whether it holds of a key last written at `found`.
    pub(crate) fn holds(self, found: Option<Revision>) -> bool {
        match self {
            Self::Absent => found.is_none(),
            Self::Revision(expected) => found == Some(expected),
        }
    }
}

/// A change of one key.
#[derive(Clone)]
pub(crate) enum Write {
    Put(Bytes, Bytes),
    Delete(Bytes),
}

impl Write {
    pub(crate) fn key(&self) -> &Bytes {
        match self {
            Self::Put(key, _) | Self::Delete(key) => key,
        }
    }

    fn value_len(&self) -> usize {
        match self {
            Self::Put(_, value) => value.len(),
            Self::Delete(_) => 0,
        }
    }
}

/// Expectations and writes that happen together or not at all.
///
/// All expectations are judged before the first write. Writes happen in the order given, so of two to the same
/// key the later one stays. Deleting a key that is not there is no error.
#[derive(Clone, Default)]
pub struct Batch {
    pub(crate) expectations: Vec<(Bytes, Expectation)>,
    pub(crate) writes: Vec<Write>,
}

impl Batch {
    /// Lets the batch happen only if there is no `key`.
    pub fn expect_absent(&mut self, key: impl Into<Bytes>) -> &mut Self {
        self.expectations.push((key.into(), Expectation::Absent));
        self
    }

    /// Lets the batch happen only if `key` was last written by the commit `revision`.
    pub fn expect(&mut self, key: impl Into<Bytes>, revision: Revision) -> &mut Self {
        self.expectations.push((key.into(), Expectation::Revision(revision)));
        self
    }

    /// Gives `key` this value.
    pub fn put(&mut self, key: impl Into<Bytes>, value: impl Into<Bytes>) -> &mut Self {
        self.writes.push(Write::Put(key.into(), value.into()));
        self
    }

    /// Removes `key`.
    pub fn delete(&mut self, key: impl Into<Bytes>) -> &mut Self {
        self.writes.push(Write::Delete(key.into()));
        self
    }

    /// Whether it neither expects nor writes anything.
    pub fn is_empty(&self) -> bool {
        self.expectations.is_empty() && self.writes.is_empty()
    }

    /// Refuses what is beyond the limits, before any of it is done.
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        let changes = self.expectations.len() + self.writes.len();
        let mut bytes = 0;
        for (key, _) in &self.expectations {
            check_key(key)?;
            bytes += key.len();
        }
        for write in &self.writes {
            check_key(write.key())?;
            if write.value_len() > MAX_VALUE {
                return Err(StoreError::ValueLength { length: write.value_len() });
            }
            bytes += write.key().len() + write.value_len();
        }
        if changes > MAX_BATCH_CHANGES || bytes > MAX_BATCH_BYTES {
            return Err(StoreError::BatchSize { changes, bytes });
        }
        Ok(())
    }
}

/// How a commit ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a commit may have been refused as a conflict"]
pub enum Commit {
    /// All of the batch happened, as this revision. A batch without writes makes no revision of its own and
    /// answers the latest there is.
    Done(Revision),
    /// Something that the batch expected does not hold; nothing happened.
    Conflict,
}
