//! Turns at an account, so that nobody is overtaken for ever.
//!
//! Readings and actions are optimistic: what changed meanwhile is read, or done, again. Whoever changes an account
//! without pause would so keep everyone else of it from ever being done. So every commit takes the account's turn, and
//! who was overtaken too often takes it for the whole of the next try. Turns are given in the order in which they
//! were asked for. They are those of one process; between processes the number of tries is the bound.

use std::hash::{BuildHasher as _, RandomState};

use tokio::sync::{Mutex, MutexGuard};

/// How many there are. Accounts that share one wait for each other, which costs time and nothing else.
const TURNS: usize = 64;
/// Tries that may be overtaken, before the next one takes the account's turn.
pub(crate) const FREE_TRIES: u32 = 2;

/// The turns of all accounts.
pub(crate) struct Turns {
    hasher: RandomState,
    locks: [Mutex<()>; TURNS],
}

/// An account's turn, as long as this is kept. Whoever has one must not ask for another.
pub(crate) type Turn<'a> = MutexGuard<'a, ()>;

impl Turns {
    pub(crate) fn new() -> Self {
        Self { hasher: RandomState::new(), locks: std::array::from_fn(|_| Mutex::new(())) }
    }

    /// Waits for the account's turn.
    pub(crate) async fn take(&self, account: &str) -> Turn<'_> {
        let hash = usize::try_from(self.hasher.hash_one(account) % TURNS as u64).unwrap_or_default();
        #[expect(clippy::indexing_slicing, reason = "a remainder of the number of turns is less than it")]
        self.locks[hash].lock().await
    }
}
