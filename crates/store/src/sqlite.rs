//! The embedded default: one SQLite database, one writer, readers that never wait for it.
//!
//! Readers work on snapshots of the write-ahead log, so the writer neither blocks them nor is blocked by them. A
//! `get` takes microseconds, less than handing it to another thread would, and is done in place; a `scan` can take
//! milliseconds and goes to the runtime's blocking threads, one at a time. Commits go to the [`writer`] thread.

mod file;
mod reader;
mod writer;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::{Mutex, oneshot};
use tokio::task::spawn_blocking;

use self::reader::{Readers, Scanner};
use self::writer::Writer;
use crate::range::Range;
use crate::stamp::Stamps;
use crate::{Batch, BoxFuture, Commit, Stamp, Store, StoreError, Versioned, check_key};

/// A store in one SQLite file.
///
/// Dropping it waits for the batches already handed over, folds the write-ahead log into the database and lets
/// the next process have the file.
pub struct Sqlite {
    // Dropped in this order: the writer closes the last connection, which folds the log, and then the lock goes.
    readers: Readers,
    scanner: Arc<Mutex<Scanner>>,
    access: Access,
}

/// What may be done besides reading.
enum Access {
    Write { writer: Writer, stamps: Arc<Stamps>, _lock: File },
    Read { path: PathBuf },
}

impl Sqlite {
    /// Opens the database at `path`, or makes it with mode 0600 if there is none. The folder must exist.
    ///
    /// Refuses a file that is no database of ours, one of a later version, and one that another process has open.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        let path = path.to_owned();
        spawn_blocking(move || Self::open_now(&path)).await.unwrap_or(Err(StoreError::Closed))
    }

    fn open_now(path: &Path) -> Result<Self, StoreError> {
        // By whatever name a database is opened, it has one lock.
        let path = &path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let lock = file::lock(path)?;
        let connection = file::open_or_create(path)?;
        let stamps = Arc::default();
        let writer = Writer::start(path, connection, Arc::clone(&stamps))?;
        Self::reading(path, Access::Write { writer, stamps, _lock: lock })
    }

    /// Opens the database at `path` to read it, also while another process has it open to write: each read sees what
    /// was last committed. A commit fails with [`StoreError::ReadOnly`].
    ///
    /// Refuses what [`Self::open`] refuses, except that the database may be in use and must exist.
    pub async fn open_to_read(path: &Path) -> Result<Self, StoreError> {
        let path = path.to_owned();
        let open = move || {
            file::check(&path)?;
            Self::reading(&path, Access::Read { path: path.clone() })
        };
        spawn_blocking(open).await.unwrap_or(Err(StoreError::Closed))
    }

    fn reading(path: &Path, access: Access) -> Result<Self, StoreError> {
        let readers = Readers::open(path)?;
        let scanner = Arc::new(Mutex::new(Scanner::open(path)?));
        Ok(Self { readers, scanner, access })
    }
}

impl Store for Sqlite {
    fn get(&self, key: &[u8]) -> BoxFuture<'_, Result<Option<Versioned>, StoreError>> {
        let found = check_key(key).and_then(|()| self.readers.get(key));
        Box::pin(async { found })
    }

    fn scan(
        &self,
        prefix: &[u8],
        after: Option<&[u8]>,
        limit: u32,
    ) -> BoxFuture<'_, Result<Vec<(Bytes, Versioned)>, StoreError>> {
        let range = Range::new(prefix, after, limit);
        Box::pin(async {
            let range = range?;
            if range.is_empty() {
                return Ok(Vec::new());
            }
            let scanner = Arc::clone(&self.scanner).lock_owned().await;
            spawn_blocking(move || scanner.scan(&range)).await.unwrap_or(Err(StoreError::Closed))
        })
    }

    fn commit(&self, batch: Batch) -> BoxFuture<'_, Result<Commit, StoreError>> {
        Box::pin(async {
            batch.check()?;
            let writer = match &self.access {
                Access::Write { writer, .. } => writer,
                Access::Read { path } => return Err(StoreError::ReadOnly { path: path.clone() }),
            };
            let (answer, outcome) = oneshot::channel();
            writer.hand_over(batch, answer).await?;
            outcome.await.unwrap_or(Err(StoreError::Closed))
        })
    }

    fn stamp(&self, key: &[u8]) -> Option<Stamp> {
        match &self.access {
            Access::Write { stamps, .. } => stamps.of(key),
            // Another process writes.
            Access::Read { .. } => None,
        }
    }
}
