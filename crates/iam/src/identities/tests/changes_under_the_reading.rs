//! Accounts that change while they are read.

use tokio::task::JoinSet;

use super::*;

/// What makes these records, which are in the store, be as they are now.
async fn restoring(bench: &Bench, keys: &[&str]) -> Batch {
    let mut batch = Batch::default();
    for key in keys {
        batch.put((*key).to_owned(), bench.store.raw(key).await.unwrap());
    }
    batch
}

#[tokio::test]
async fn nobody_gets_half_of_what_was_and_half_of_what_is() {
    let bench = Bench::new().await;
    let (mut alice, key) = bench.user("alice", &allow("kms:Encrypt")).await;
    let mut ops = group("ops");
    alice.groups.push("ops".to_owned());
    bench
        .write(|writes| {
            writes.put(&alice).put(&ops);
        })
        .await;
    let keys = ["iam/account/111122223333", "iam/user/111122223333/alice", "iam/group/111122223333/ops"];
    let before = restoring(&bench, &keys).await;
    // First she leaves the group, then the group may do everything.
    alice.groups.clear();
    ops.inline.insert("all".to_owned(), allow("*"));
    bench
        .write(|writes| {
            writes.put(&alice);
        })
        .await;
    bench
        .write(|writes| {
            writes.put(&ops);
        })
        .await;
    let after = restoring(&bench, &keys).await;
    bench.store.put_raw(before).await;
    bench.store.before("/ops", after, true);
    let found = bench.find(&key.id, None).await.unwrap();
    assert!(may(&found, "kms:Encrypt") && !may(&found, "iam:CreateUser"));
}

#[tokio::test]
async fn one_that_never_settles_is_not_waited_for() {
    let bench = Bench::new().await;
    let (_, key) = bench.user("alice", &allow("kms:Encrypt")).await;
    let change = restoring(&bench, &["iam/account/111122223333"]).await;
    bench.store.before("/alice", change, false);
    let error = refusal(&bench.identities, &key.id, None, NOW).await;
    assert!(matches!(&error, IamError::Unsettled { account } if account == ACCOUNT), "{error}");
}

#[tokio::test]
async fn one_who_writes_without_pause_keeps_nobody_out() {
    let bench = Arc::new(Bench::new().await);
    let (alice, key) = bench.user("alice", &allow("kms:Encrypt")).await;
    let (busy, mut writer) = (Arc::clone(&bench), JoinSet::new());
    writer.spawn(async move {
        loop {
            busy.write(|writes| {
                writes.put(&alice);
            })
            .await;
        }
    });
    // Reads take turns with the writer, which changes the account between any two of them.
    for _ in 0..3 {
        assert!(may(&bench.find(&key.id, None).await.unwrap(), "kms:Encrypt"));
    }
    assert!(writer.try_join_next().is_none(), "the writer gave up");
}
