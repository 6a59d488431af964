//! Reading: each connection sees the last committed moment, whatever the writer is doing.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension, Row};

use super::file;
use crate::range::Range;
use crate::{Revision, StoreError, Versioned};

/// Connections for single reads. Each is held for microseconds, so a few serve many cores.
const READERS: usize = 3;

const GET: &str = "SELECT value, revision FROM records WHERE key = ?1";
const SCAN: &str =
    "SELECT value, revision, key FROM records WHERE key >= ?1 AND key < ?2 ORDER BY key LIMIT ?3";

/// The connections that answer `get`.
pub(super) struct Readers {
    path: PathBuf,
    connections: Vec<Mutex<Connection>>,
    turn: AtomicUsize,
}

impl Readers {
    pub(super) fn open(path: &Path) -> Result<Self, StoreError> {
        let connections =
            (0..READERS).map(|_| file::open_to_read(path).map(Mutex::new)).collect::<Result<_, _>>()?;
        Ok(Self { path: path.to_owned(), connections, turn: AtomicUsize::new(0) })
    }

    pub(super) fn get(&self, key: &[u8]) -> Result<Option<Versioned>, StoreError> {
        let connection = self.connection().ok_or(StoreError::Closed)?;
        connection
            .prepare_cached(GET)
            .and_then(|mut statement| statement.query_row((key,), versioned).optional())
            .map_err(|source| file::database_error("read", &self.path, source))
    }

    /// A connection that nobody uses just now, or else the next in turn. A read that panicked leaves nothing
    /// behind that the next one could trip over, so poison is ignored.
    fn connection(&self) -> Option<MutexGuard<'_, Connection>> {
        if let Some(free) = self.connections.iter().find_map(|connection| connection.try_lock().ok()) {
            return Some(free);
        }
        let turn = self.turn.fetch_add(1, Ordering::Relaxed) % READERS;
        Some(self.connections.get(turn)?.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The connection that answers `scan`.
pub(super) struct Scanner {
    path: PathBuf,
    connection: Connection,
}

impl Scanner {
    pub(super) fn open(path: &Path) -> Result<Self, StoreError> {
        Ok(Self { path: path.to_owned(), connection: file::open_to_read(path)? })
    }

    pub(super) fn scan(&self, range: &Range) -> Result<Vec<(Bytes, Versioned)>, StoreError> {
        self.entries(range).map_err(|source| file::database_error("read", &self.path, source))
    }

    fn entries(&self, range: &Range) -> rusqlite::Result<Vec<(Bytes, Versioned)>> {
        let mut statement = self.connection.prepare_cached(SCAN)?;
        let entry = |row: &Row<'_>| Ok((Bytes::from(row.get::<_, Vec<u8>>(2)?), versioned(row)?));
        statement.query_map((&range.from, &range.until, range.limit), entry)?.collect()
    }
}

/// The first two columns: value and revision.
fn versioned(row: &Row<'_>) -> rusqlite::Result<Versioned> {
    Ok(Versioned { value: row.get::<_, Vec<u8>>(0)?.into(), revision: revision(row, 1)? })
}

/// A revision as SQLite keeps it, in a signed integer.
pub(super) fn revision(row: &Row<'_>, column: usize) -> rusqlite::Result<Revision> {
    let stored: i64 = row.get(column)?;
    Revision::try_from(stored).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(column, stored))
}
