//! Notes: how many there is room for, which one stays, and what a slow or failing store does to them.

use std::future::ready;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use seal::RootKey;
use store::{Batch, BoxFuture, Memory, Store, StoreError, Versioned};

use super::*;
use crate::arn::KeyId;

const AT: Timestamp = Timestamp::from_seconds(1_767_225_600);

async fn records() -> Records {
    Records::open(Arc::new(Memory::default()), &RootKey::generate()).await.unwrap()
}

/// A store whose commits wait to be let through, or fail.
#[derive(Default)]
struct Slow {
    inner: Memory,
    waits: tokio::sync::Mutex<()>,
    fails: AtomicBool,
}

impl Store for Slow {
    fn get(&self, key: &[u8]) -> BoxFuture<'_, Result<Option<Versioned>, StoreError>> {
        self.inner.get(key)
    }

    fn scan(
        &self,
        prefix: &[u8],
        after: Option<&[u8]>,
        limit: u32,
    ) -> BoxFuture<'_, Result<Vec<(Bytes, Versioned)>, StoreError>> {
        self.inner.scan(prefix, after, limit)
    }

    fn commit(&self, batch: Batch) -> BoxFuture<'_, Result<Commit, StoreError>> {
        Box::pin(async {
            let _let_through = self.waits.lock().await;
            if self.fails.load(Ordering::Relaxed) {
                return Err(StoreError::Closed);
            }
            self.inner.commit(batch).await
        })
    }
}

/// A slow store with records, and notes that it knows the beginning of.
async fn slow() -> (Arc<Slow>, Records, Usage) {
    let store = Arc::new(Slow::default());
    let records = Records::open(store.clone(), &RootKey::generate()).await.unwrap();
    let usage = Usage::new(AT);
    usage.beginning(&records).await.unwrap();
    (store, records, usage)
}

/// What a future gives without waiting.
async fn at_once<T>(future: impl Future<Output = T>) -> Option<T> {
    tokio::select! {
        biased;
        output = future => Some(output),
        () = ready(()) => None,
    }
}

async fn last(usage: &Usage, records: &Records, key: &KeyRef) -> Option<String> {
    usage.last(records, key).await.unwrap().map(|used| used.request_id)
}

fn key() -> KeyRef {
    KeyRef { account: "000000000000".to_owned(), region: "eu-west-1".to_owned(), id: KeyId::generate(false) }
}

fn in_memory(usage: &Usage) -> usize {
    usage.shards.iter().map(|shard| lock(shard).len()).sum()
}

#[tokio::test]
async fn more_notes_than_there_is_room_for_are_all_kept() {
    let (records, usage) = (records().await, Usage::with_room(AT, 2));
    let keys: Vec<_> = (0..500).map(|_| key()).collect();
    for key in &keys {
        usage.note(&records, key.clone(), "Encrypt", AT, "a request").await;
        assert!(in_memory(&usage) <= 2 * SHARDS);
    }
    for key in &keys {
        assert!(usage.last(&records, key).await.unwrap().is_some());
    }
}

#[tokio::test]
async fn a_part_that_is_larger_than_one_commit_is_written() {
    let (records, usage) = (records().await, Usage::new(AT));
    let keys: Vec<_> = (0..SHARDS * (ROUND + 50)).map(|_| key()).collect();
    for key in &keys {
        usage.note(&records, key.clone(), "Sign", AT, "a request").await;
    }
    usage.write(&records).await.unwrap();
    assert_eq!(in_memory(&usage), 0);
    let (again, last) = (Usage::new(AT), keys.last().unwrap());
    assert!(again.last(&records, last).await.unwrap().is_some());
}

#[tokio::test]
async fn notes_are_taken_while_others_are_being_written() {
    let (store, records, usage) = slow().await;
    let (early, late) = (key(), key());
    usage.note(&records, early.clone(), "Sign", AT.plus_seconds(1), "1").await;
    let held = store.waits.lock().await;
    let mut writing = Box::pin(usage.write(&records));
    assert!(at_once(&mut writing).await.is_none(), "the store is slow");
    for (key, at, id) in [(&late, 2, "2"), (&early, 0, "0"), (&late, 3, "3")] {
        let note = usage.note(&records, key.clone(), "Sign", AT.plus_seconds(at), id);
        assert!(at_once(note).await.is_some(), "nobody waits for the store");
    }
    assert_eq!(last(&usage, &records, &early).await.as_deref(), Some("1"), "the later one");
    assert_eq!(last(&usage, &records, &late).await.as_deref(), Some("3"));
    drop(held);
    writing.await.unwrap();
    assert_eq!(in_memory(&usage), 1);
    let again = Usage::new(AT);
    assert_eq!(last(&again, &records, &early).await.as_deref(), Some("1"));
    assert_eq!(last(&again, &records, &late).await, None);
    assert_eq!(last(&usage, &records, &late).await.as_deref(), Some("3"));
}

#[tokio::test]
async fn a_writing_that_fails_or_is_given_up_loses_nothing() {
    let (store, records, usage) = slow().await;
    let key = key();
    usage.note(&records, key.clone(), "Sign", AT, "1").await;
    let held = store.waits.lock().await;
    assert!(at_once(usage.write(&records)).await.is_none());
    drop(held);
    store.fails.store(true, Ordering::Relaxed);
    assert!(usage.write(&records).await.is_err());
    assert_eq!((in_memory(&usage), last(&usage, &records, &key).await.as_deref()), (1, Some("1")));
    store.fails.store(false, Ordering::Relaxed);
    usage.write(&records).await.unwrap();
    assert_eq!(in_memory(&usage), 0);
    assert_eq!(last(&Usage::new(AT), &records, &key).await.as_deref(), Some("1"));
}

#[tokio::test]
async fn half_a_part_asks_to_be_written() {
    let (records, usage) = (records().await, Usage::with_room(AT, 4));
    assert!(at_once(usage.half_full.notified()).await.is_none());
    // Of so many more than one in each part, two are in the same.
    for _ in 0..=SHARDS {
        usage.note(&records, key(), "Sign", AT, "a request").await;
    }
    assert!(at_once(usage.half_full.notified()).await.is_some());
    assert_eq!(in_memory(&usage), SHARDS + 1, "nobody waited for that");
}

#[tokio::test]
async fn a_key_that_goes_while_its_note_is_written_is_forgotten() {
    let (store, records, usage) = slow().await;
    let key = key();
    usage.note(&records, key.clone(), "Sign", AT, "1").await;
    let held = store.waits.lock().await;
    let mut writing = Box::pin(usage.write(&records));
    assert!(at_once(&mut writing).await.is_none());
    usage.forget(&key, &mut Changes::default());
    assert_eq!(in_memory(&usage), 0);
    drop(held);
    writing.await.unwrap();
}

#[tokio::test]
async fn the_latest_note_stays_whoever_comes_last() {
    let (records, usage, key) = (records().await, Usage::new(AT), key());
    usage.note(&records, key.clone(), "Sign", AT.plus_seconds(2), "2").await;
    usage.note(&records, key.clone(), "Verify", AT.plus_seconds(1), "1").await;
    assert_eq!(usage.last(&records, &key).await.unwrap().unwrap().request_id, "2");
    usage.note(&records, key.clone(), "Verify", AT.plus_seconds(2), "3").await;
    assert_eq!(usage.last(&records, &key).await.unwrap().unwrap().request_id, "3");
}

#[tokio::test]
async fn what_is_not_tracked_leaves_no_note() {
    let (records, usage, key) = (records().await, Usage::new(AT), key());
    for operation in ["DescribeKey", "GetPublicKey", "CreateGrant", "GenerateRandom", "encrypt", ""] {
        usage.note(&records, key.clone(), operation, AT, "a request").await;
        assert_eq!(usage.last(&records, &key).await.unwrap(), None, "{operation}");
    }
}

#[test]
fn it_is_time_to_write_once_a_minute_and_after_the_clock_was_put_back() {
    let usage = Usage::new(AT);
    let is_due = |seconds| usage.is_due(AT.plus_seconds(seconds));
    assert!(!is_due(0) && !is_due(PERIOD - 1) && is_due(PERIOD) && !is_due(PERIOD));
    assert!(!is_due(2 * PERIOD - 1) && is_due(2 * PERIOD));
    assert!(is_due(-1) && !is_due(-1));
}
