//! Random histories: each backend answers as a sorted map with revisions does, also after it was closed and opened.

#![cfg(test)]

mod common;

use std::collections::BTreeMap;
use std::sync::Arc;

use common::Folder;
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;
use store::{Batch, Commit, Memory, Revision, Sqlite, Store};
use tokio::runtime;

type Model = BTreeMap<Vec<u8>, (Vec<u8>, Revision)>;

type Expectations = Vec<(Vec<u8>, Expected)>;

/// Puts, and deletes where there is no value.
type Writes = Vec<(Vec<u8>, Option<Vec<u8>>)>;

#[derive(Clone, Debug)]
enum Expected {
    Absent,
    Current,
    Stale,
}

#[derive(Clone, Debug)]
enum Step {
    Commit(Expectations, Writes),
    Get(Vec<u8>),
    Scan { prefix: Vec<u8>, after: Option<Vec<u8>>, limit: u32 },
    Reopen,
}

/// Few and short keys, of the bytes where order and prefixes go wrong, so that histories meet themselves.
fn key() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(prop::sample::select(vec![0, b'a', b'b', 0xff]), 1..4)
}

fn bound() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(prop::sample::select(vec![0, b'a', b'b', 0xff]), 0..4)
}

fn step() -> impl Strategy<Value = Step> {
    let expected = prop_oneof![
        2 => Just(Expected::Absent),
        4 => Just(Expected::Current),
        1 => Just(Expected::Stale),
    ];
    let write = (key(), prop::option::weighted(0.7, prop::collection::vec(any::<u8>(), 0..5)));
    prop_oneof![
        6 => (prop::collection::vec((key(), expected), 0..3), prop::collection::vec(write, 0..5))
            .prop_map(|(expect, writes)| Step::Commit(expect, writes)),
        3 => key().prop_map(Step::Get),
        4 => (bound(), prop::option::of(bound()), 0..8_u32)
            .prop_map(|(prefix, after, limit)| Step::Scan { prefix, after, limit }),
        1 => Just(Step::Reopen),
    ]
}

/// What the model says of a batch, and the batch.
fn commit(model: &mut Model, head: &mut Revision, expect: Expectations, writes: Writes) -> (Batch, Commit) {
    let (mut batch, mut holds) = (Batch::default(), true);
    for (key, expected) in expect {
        let current = model.get(&key).map(|(_, revision)| *revision);
        match (expected, current) {
            (Expected::Absent, _) => {
                batch.expect_absent(key);
                holds &= current.is_none();
            }
            (Expected::Current, Some(revision)) => _ = batch.expect(key, revision),
            (Expected::Current, None) => _ = batch.expect_absent(key),
            (Expected::Stale, _) => {
                batch.expect(key, current.map_or(*head, |revision| revision - 1));
                holds = false;
            }
        }
    }
    for (key, value) in &writes {
        match value {
            Some(value) => batch.put(key.clone(), value.clone()),
            None => batch.delete(key.clone()),
        };
    }
    if !holds {
        return (batch, Commit::Conflict);
    }
    *head += u64::from(!writes.is_empty());
    for (key, value) in writes {
        match value {
            Some(value) => _ = model.insert(key, (value, *head)),
            None => _ = model.remove(&key),
        }
    }
    (batch, Commit::Done(*head))
}

async fn check(
    mut store: Arc<dyn Store>,
    steps: Vec<Step>,
    reopen: impl AsyncFn(Arc<dyn Store>) -> Arc<dyn Store>,
) -> TestCaseResult {
    let (mut model, mut head) = (Model::new(), 0);
    for step in steps {
        match step {
            Step::Commit(expect, writes) => {
                let (batch, expected) = commit(&mut model, &mut head, expect, writes);
                prop_assert_eq!(store.commit(batch).await.unwrap(), expected);
            }
            Step::Get(key) => {
                let found =
                    store.get(&key).await.unwrap().map(|found| (found.value.to_vec(), found.revision));
                prop_assert_eq!(found.as_ref(), model.get(&key));
            }
            Step::Scan { prefix, after, limit } => {
                let found = store.scan(&prefix, after.as_deref(), limit).await.unwrap();
                let found: Vec<_> = found
                    .into_iter()
                    .map(|(key, v)| (key.to_vec(), (v.value.to_vec(), v.revision)))
                    .collect();
                let expected: Vec<_> = model
                    .iter()
                    .filter(|(key, _)| {
                        key.starts_with(&prefix) && after.as_ref().is_none_or(|after| *key > after)
                    })
                    .take(limit as usize)
                    .map(|(key, value)| (key.clone(), value.clone()))
                    .collect();
                prop_assert_eq!(found, expected);
            }
            Step::Reopen => store = reopen(store).await,
        }
    }
    Ok(())
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn memory(steps in prop::collection::vec(step(), 1..60)) {
        block_on(check(Arc::new(Memory::default()), steps, async |store| store))?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn sqlite(steps in prop::collection::vec(step(), 1..60)) {
        let folder = Folder::new();
        let path = folder.database();
        block_on(async {
            let store = Arc::new(Sqlite::open(&path).await.unwrap());
            check(store, steps, async |store| {
                drop(store);
                Arc::new(Sqlite::open(&path).await.unwrap()) as Arc<dyn Store>
            })
            .await
        })?;
    }
}
