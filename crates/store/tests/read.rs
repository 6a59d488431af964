//! Opening to read only, beside whoever writes.

#![cfg(test)]

mod common;

use std::fs;
use std::path::Path;

use common::Folder;
use store::{Batch, Commit, Sqlite, Store, StoreError};

async fn put(store: &Sqlite, key: &'static str, value: &'static str) {
    let mut batch = Batch::default();
    batch.put(key, value);
    assert!(matches!(store.commit(batch).await.unwrap(), Commit::Done(_)));
}

async fn text(store: &Sqlite, key: &str) -> Option<String> {
    let found = store.get(key.as_bytes()).await.unwrap();
    found.map(|found| String::from_utf8(found.value.to_vec()).unwrap())
}

#[tokio::test]
async fn a_reader_sees_what_a_writer_beside_it_commits() {
    let folder = Folder::new();
    let writer = Sqlite::open(&folder.database()).await.unwrap();
    put(&writer, "a", "before").await;
    let reader = Sqlite::open_to_read(&folder.database()).await.unwrap();
    assert_eq!(text(&reader, "a").await.as_deref(), Some("before"));
    put(&writer, "a", "after").await;
    put(&writer, "b", "new").await;
    assert_eq!(text(&reader, "a").await.as_deref(), Some("after"));
    assert_eq!(reader.scan(b"", None, 10).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_reader_can_change_nothing_and_keeps_nobody_out() {
    let folder = Folder::new();
    put(&Sqlite::open(&folder.database()).await.unwrap(), "a", "one").await;
    fs::remove_file(format!("{}.lock", folder.database().display())).unwrap();
    let reader = Sqlite::open_to_read(&folder.database()).await.unwrap();
    let other = Sqlite::open_to_read(&folder.database()).await.unwrap();
    let mut batch = Batch::default();
    batch.put("a", "two");
    let error = reader.commit(batch).await.unwrap_err();
    assert!(matches!(error, StoreError::ReadOnly { .. }), "{error:?}");
    let mut batch = Batch::default();
    batch.expect("a", 1);
    assert!(matches!(reader.commit(batch).await, Err(StoreError::ReadOnly { .. })));
    assert_eq!(text(&other, "a").await.as_deref(), Some("one"));
    assert!(!Path::new(&format!("{}.lock", folder.database().display())).exists());

    put(&Sqlite::open(&folder.database()).await.unwrap(), "a", "three").await;
    assert_eq!(text(&reader, "a").await.as_deref(), Some("three"), "the reader outlives a writer");
    drop((reader, other));
    assert!(
        !Path::new(&format!("{}-wal", folder.database().display())).exists(),
        "the last one folds the log"
    );
    assert_eq!(text(&Sqlite::open(&folder.database()).await.unwrap(), "a").await.as_deref(), Some("three"));
}

#[tokio::test]
async fn only_a_database_of_ours_is_read() {
    let folder = Folder::new();
    let path = folder.database();
    let refusal = async || Sqlite::open_to_read(&path).await.err().expect("the file must be refused");
    assert!(matches!(refusal().await, StoreError::Io { .. }));
    assert!(!path.exists(), "nothing is made");
    for content in ["", "x", "SQLite format 3\0 and nothing else"] {
        fs::write(&path, content).unwrap();
        let error = refusal().await;
        assert!(matches!(error, StoreError::Foreign { .. }), "{content:?}: {error:?}");
        assert_eq!(fs::read(&path).unwrap(), content.as_bytes());
    }
    fs::remove_file(&path).unwrap();
    drop(Sqlite::open(&path).await.unwrap());
    rusqlite::Connection::open(&path).unwrap().execute_batch("PRAGMA user_version = 2").unwrap();
    assert!(matches!(refusal().await, StoreError::Newer { found: 2, .. }));
}
