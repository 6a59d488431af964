//! After `kill -9` at any moment, nothing that was answered is lost and nothing half-done is seen.
//!
//! Several clients work at once, each on keys of its own, and write down what they ask ([`ledger::Key::asked`]) and
//! what was answered. The server is killed after a random number of answers, while other requests are under way. Then
//! it is started again on the same data, and every key must be in a state that was answered or, if the answer is still
//! out, asked for.

mod audit;
mod ledger;
mod worker;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::server::{Folder, Server};
use ledger::Ledger;

/// How often the server is killed.
const ROUNDS: usize = 25;
/// Clients at once.
const WORKERS: usize = 4;
/// A round ends after fewer answers than this.
const MOST_ANSWERS: u64 = 24;
/// Where the random numbers begin: the same run asks for the same kills, though never quite at the same moment.
const SEED: u64 = 0x9E37_79B9_7F4A_7C15;

/// Xorshift (Marsaglia 2003): enough for choosing moments.
pub(crate) struct Random(AtomicU64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }

    /// A number below `bound`.
    pub(crate) fn below(&self, bound: u64) -> u64 {
        let mut x = self.0.load(Ordering::Relaxed);
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        self.0.store(x, Ordering::Relaxed);
        x % bound
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_answered_is_lost_and_nothing_half_done_is_seen() {
    let folder = Folder::new("crash");
    let random = Random::new(SEED);
    let mut ledgers: Vec<Ledger> = (0..WORKERS).map(Ledger::new).collect();
    for round in 0..ROUNDS {
        let server = Server::start(&folder);
        audit::check(&server.client(), &mut ledgers, round).await;
        ledgers = work_until_killed(server, ledgers, 1 + random.below(MOST_ANSWERS)).await;
    }
    let server = Server::start(&folder);
    audit::check(&server.client(), &mut ledgers, ROUNDS).await;

    // The test has tested something: keys reached every stage while servers were being killed.
    let keys = || ledgers.iter().flat_map(|ledger| &ledger.keys);
    assert!(keys().count() > ROUNDS, "{}", keys().count());
    for stage in ledger::Stage::ALL {
        assert!(keys().any(|key| key.furthest >= stage), "no key came as far as {stage:?}");
    }
}

/// Lets every worker go on with its ledger until so many answers have come, then kills the server.
async fn work_until_killed(server: Server, ledgers: Vec<Ledger>, answers: u64) -> Vec<Ledger> {
    let (answered, mut count) = mpsc::unbounded_channel();
    let kms = Arc::new(server.client());
    let mut workers = JoinSet::new();
    for ledger in ledgers {
        workers.spawn(worker::work(Arc::clone(&kms), ledger, answered.clone()));
    }
    drop(answered);
    for _ in 0..answers {
        // Workers only stop when the server does: if all have stopped before, it died by itself.
        assert!(count.recv().await.is_some(), "the server ended by itself:\n{}", server.log());
    }
    server.kill();
    let mut ledgers = workers.join_all().await;
    ledgers.sort_by_key(|ledger| ledger.worker);
    ledgers
}
