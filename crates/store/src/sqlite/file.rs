//! The database file: who may open it, what it must be, how connections to it are set up.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use crate::StoreError;

/// How every SQLite database begins (<https://www.sqlite.org/fileformat.html>, section 1.3.1).
const MAGIC: &[u8] = b"SQLite format 3\0";

/// Says "a Trent database" in the header of the file: the letters `TRNT`.
const APPLICATION_ID: i64 = 0x5452_4e54;

/// The schema that this code reads and writes.
const SCHEMA_VERSION: i64 = 1;

/// Only the server's user has any business with the files.
const FILE_MODE: u32 = 0o600;

/// Pages kept by each connection, in KiB. Ours: all connections together stay under 8 MiB.
const CACHE_KIB: i64 = 1_536;

/// The log is cut back to this many bytes after it was folded into the database: twice the size at which SQLite folds it.
const LOG_BYTES: i64 = 8 * 1024 * 1024;

/// How long to wait for a lock. Only an operator's own tool, such as a backup, can hold one against us.
pub(super) const BUSY: Duration = Duration::from_secs(5);

// `head` has one row: the revision of the last commit, which must outlive the records it wrote.
pub(super) const SCHEMA: &str = "
    CREATE TABLE records (
        key BLOB PRIMARY KEY NOT NULL,
        value BLOB NOT NULL,
        revision INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE head (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        revision INTEGER NOT NULL
    ) STRICT;
    INSERT INTO head VALUES (1, 0);
";

/// Takes the lock that keeps a second process out. The system releases it when this process ends, however it ends.
pub(super) fn lock(path: &Path) -> Result<File, StoreError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let lock_path = PathBuf::from(name);
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(FILE_MODE)
        .open(&lock_path)
        .map_err(|source| io_error("open the lock file", &lock_path, source))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse { path: path.to_owned() }),
        Err(TryLockError::Error(source)) => Err(io_error("lock", &lock_path, source)),
    }
}

/// The connection for the writer, to a database that is known to be ours.
pub(super) fn open_or_create(path: &Path) -> Result<Connection, StoreError> {
    create_private(path)?;
    let mut connection = connect(path)?;
    let on = |doing| move |source| database_error(doing, path, source);
    prepare(path, &mut connection)?;
    // What is acknowledged is on the disk (on macOS that takes more than fsync). What is deleted is overwritten in
    // the database; the writer cuts the log off behind it.
    connection
        .execute_batch(&format!(
            "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA journal_size_limit = {LOG_BYTES};"
        ))
        .map_err(on("set up"))?;
    Ok(connection)
}

/// Whether there is a database of ours at `path`. Nothing is made or changed.
pub(super) fn check(path: &Path) -> Result<(), StoreError> {
    refuse_other_files(path)?;
    match identify(path, &open_to_read(path)?)? {
        Content::Ours => Ok(()),
        Content::Nothing => Err(StoreError::Foreign { path: path.to_owned() }),
    }
}

/// A connection that cannot write.
pub(super) fn open_to_read(path: &Path) -> Result<Connection, StoreError> {
    let connection = connect(path)?;
    connection
        .execute_batch("PRAGMA query_only = ON;")
        .map_err(|source| database_error("set up", path, source))?;
    Ok(connection)
}

/// Makes the file if there is none, so that it never has a wider mode than it should, not even for a moment.
/// SQLite gives its log the mode of the database.
fn create_private(path: &Path) -> Result<(), StoreError> {
    match OpenOptions::new().create_new(true).write(true).mode(FILE_MODE).open(path) {
        Ok(_) => {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            let folder = folder.unwrap_or(Path::new("."));
            File::open(folder)
                .and_then(|opened| opened.sync_all())
                .map_err(|source| io_error("sync the folder", folder, source))
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => refuse_other_files(path),
        Err(source) => Err(io_error("create", path, source)),
    }
}

/// SQLite takes a very short file of any content for an empty database and would write over it; we look first.
/// Zeros are let through: a power cut during the first start can leave them, and SQLite puts that right.
fn refuse_other_files(path: &Path) -> Result<(), StoreError> {
    let mut start = Vec::with_capacity(MAGIC.len());
    File::open(path)
        .and_then(|file| file.take(MAGIC.len() as u64).read_to_end(&mut start))
        .map_err(|source| io_error("read", path, source))?;
    if start == MAGIC || start.iter().all(|byte| *byte == 0) {
        return Ok(());
    }
    Err(StoreError::Foreign { path: path.to_owned() })
}

fn connect(path: &Path) -> Result<Connection, StoreError> {
    let on = |source| database_error("open", path, source);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(on)?;
    connection.busy_timeout(BUSY).map_err(on)?;
    connection
        .execute_batch(&format!(
            "PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;
             PRAGMA mmap_size = 0; PRAGMA cache_size = -{CACHE_KIB};"
        ))
        .map_err(on)?;
    Ok(connection)
}

/// What is in a database that is not refused.
enum Content {
    /// Our tables.
    Ours,
    /// Nothing yet.
    Nothing,
}

/// Makes the schema in an empty database, and refuses one that is not ours before anything in it is changed.
fn prepare(path: &Path, connection: &mut Connection) -> Result<(), StoreError> {
    let content = identify(path, connection)?;
    use_log(path, connection)?;
    match content {
        Content::Ours => Ok(()),
        Content::Nothing => {
            create_schema(connection).map_err(|source| database_error("create the tables of", path, source))
        }
    }
}

fn identify(path: &Path, connection: &Connection) -> Result<Content, StoreError> {
    let on = |source| database_error("read", path, source);
    let application: i64 = read_pragma(connection, "application_id").map_err(on)?;
    let version: i64 = read_pragma(connection, "user_version").map_err(on)?;
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", (), |row| row.get(0)).map_err(on)?;
    match (application, version, tables) {
        (APPLICATION_ID, SCHEMA_VERSION, _) => Ok(Content::Ours),
        (APPLICATION_ID, found, _) if found > SCHEMA_VERSION => {
            Err(StoreError::Newer { path: path.to_owned(), found, known: SCHEMA_VERSION })
        }
        (APPLICATION_ID, found, _) => Err(StoreError::Damaged {
            path: path.to_owned(),
            what: format!("there is no schema version {found}"),
        }),
        (0, 0, 0) => Ok(Content::Nothing),
        _ => Err(StoreError::Foreign { path: path.to_owned() }),
    }
}

fn read_pragma(connection: &Connection, name: &str) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, name, |row| row.get(0))
}

fn use_log(path: &Path, connection: &Connection) -> Result<(), StoreError> {
    let mode: String = connection
        .pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))
        .map_err(|source| database_error("set up", path, source))?;
    if mode == "wal" {
        return Ok(());
    }
    let source = io::Error::new(io::ErrorKind::Unsupported, "the file system cannot hold a write-ahead log");
    Err(io_error("use a write-ahead log for", path, source))
}

/// The tables and the two numbers that name them come in one transaction: a crash leaves all or an empty file.
fn create_schema(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(SCHEMA)?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", SCHEMA_VERSION)?;
    transaction.commit()
}

fn io_error(doing: &'static str, path: &Path, source: io::Error) -> StoreError {
    StoreError::Io { doing, path: path.to_owned(), source: Arc::new(source) }
}

/// Tells the engine's reasons apart as far as an operator can do something about them.
pub(super) fn database_error(doing: &'static str, path: &Path, source: rusqlite::Error) -> StoreError {
    let path = path.to_owned();
    match source.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => StoreError::Foreign { path },
        Some(ErrorCode::DiskFull) => StoreError::Full { path },
        Some(ErrorCode::DatabaseCorrupt) => StoreError::Damaged { path, what: source.to_string() },
        _ => StoreError::Database { doing, path, source: Arc::new(source) },
    }
}
