//! Killed at any moment, the store has everything it acknowledged, and nothing by halves.
//!
//! The test starts itself as a child that commits from several tasks at once and prints what was acknowledged,
//! kills it with SIGKILL, and looks. Each round goes on where the last one was cut off.

#![cfg(test)]

mod common;

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::{env, io, thread};

use common::Folder;
use store::{Batch, Commit, Sqlite, Store};
use tokio::task::JoinSet;

const ROUNDS: u64 = 40;
const WRITERS: u64 = 4;
/// Keys that each batch writes besides its own, all with the same value.
const TOGETHER: [&str; 3] = ["a", "b", "c"];
const DATABASE: &str = "TRENT_STORE_CRASH_DATABASE";

/// The number that a writer's last batch left behind, 0 at first.
async fn last(store: &dyn Store, writer: u64, key: &str) -> u64 {
    let found = store.get(format!("last/{writer}/{key}").as_bytes()).await.unwrap();
    found.map_or(0, |found| std::str::from_utf8(&found.value).unwrap().parse().unwrap())
}

async fn commit(store: &dyn Store, writer: u64, number: u64) {
    let mut batch = Batch::default();
    for key in TOGETHER {
        batch.put(format!("last/{writer}/{key}"), number.to_string());
    }
    batch.expect_absent(format!("log/{writer}/{number:09}"));
    // Large enough that the log is folded into the database every few dozen commits, so kills meet that as well.
    batch.put(format!("log/{writer}/{number:09}"), vec![b'x'; 20_000]);
    batch.delete(format!("log/{writer}/{:09}", number.saturating_sub(20)));
    assert!(matches!(store.commit(batch).await.unwrap(), Commit::Done(_)));
}

/// What the child does until it is killed.
async fn commit_for_ever(path: &Path) {
    let store = Arc::new(Sqlite::open(path).await.unwrap());
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let store = Arc::clone(&store);
        writers.spawn(async move {
            for number in last(&*store, writer, "a").await + 1.. {
                commit(&*store, writer, number).await;
                // In one write, so that a line comes whole or not at all, kill or no kill.
                io::stdout().write_all(format!("\nacknowledged {writer} {number}\n").as_bytes()).unwrap();
            }
        });
    }
    writers.join_all().await;
}

fn random(salt: u64) -> u64 {
    RandomState::new().hash_one(salt)
}

/// Runs a child, kills it after it has acknowledged so many batches, and gives the last of each writer.
fn run_and_kill(path: &Path, batches: u64) -> HashMap<u64, u64> {
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "everything_acknowledged_survives_a_kill", "--nocapture"])
        .env(DATABASE, path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut acknowledged: HashMap<u64, u64> = HashMap::new();
    let mut note = |line: io::Result<String>| {
        let line = line.unwrap();
        let Some(numbers) = line.strip_prefix("acknowledged ") else { return false };
        let (writer, number) = numbers.split_once(' ').unwrap();
        acknowledged.insert(writer.parse().unwrap(), number.parse().unwrap());
        true
    };
    let mut seen = 0;
    while !lines.next().expect("the child ended on its own").unwrap().starts_with("running") {}
    while seen < batches {
        seen += u64::from(note(lines.next().expect("the child ended on its own")));
    }
    // Somewhere within the next few hundred microseconds.
    (0..random(batches) % 1_000).for_each(|_| thread::yield_now());
    child.kill().unwrap();
    // What it had printed before it died counts too.
    lines.for_each(|line| _ = note(line));
    assert!(!child.wait().unwrap().success());
    acknowledged
}

async fn check(path: &Path, acknowledged: &HashMap<u64, u64>) -> u64 {
    let store = Sqlite::open(path).await.unwrap();
    let mut total = 0;
    for writer in 0..WRITERS {
        let found = last(&store, writer, "a").await;
        for key in TOGETHER {
            assert_eq!(last(&store, writer, key).await, found, "writer {writer}: half a batch");
        }
        let promised = acknowledged.get(&writer).copied().unwrap_or(0);
        assert!(found >= promised, "writer {writer}: {promised} was acknowledged and only {found} is there");
        let log = store.scan(format!("log/{writer}/").as_bytes(), None, 100).await.unwrap();
        let log: Vec<_> = log.into_iter().map(|(key, _)| String::from_utf8(key.to_vec()).unwrap()).collect();
        let expected: Vec<_> = (found.saturating_sub(19).max(1)..=found)
            .map(|number| format!("log/{writer}/{number:09}"))
            .collect();
        assert_eq!(log, expected, "writer {writer}: a batch is missing or half there");
        total += found;
    }
    total
}

/// The child process is this test too, told by the variable which database to write to.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_acknowledged_survives_a_kill() {
    if let Some(path) = env::var_os(DATABASE) {
        return commit_for_ever(Path::new(&path)).await;
    }
    let folder = Folder::new();
    let mut total = 0;
    for round in 0..ROUNDS {
        // Some are killed while they open or even make the database, others in the middle of their work.
        let batches = random(round) % 150 * (round % 4);
        let acknowledged = run_and_kill(&folder.database(), batches);
        let found = check(&folder.database(), &acknowledged).await;
        assert!(found >= total + batches, "round {round}: {found} after {total} and {batches} more");
        total = found;
    }
    assert!(total > 0);
}
