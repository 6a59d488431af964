//! Where everything lasting is kept: ordered keys, opaque values, optimistic batches.
//!
//! The domain is written once, above [`Store`]. A backend knows nothing of keys, policies or accounts; it keeps
//! bytes in byte order and promises three things, which [`conformance`] checks for every backend alike:
//!
//! - a [`Batch`] happens whole or not at all, and only if everything it expects still holds;
//! - what [`Store::commit`] has acknowledged survives the death of the process and of the machine
//!   (for [`Memory`]: the life of the value);
//! - a read that begins after an acknowledgement sees what was acknowledged.
//!
//! The store is not trusted with secrets: values arrive sealed. That is the business of the crate `seal`.

mod batch;
pub mod conformance;
mod error;
mod memory;
mod range;
mod sqlite;
mod stamp;

use std::fmt;
use std::pin::Pin;

use bytes::Bytes;

pub use crate::batch::{Batch, Commit, Expectation, MAX_BATCH_BYTES, MAX_BATCH_CHANGES};
pub use crate::error::StoreError;
pub use crate::memory::Memory;
pub use crate::sqlite::Sqlite;
pub use crate::stamp::{Stamp, Stamped};

/// Longest key, in bytes. Ours: account, Region, key id and alias name, the longest we index by, are under 400.
pub const MAX_KEY: usize = 1024;

/// Longest value, in bytes. Ours: a key record with its 25 materials and a 32 KiB policy is under 256 KiB.
pub const MAX_VALUE: usize = 1024 * 1024;

/// Most entries one [`Store::scan`] may ask for. Ours: the largest page of the API is 1,000.
pub const MAX_SCAN: u32 = 1_000;

/// The number of a commit: each one that writes gets the next, from 1. Numbers are never used again.
pub type Revision = u64;

/// What the methods of [`Store`] return, so that it can be a trait object.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A value, and the commit that last wrote it.
#[derive(Clone, PartialEq, Eq)]
pub struct Versioned {
    /// The bytes as they were put.
    pub value: Bytes,
    /// The revision of the commit that last wrote this key. It differs after every write, so an equal revision
    /// means an equal value, also if the key was deleted and written again in between.
    pub revision: Revision,
}

impl fmt::Debug for Versioned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Versioned").field("revision", &self.revision).finish_non_exhaustive()
    }
}

/// Ordered keys and opaque values with optimistic batches.
pub trait Store: Send + Sync + 'static {
    /// The value of `key`, or `None` if there is none.
    fn get(&self, key: &[u8]) -> BoxFuture<'_, Result<Option<Versioned>, StoreError>>;

    /// The first `limit` entries, in byte order of their keys, of those whose key begins with `prefix` and is
    /// greater than the whole key `after`. Fewer than `limit` entries means that there are no more.
    ///
    /// One scan sees one moment; two scans may see two. `limit` is at most [`MAX_SCAN`].
    fn scan(
        &self,
        prefix: &[u8],
        after: Option<&[u8]>,
        limit: u32,
    ) -> BoxFuture<'_, Result<Vec<(Bytes, Versioned)>, StoreError>>;

    /// Does all of `batch` if all that it expects holds, and otherwise nothing.
    ///
    /// The answer comes when the outcome is durable. A future dropped before it answered leaves open whether the
    /// batch happens. After an error the batch has not happened for anyone who asks this process; if the process
    /// dies right then, it may turn out to have happened, whole. A batch with expectations can be tried again safely.
    fn commit(&self, batch: Batch) -> BoxFuture<'_, Result<Commit, StoreError>>;

    /// A stamp that differs from those of before as soon as a commit that wrote `key` is acknowledged: what was read after
    /// taking an equal one is what a read now would find. Takes no lock and no reading. `None` from a store that
    /// cannot tell, because others write to it.
    fn stamp(&self, _key: &[u8]) -> Option<Stamp> {
        None
    }
}

/// Refuses keys that no backend takes.
fn check_key(key: &[u8]) -> Result<(), StoreError> {
    if key.is_empty() || key.len() > MAX_KEY {
        Err(StoreError::KeyLength { length: key.len() })
    } else {
        Ok(())
    }
}
