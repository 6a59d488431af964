//! Why the store could not answer.

use std::path::PathBuf;
use std::sync::Arc;
use std::{error, io};

use crate::{MAX_BATCH_BYTES, MAX_BATCH_CHANGES, MAX_KEY, MAX_SCAN, MAX_VALUE};

/// Why the store could not answer. No variant carries a key or a value.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// A key (or the bounds of a scan) beyond the limits.
    #[error("a store key must have 1 to {MAX_KEY} bytes, this one has {length}")]
    KeyLength {
        /// The bytes it has.
        length: usize,
    },
    /// A value beyond the limit.
    #[error("a value in the store must have at most {MAX_VALUE} bytes, this one has {length}")]
    ValueLength {
        /// The bytes it has.
        length: usize,
    },
    /// A batch beyond the limits.
    #[error(
        "a batch must have at most {MAX_BATCH_CHANGES} changes and {MAX_BATCH_BYTES} bytes, this one has {changes} and {bytes}"
    )]
    BatchSize {
        /// Its expectations and writes.
        changes: usize,
        /// The bytes of its keys and values.
        bytes: usize,
    },
    /// A scan asking for more than is allowed at once.
    #[error("a scan must ask for at most {MAX_SCAN} entries at a time, this one asks for {limit}")]
    ScanLimit {
        /// What it asked for.
        limit: u32,
    },
    /// Another process has this store open.
    #[error(
        "the data in {path} is in use by another process: stop that server first, or give this one a data folder of its own"
    )]
    InUse {
        /// The database.
        path: PathBuf,
    },
    /// The file is no database of ours.
    #[error(
        "{path} is not a Trent database and was left as it is: give the path of Trent's own data, or of a file that does not exist yet"
    )]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// The database was written by a later version.
    #[error(
        "{path} has schema version {found}, and this version of Trent knows versions up to {known}: start the newer Trent that wrote it, or restore a backup made before the upgrade"
    )]
    Newer {
        /// The database.
        path: PathBuf,
        /// Its schema version.
        found: i64,
        /// The latest schema version that this code knows.
        known: i64,
    },
    /// The database contradicts itself.
    #[error("the database {path} is damaged ({what}): stop the server and restore the data from a backup")]
    Damaged {
        /// The database.
        path: PathBuf,
        /// What was found.
        what: String,
    },
    /// The disk is full. The store goes on and takes batches again as soon as there is room.
    #[error(
        "no room left on the disk that holds {path}: nothing of this change was kept; free some space and try again"
    )]
    Full {
        /// The database.
        path: PathBuf,
    },
    /// A file could not be made, opened, read or written.
    #[error(
        "cannot {doing} {path}: check that the folder exists, that this user may write in it, and that the disk is healthy"
    )]
    Io {
        /// What was tried, as words that fit before the path.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: Arc<io::Error>,
    },
    /// The database engine refused, for a reason that is none of the others.
    #[error(
        "cannot {doing} the database {path}: check that this user may write to it, that nothing else holds it, and that the disk is healthy"
    )]
    Database {
        /// What was tried, as words that fit before the path.
        doing: &'static str,
        /// The database.
        path: PathBuf,
        /// What the engine said.
        #[source]
        source: Arc<dyn error::Error + Send + Sync>,
    },
    /// The store was opened to read only.
    #[error(
        "the data in {path} was opened only to read: whatever changes it needs it opened to write, by one process alone"
    )]
    ReadOnly {
        /// The database.
        path: PathBuf,
    },
    /// The store is closing and takes no more work.
    #[error("the store is closed: the server is shutting down")]
    Closed,
}
