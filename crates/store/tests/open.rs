//! What is opened, and what is refused with what advice.

#![cfg(test)]

mod common;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::task::{Context, Waker};

use common::Folder;
use rusqlite::Connection;
use store::{Batch, Commit, Sqlite, Store, StoreError};

async fn refusal(path: &Path) -> StoreError {
    Sqlite::open(path).await.err().expect("the file must be refused")
}

async fn put(store: &Sqlite, key: &'static str, value: &'static str) {
    let mut batch = Batch::default();
    batch.put(key, value);
    assert!(matches!(store.commit(batch).await.unwrap(), Commit::Done(_)));
}

#[tokio::test]
async fn opening_again_finds_everything_and_goes_on_counting() {
    let folder = Folder::new();
    let store = Sqlite::open(&folder.database()).await.unwrap();
    put(&store, "a", "one").await;
    put(&store, "b", "two").await;
    let mut batch = Batch::default();
    batch.delete("b");
    assert_eq!(store.commit(batch).await.unwrap(), Commit::Done(3));
    let before = store.scan(b"", None, 10).await.unwrap();
    drop(store);

    let store = Sqlite::open(&folder.database()).await.unwrap();
    assert_eq!(store.scan(b"", None, 10).await.unwrap(), before);
    let mut batch = Batch::default();
    batch.put("c", "three");
    assert_eq!(store.commit(batch).await.unwrap(), Commit::Done(4), "no revision is used again");
}

#[tokio::test]
async fn what_was_handed_over_before_the_end_is_kept() {
    let folder = Folder::new();
    let store = Sqlite::open(&folder.database()).await.unwrap();
    for n in 0..50 {
        let mut batch = Batch::default();
        batch.put(format!("{n:03}"), "x");
        let mut commit = store.commit(batch);
        // Asked once, which hands the batch over, and then abandoned without waiting for the answer.
        poll_once(&mut commit);
    }
    drop(store);
    let store = Sqlite::open(&folder.database()).await.unwrap();
    assert_eq!(store.scan(b"", None, 1_000).await.unwrap().len(), 50);
}

fn poll_once<T>(future: &mut store::BoxFuture<'_, T>) {
    let mut context = Context::from_waker(Waker::noop());
    let _ = future.as_mut().poll(&mut context);
}

#[tokio::test]
async fn all_files_are_the_owners_alone_and_the_log_is_folded_at_the_end() {
    let folder = Folder::new();
    let path = folder.database();
    let store = Sqlite::open(&path).await.unwrap();
    put(&store, "a", "one").await;
    for suffix in ["", "-wal", "-shm", ".lock"] {
        let file = format!("{}{suffix}", path.display());
        let mode = fs::metadata(&file).unwrap().permissions().mode() & 0o7777;
        assert_eq!(mode, 0o600, "{file}");
    }
    drop(store);
    assert!(!Path::new(&format!("{}-wal", path.display())).exists());
}

#[tokio::test]
async fn deleted_bytes_are_overwritten() {
    let folder = Folder::new();
    let holds =
        |needle: &[u8]| fs::read(folder.database()).unwrap().windows(needle.len()).any(|w| w == needle);
    let store = Sqlite::open(&folder.database()).await.unwrap();
    put(&store, "gone", "a needle in the haystack").await;
    put(&store, "kept", "a pin in the haystack").await;
    drop(store);
    assert!(holds(b"a needle in the haystack"));
    let store = Sqlite::open(&folder.database()).await.unwrap();
    let mut batch = Batch::default();
    batch.delete("gone");
    assert!(matches!(store.commit(batch).await.unwrap(), Commit::Done(_)));
    drop(store);
    assert!(holds(b"a pin in the haystack") && !holds(b"a needle in the haystack"));
}

#[tokio::test]
async fn a_second_opener_is_refused_until_the_first_is_gone() {
    let folder = Folder::new();
    let path = folder.database();
    let first = Sqlite::open(&path).await.unwrap();
    put(&first, "a", "one").await;
    let error = refusal(&path).await;
    assert!(matches!(error, StoreError::InUse { .. }), "{error}");
    assert!(error.to_string().contains("stop that server first"), "{error}");
    put(&first, "b", "the first goes on").await;
    drop(first);
    assert_eq!(Sqlite::open(&path).await.unwrap().scan(b"", None, 10).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_database_has_one_lock_by_whatever_name_it_is_opened() {
    let folder = Folder::new();
    let path = folder.database();
    let link = path.with_file_name("link.db");
    drop(Sqlite::open(&path).await.unwrap());
    std::os::unix::fs::symlink(&path, &link).unwrap();
    let first = Sqlite::open(&link).await.unwrap();
    let error = refusal(&path).await;
    assert!(matches!(error, StoreError::InUse { .. }), "{error}");
    drop(first);
    Sqlite::open(&path).await.unwrap();
}

type MakeFile = fn(&Path);

#[tokio::test]
async fn foreign_files_are_refused_and_left_as_they_are() {
    let cases: [(&str, MakeFile); 5] = [
        ("text", |path| fs::write(path, "[server]\nlisten = \"localhost\"\n".repeat(100)).unwrap()),
        ("one byte", |path| fs::write(path, "x").unwrap()),
        ("another database", |path| {
            Connection::open(path).unwrap().execute_batch("CREATE TABLE other (x)").unwrap();
        }),
        ("another application", |path| {
            Connection::open(path).unwrap().execute_batch("PRAGMA application_id = 7").unwrap();
        }),
        ("another schema", |path| {
            Connection::open(path).unwrap().execute_batch("PRAGMA user_version = 1").unwrap();
        }),
    ];
    for (name, make) in cases {
        let folder = Folder::new();
        let path = folder.database();
        make(&path);
        let before = fs::read(&path).unwrap();
        let error = refusal(&path).await;
        assert!(matches!(error, StoreError::Foreign { .. }), "{name}: {error:?}");
        assert!(error.to_string().contains("not a Trent database"), "{error}");
        assert_eq!(fs::read(&path).unwrap(), before, "{name}");
    }
}

#[tokio::test]
async fn a_newer_schema_is_refused_with_its_number() {
    let folder = Folder::new();
    let path = folder.database();
    drop(Sqlite::open(&path).await.unwrap());
    Connection::open(&path).unwrap().execute_batch("PRAGMA user_version = 2").unwrap();
    let before = fs::read(&path).unwrap();
    let error = refusal(&path).await;
    assert!(matches!(error, StoreError::Newer { found: 2, known: 1, .. }), "{error:?}");
    assert!(error.to_string().contains("start the newer Trent"), "{error}");
    assert_eq!(fs::read(&path).unwrap(), before);
    Connection::open(&path).unwrap().execute_batch("PRAGMA user_version = 0").unwrap();
    assert!(matches!(refusal(&path).await, StoreError::Damaged { .. }));
}

#[tokio::test]
async fn a_damaged_database_is_an_error_that_says_restore() {
    let folder = Folder::new();
    let path = folder.database();
    let store = Sqlite::open(&path).await.unwrap();
    put(&store, "a", "one").await;
    drop(store);
    let mut bytes = fs::read(&path).unwrap();
    bytes[4096..].fill(0xee);
    fs::write(&path, bytes).unwrap();
    let error = refusal(&path).await;
    assert!(matches!(error, StoreError::Damaged { .. }), "{error:?}");
    assert!(error.to_string().contains("backup"), "{error}");
}

#[tokio::test]
async fn a_missing_folder_is_an_error_that_names_it() {
    let path = Folder::new().database().join("deeper").join("trent.db");
    let error = refusal(&path).await;
    assert!(matches!(error, StoreError::Io { .. }), "{error:?}");
    assert!(error.to_string().contains("check that the folder exists"), "{error}");
}

#[tokio::test]
async fn an_empty_file_is_a_new_database() {
    let folder = Folder::new();
    fs::write(folder.database(), "").unwrap();
    put(&Sqlite::open(&folder.database()).await.unwrap(), "a", "one").await;
}

fn in_files(folder: &Folder) -> bool {
    let names = ["", "-wal", "-shm"].map(|end| format!("{}{end}", folder.database().display()));
    let files = names.map(|name| fs::read(name).unwrap_or_default());
    files.iter().any(|bytes| bytes.windows(19).any(|window| window == b"erased when deleted"))
}

/// The writer answers first and cuts its log off when nobody waits.
async fn is_erased(folder: &Folder) {
    let erased = async {
        while in_files(folder) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_mins(1), erased).await.expect("still in a file");
}

async fn delete(store: &Sqlite, key: &'static str) {
    let mut batch = Batch::default();
    batch.delete(key);
    assert!(matches!(store.commit(batch).await.unwrap(), Commit::Done(_)));
}

#[tokio::test]
async fn what_was_deleted_is_soon_in_no_file() {
    let folder = Folder::new();
    let store = Sqlite::open(&folder.database()).await.unwrap();
    put(&store, "kept", "stays where it is").await;
    put(&store, "secret", "erased when deleted").await;
    assert!(in_files(&folder));
    delete(&store, "secret").await;
    is_erased(&folder).await;
    assert_eq!(&store.get(b"kept").await.unwrap().unwrap().value[..], b"stays where it is");
}

#[tokio::test]
async fn a_long_reader_puts_erasure_off_and_holds_nobody_up() {
    let folder = Folder::new();
    let store = Sqlite::open(&folder.database()).await.unwrap();
    put(&store, "secret", "erased when deleted").await;
    let reader = Connection::open(folder.database()).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM records;").unwrap();
    delete(&store, "secret").await;
    let many = async {
        for _ in 0..20 {
            put(&store, "kept", "stays where it is").await;
        }
    };
    // Waiting for the reader would take five seconds each.
    tokio::time::timeout(std::time::Duration::from_secs(20), many).await.expect("held up by a reader");
    assert!(in_files(&folder));
    reader.execute_batch("COMMIT;").unwrap();
    is_erased(&folder).await;
}
