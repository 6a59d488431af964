//! The suite that every backend must pass, so that the domain may be written against the trait alone.
//!
//! Call [`run`] from a test of the backend. It panics with what does not hold.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use bytes::Bytes;
use tokio::task::{JoinSet, yield_now};

use crate::{
    Batch, BoxFuture, Commit, MAX_BATCH_BYTES, MAX_BATCH_CHANGES, MAX_KEY, MAX_SCAN, MAX_VALUE, Revision,
    Stamped, Store, StoreError, Versioned,
};

type Case = fn(Arc<dyn Store>) -> BoxFuture<'static, Result<(), StoreError>>;

const CASES: &[(&str, Case)] = &[
    ("put, get and delete", |store| Box::pin(put_get_and_delete(store))),
    ("an empty value is a value", |store| Box::pin(empty_value(store))),
    ("scans are in byte order", |store| Box::pin(scan_order(store))),
    ("a prefix ends where it ends", |store| Box::pin(prefix_boundaries(store))),
    ("pages join without gap or overlap", |store| Box::pin(paging(store))),
    ("expectations", |store| Box::pin(expectations(store))),
    ("revisions are never used again", |store| Box::pin(revisions(store))),
    ("all or nothing", |store| Box::pin(all_or_nothing(store))),
    ("later writes of a batch win", |store| Box::pin(order_within_a_batch(store))),
    ("limits", |store| Box::pin(limits(store))),
    ("no increment is lost", |store| Box::pin(no_lost_increment(store))),
    ("a conflict harms no neighbour", |store| Box::pin(conflicts_among_neighbours(store))),
    ("stamps tell of every write", |store| Box::pin(stamps(store))),
    ("nobody who asks by stamps is behind", |store| Box::pin(stamps_among_writers(store))),
    ("readers see whole batches", |store| Box::pin(whole_batches_seen(store))),
];

/// Runs every case on a store of its own, which `make` must give empty.
///
/// # Panics
///
/// If the backend does not keep a promise of the trait.
pub async fn run(make: impl AsyncFn() -> Arc<dyn Store>) {
    for (name, case) in CASES {
        let outcome = case(make().await).await;
        assert!(outcome.is_ok(), "{name}: {outcome:?}");
    }
}

/// Commits a batch that has no reason to conflict.
async fn done(store: &dyn Store, fill: impl FnOnce(&mut Batch)) -> Result<Revision, StoreError> {
    let outcome = attempt(store, fill).await?;
    let Commit::Done(revision) = outcome else { unreachable!("a commit without reason to conflict did") };
    Ok(revision)
}

async fn attempt(store: &dyn Store, fill: impl FnOnce(&mut Batch)) -> Result<Commit, StoreError> {
    let mut batch = Batch::default();
    fill(&mut batch);
    store.commit(batch).await
}

async fn value(store: &dyn Store, key: &[u8]) -> Result<Option<Bytes>, StoreError> {
    Ok(store.get(key).await?.map(|found| found.value))
}

async fn keys(store: &dyn Store, prefix: &[u8], after: Option<&[u8]>) -> Result<Vec<Bytes>, StoreError> {
    Ok(store.scan(prefix, after, MAX_SCAN).await?.into_iter().map(|(key, _)| key).collect())
}

async fn put_get_and_delete(store: Arc<dyn Store>) -> Result<(), StoreError> {
    assert_eq!(store.get(b"key").await?, None);
    let first = done(&*store, |batch| _ = batch.put("key", "one")).await?;
    assert_eq!(store.get(b"key").await?, Some(Versioned { value: "one".into(), revision: first }));
    let second = done(&*store, |batch| _ = batch.put("key", "two")).await?;
    assert_eq!(store.get(b"key").await?, Some(Versioned { value: "two".into(), revision: second }));
    assert!(second > first);
    done(&*store, |batch| _ = batch.delete("key").delete("never there")).await?;
    assert_eq!(store.get(b"key").await?, None);
    assert_eq!(keys(&*store, b"", None).await?, Vec::<Bytes>::new());
    Ok(())
}

async fn empty_value(store: Arc<dyn Store>) -> Result<(), StoreError> {
    done(&*store, |batch| _ = batch.put("key", "")).await?;
    assert_eq!(value(&*store, b"key").await?, Some(Bytes::new()));
    assert_eq!(attempt(&*store, |batch| _ = batch.expect_absent("key")).await?, Commit::Conflict);
    Ok(())
}

async fn scan_order(store: Arc<dyn Store>) -> Result<(), StoreError> {
    let ordered: [&[u8]; 9] = [b"\0", b"\0\0", b"A", b"a", b"a\0", b"aa", b"b", b"\x80", b"\xff"];
    for key in ordered.iter().rev() {
        done(&*store, |batch| _ = batch.put(*key, *key)).await?;
    }
    let found = store.scan(b"", None, MAX_SCAN).await?;
    assert_eq!(found.iter().map(|(key, _)| &key[..]).collect::<Vec<_>>(), ordered);
    assert!(found.iter().all(|(key, versioned)| *key == versioned.value));
    assert!(found.is_sorted_by(|(_, a), (_, b)| a.revision > b.revision), "each with its own revision");
    Ok(())
}

async fn prefix_boundaries(store: Arc<dyn Store>) -> Result<(), StoreError> {
    let all: [&[u8]; 9] =
        [b"a", b"a\xfe", b"a\xff", b"a\xff\0", b"a\xff\xff", b"a\xff\xff\xff", b"b", b"\xff", b"\xff\xff"];
    done(&*store, |batch| all.iter().for_each(|key| _ = batch.put(*key, "value"))).await?;
    for prefix in all.iter().chain([&&b""[..], &&b"c"[..], &&b"\xff\xff\xff"[..]]) {
        for after in all.iter().map(|key| Some(*key)).chain([None, Some(&b"a\xff\xfe"[..]), Some(&b""[..])]) {
            let expected: Vec<_> = all
                .iter()
                .filter(|key| key.starts_with(prefix) && after.is_none_or(|after| **key > after))
                .collect();
            assert_eq!(keys(&*store, prefix, after).await?, expected, "{prefix:?} after {after:?}");
        }
    }
    let longest = [0xff; MAX_KEY];
    done(&*store, |batch| _ = batch.put(longest.to_vec(), "value")).await?;
    assert_eq!(keys(&*store, &longest, None).await?, [&longest[..]]);
    assert_eq!(keys(&*store, b"", Some(&longest)).await?, Vec::<Bytes>::new());
    Ok(())
}

async fn paging(store: Arc<dyn Store>) -> Result<(), StoreError> {
    let all: Vec<_> = (0..25).map(|n| format!("page/{n:02}")).collect();
    done(&*store, |batch| all.iter().for_each(|key| _ = batch.put(key.clone(), "value"))).await?;
    done(&*store, |batch| _ = batch.put("pag", "outside").put("page0", "outside")).await?;
    for limit in [1, 2, 5, 24, 25, 26, MAX_SCAN] {
        let mut seen = Vec::new();
        loop {
            let page = store.scan(b"page/", seen.last().map(|key: &Bytes| &key[..]), limit).await?;
            let size = u32::try_from(page.len()).unwrap_or(u32::MAX);
            assert!(size <= limit);
            seen.extend(page.into_iter().map(|(key, _)| key));
            if size < limit {
                break;
            }
        }
        assert_eq!(seen, all, "in pages of {limit}");
    }
    assert!(store.scan(b"page/", None, 0).await?.is_empty());
    Ok(())
}

async fn expectations(store: Arc<dyn Store>) -> Result<(), StoreError> {
    let first = done(&*store, |batch| _ = batch.expect_absent("key").put("key", "one")).await?;
    for (wrong, name) in [
        (attempt(&*store, |batch| _ = batch.expect_absent("key").put("key", "x")).await?, "absent"),
        (attempt(&*store, |batch| _ = batch.expect("key", first + 1).put("key", "x")).await?, "later"),
        (attempt(&*store, |batch| _ = batch.expect("key", 0).put("key", "x")).await?, "zero"),
        (attempt(&*store, |batch| _ = batch.expect("other", first).put("key", "x")).await?, "of another key"),
        (attempt(&*store, |batch| _ = batch.expect("key", first).expect_absent("key")).await?, "both"),
        (attempt(&*store, |batch| _ = batch.put("new", "x").expect("new", first + 1)).await?, "of itself"),
    ] {
        assert_eq!(wrong, Commit::Conflict, "{name}");
    }
    assert_eq!(keys(&*store, b"", None).await?, ["key"]);
    let second = done(&*store, |batch| _ = batch.expect("key", first).put("key", "two")).await?;
    assert_eq!(
        attempt(&*store, |batch| _ = batch.expect("key", first).delete("key")).await?,
        Commit::Conflict,
        "a revision holds once"
    );
    assert_eq!(value(&*store, b"key").await?, Some("two".into()));
    done(&*store, |batch| _ = batch.expect("key", second).expect_absent("other").delete("key")).await?;
    assert_eq!(value(&*store, b"key").await?, None);
    Ok(())
}

async fn revisions(store: Arc<dyn Store>) -> Result<(), StoreError> {
    let first = done(&*store, |batch| _ = batch.put("key", "same").put("twin", "same")).await?;
    assert_eq!(first, 1);
    assert_eq!(done(&*store, |_| ()).await?, first, "a batch without writes makes no revision");
    assert_eq!(done(&*store, |batch| _ = batch.expect("key", first)).await?, first);
    done(&*store, |batch| _ = batch.delete("key").delete("twin")).await?;
    let again = done(&*store, |batch| _ = batch.put("key", "same")).await?;
    assert_eq!(again, first + 2);
    assert_eq!(attempt(&*store, |batch| _ = batch.expect("key", first)).await?, Commit::Conflict);
    Ok(())
}

async fn all_or_nothing(store: Arc<dyn Store>) -> Result<(), StoreError> {
    done(&*store, |batch| _ = batch.put("kept", "one").put("gone", "one")).await?;
    let before = store.scan(b"", None, MAX_SCAN).await?;
    let refused = attempt(&*store, |batch| {
        batch.put("new", "x").put("kept", "x").delete("gone").expect_absent("other").expect_absent("kept");
    });
    assert_eq!(refused.await?, Commit::Conflict);
    assert_eq!(store.scan(b"", None, MAX_SCAN).await?, before);
    let error = attempt(&*store, |batch| _ = batch.put("new", "x").put("", "x")).await;
    assert!(matches!(error, Err(StoreError::KeyLength { length: 0 })));
    assert_eq!(store.scan(b"", None, MAX_SCAN).await?, before);
    Ok(())
}

async fn order_within_a_batch(store: Arc<dyn Store>) -> Result<(), StoreError> {
    done(&*store, |batch| {
        batch.put("twice", "one").put("twice", "two");
        batch.put("gone", "one").delete("gone");
        batch.delete("back").put("back", "one");
    })
    .await?;
    assert_eq!(value(&*store, b"twice").await?, Some("two".into()));
    assert_eq!(value(&*store, b"gone").await?, None);
    assert_eq!(value(&*store, b"back").await?, Some("one".into()));
    Ok(())
}

async fn limits(store: Arc<dyn Store>) -> Result<(), StoreError> {
    let (key, too_long) = (vec![b'k'; MAX_KEY], vec![b'k'; MAX_KEY + 1]);
    done(&*store, |batch| _ = batch.put(key.clone(), vec![1; MAX_VALUE])).await?;
    assert_eq!(value(&*store, &key).await?, Some(vec![1; MAX_VALUE].into()));
    assert!(matches!(store.get(b"").await, Err(StoreError::KeyLength { length: 0 })));
    assert!(matches!(store.get(&too_long).await, Err(StoreError::KeyLength { .. })));
    assert!(matches!(store.scan(&too_long, None, 1).await, Err(StoreError::KeyLength { .. })));
    assert!(matches!(store.scan(b"", Some(&too_long), 1).await, Err(StoreError::KeyLength { .. })));
    assert!(matches!(store.scan(b"", None, MAX_SCAN + 1).await, Err(StoreError::ScanLimit { .. })));
    for refused in [
        attempt(&*store, |batch| _ = batch.put(too_long.clone(), "x")).await,
        attempt(&*store, |batch| _ = batch.delete(too_long.clone())).await,
        attempt(&*store, |batch| _ = batch.expect_absent("")).await,
    ] {
        assert!(matches!(refused, Err(StoreError::KeyLength { .. })), "{refused:?}");
    }
    let value = attempt(&*store, |batch| _ = batch.put("large", vec![0; MAX_VALUE + 1])).await;
    assert!(matches!(value, Err(StoreError::ValueLength { .. })), "{value:?}");
    let many =
        |count: usize| move |batch: &mut Batch| (0..count).for_each(|_| _ = batch.delete("never there"));
    done(&*store, many(MAX_BATCH_CHANGES)).await?;
    let value = attempt(&*store, many(MAX_BATCH_CHANGES + 1)).await;
    assert!(matches!(value, Err(StoreError::BatchSize { .. })), "{value:?}");
    let large = |batch: &mut Batch| {
        (0..=MAX_BATCH_BYTES / MAX_VALUE).for_each(|n| _ = batch.put(n.to_string(), vec![0; MAX_VALUE]));
    };
    let value = attempt(&*store, large).await;
    assert!(matches!(value, Err(StoreError::BatchSize { .. })), "{value:?}");
    Ok(())
}

/// Many writers raise one counter by reading, expecting and putting; every increment must be in the end.
async fn no_lost_increment(store: Arc<dyn Store>) -> Result<(), StoreError> {
    const WRITERS: u64 = 16;
    const EACH: u64 = 20;
    done(&*store, |batch| _ = batch.put("counter", count(0))).await?;
    let mut writers = JoinSet::new();
    for _ in 0..WRITERS {
        let store = Arc::clone(&store);
        writers.spawn(async move {
            for _ in 0..EACH {
                while !increment(&*store).await? {}
            }
            Ok::<_, StoreError>(())
        });
    }
    writers.join_all().await.into_iter().collect::<Result<(), _>>()?;
    assert_eq!(value(&*store, b"counter").await?, Some(count(WRITERS * EACH)));
    Ok(())
}

/// Raises the counter once, unless someone else was quicker.
async fn increment(store: &dyn Store) -> Result<bool, StoreError> {
    let Some(found) = store.get(b"counter").await? else { unreachable!("the counter is gone") };
    let next = found.value.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)) + 1;
    let outcome =
        attempt(store, |batch| _ = batch.expect("counter", found.revision).put("counter", count(next)));
    Ok(matches!(outcome.await?, Commit::Done(_)))
}

fn count(number: u64) -> Bytes {
    number.to_be_bytes().to_vec().into()
}

/// Every third of many simultaneous batches conflicts; the others all happen, each as a revision of its own.
async fn conflicts_among_neighbours(store: Arc<dyn Store>) -> Result<(), StoreError> {
    const BATCHES: usize = 300;
    done(&*store, |batch| _ = batch.put("there", "x")).await?;
    let mut commits = JoinSet::new();
    for n in 0..BATCHES {
        let store = Arc::clone(&store);
        commits.spawn(async move {
            let key = format!("batch/{n:03}");
            let outcome = attempt(&*store, |batch| {
                if n % 3 == 1 {
                    batch.expect_absent("there");
                }
                batch.put(format!("{key}/a"), "x").put(format!("{key}/b"), "x");
            });
            outcome.await.map(|outcome| (n, outcome))
        });
    }
    let mut revisions = Vec::new();
    for outcome in commits.join_all().await {
        let (n, outcome) = outcome?;
        let written = keys(&*store, format!("batch/{n:03}/").as_bytes(), None).await?.len();
        match outcome {
            Commit::Done(revision) => {
                assert!(n % 3 != 1 && written == 2, "batch {n}: {written} writes");
                revisions.push(revision);
            }
            Commit::Conflict => assert!(n % 3 == 1 && written == 0, "batch {n}: {written} writes"),
        }
    }
    revisions.sort_unstable();
    assert!(revisions.is_sorted_by(|a, b| a < b), "a revision was given twice");
    assert_eq!(revisions.len(), BATCHES - BATCHES / 3);
    Ok(())
}

/// What was read after a stamp was taken is current as long as the stamp is.
async fn stamps(store: Arc<dyn Store>) -> Result<(), StoreError> {
    let has_stamps = store.stamp(b"key").is_some();
    let cached = Stamped::at(store.stamp(b"key"));
    for step in 0..3_u32 {
        assert_eq!(cached.is(store.stamp(b"key")), has_stamps);
        match step {
            0 => done(&*store, |batch| _ = batch.put("key", "one")).await?,
            1 => done(&*store, |batch| _ = batch.put("other", "").put("key", "two")).await?,
            _ => done(&*store, |batch| _ = batch.delete("key")).await?,
        };
        assert!(!cached.is(store.stamp(b"key")), "step {step}");
        cached.set(store.stamp(b"key"));
    }
    Ok(())
}

/// Readers that read only when the stamp tells them to never see less than what was acknowledged before they asked.
async fn stamps_among_writers(store: Arc<dyn Store>) -> Result<(), StoreError> {
    const LAST: u32 = 200;
    let acknowledged = Arc::new(AtomicU32::new(0));
    let mut readers = JoinSet::new();
    for _ in 0..2 {
        let (store, acknowledged) = (Arc::clone(&store), Arc::clone(&acknowledged));
        readers.spawn(async move {
            let (stamped, mut cached) = (Stamped::default(), 0);
            while cached < LAST {
                let least = acknowledged.load(Ordering::SeqCst);
                if !stamped.is(store.stamp(b"count")) {
                    let stamp = store.stamp(b"count");
                    let found = value(&*store, b"count").await?;
                    cached =
                        found.and_then(|bytes| bytes.as_ref().try_into().ok()).map_or(0, u32::from_be_bytes);
                    stamped.set(stamp);
                }
                assert!(cached >= least, "{cached} was read after {least} had been acknowledged");
                yield_now().await;
            }
            Ok::<_, StoreError>(())
        });
    }
    for count in 1..=LAST {
        done(&*store, |batch| _ = batch.put("count", count.to_be_bytes().to_vec())).await?;
        acknowledged.store(count, Ordering::SeqCst);
        yield_now().await;
    }
    while let Some(reader) = readers.join_next().await {
        assert!(matches!(reader, Ok(Ok(()))), "{reader:?}");
    }
    Ok(())
}

/// While one writer moves two keys together, no scan ever sees them apart.
async fn whole_batches_seen(store: Arc<dyn Store>) -> Result<(), StoreError> {
    const ROUNDS: u32 = 100;
    let writer = {
        let store = Arc::clone(&store);
        async move {
            for round in 0..ROUNDS {
                let value = round.to_string();
                done(&*store, |batch| _ = batch.put("pair/a", value.clone()).put("pair/b", value)).await?;
            }
            Ok::<_, StoreError>(())
        }
    };
    let mut writing = JoinSet::new();
    writing.spawn(writer);
    while writing.try_join_next().is_none() {
        let pair = store.scan(b"pair/", None, 2).await?;
        assert!(pair.is_empty() || pair.len() == 2, "half a batch");
        assert!(pair.windows(2).all(|both| matches!(both, [(_, a), (_, b)] if a == b)), "two batches mixed");
        yield_now().await;
    }
    assert_eq!(value(&*store, b"pair/b").await?, Some((ROUNDS - 1).to_string().into()));
    Ok(())
}
