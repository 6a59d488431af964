//! What the disk and SQLite can do, with nothing around them.

use std::fs::{self, File};
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::Outcome;

/// What is written before each fdatasync: one page of SQLite.
const PAGE: [u8; 4096] = [7; 4096];
const PAGE_BYTES: u64 = 4096;
/// What a `CreateKey` of this bench puts: the record of the key with its policy, and that of its material.
const RECORDS: [(&[u8], usize); 2] = [(b"key/", 2600), (b"material/", 130)];

/// How many pages the file has, and how many commits there are, before anything is timed: a server that has run for a
/// while writes where it has written before, which a file system makes durable faster than a file that grows.
const PAGES: u64 = 1_024;
const COMMITS: u32 = 2_000;

/// How often a second a page can be written and made durable.
pub(crate) fn fdatasyncs(folder: &Path, lasting: Duration) -> Outcome<f64> {
    let path = folder.join("fdatasync");
    let file = File::create(&path)?;
    for page in 0..PAGES {
        file.write_all_at(&PAGE, page * PAGE_BYTES)?;
    }
    file.sync_all()?;
    let (began, mut times) = (Instant::now(), 0_u32);
    while began.elapsed() < lasting {
        file.write_all_at(&PAGE, u64::from(times) % PAGES * PAGE_BYTES)?;
        file.sync_data()?;
        times += 1;
    }
    let rate = f64::from(times) / began.elapsed().as_secs_f64();
    fs::remove_file(path)?;
    Ok(rate)
}

/// How often a second SQLite can commit what a `CreateKey` writes: one connection, a write-ahead log,
/// `synchronous = FULL`, a table like that of the crate `store`.
pub(crate) fn commits(folder: &Path, lasting: Duration) -> Outcome<f64> {
    let folder = folder.join("sqlite");
    fs::create_dir_all(&folder)?;
    let mut connection = Connection::open(folder.join("bare.db"))?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA secure_delete = ON;
         CREATE TABLE records (key BLOB PRIMARY KEY NOT NULL, value BLOB NOT NULL, revision INTEGER NOT NULL)
         STRICT, WITHOUT ROWID;",
    )?;
    for revision in 0..COMMITS {
        commit(&mut connection, revision)?;
    }
    // The log keeps its size, and is written from its beginning again.
    connection.execute_batch("PRAGMA wal_checkpoint(PASSIVE); PRAGMA synchronous = FULL;")?;
    let (began, mut times) = (Instant::now(), 0_u32);
    while began.elapsed() < lasting {
        commit(&mut connection, COMMITS + times)?;
        times += 1;
    }
    let rate = f64::from(times) / began.elapsed().as_secs_f64();
    drop(connection);
    fs::remove_dir_all(folder)?;
    Ok(rate)
}

fn commit(connection: &mut Connection, revision: u32) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    let id: [u8; 16] = crypto::random::array();
    for (prefix, length) in RECORDS {
        transaction.prepare_cached("INSERT INTO records VALUES (?1, ?2, ?3)")?.execute((
            [prefix, &id].concat(),
            vec![7_u8; length],
            revision,
        ))?;
    }
    transaction.commit()
}
