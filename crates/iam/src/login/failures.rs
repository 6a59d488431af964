//! How often a password was wrong, so that it cannot be guessed one by one.
//!
//! Counted by what was presented, whether or not there is anybody of that name: were anything else counted, or were it
//! forgotten when the right password comes, then who waits and who does not would tell strangers who exists. It is known to
//! one process only, and forgotten by a restart: with several servers there are as many times the attempts.

use std::hash::{BuildHasher as _, Hash, RandomState};

use quick_cache::sync::Cache;

/// Failures after which nothing more is looked at, until the time is over.
const MOST: u32 = 10;
/// The time in which they are counted, from the first of them, in seconds.
const WITHIN: i64 = 15 * 60;
/// How many names are remembered. Who failed more than once is forgotten last.
const REMEMBERED: usize = 10_000;

/// Failures of one name.
#[derive(Clone, Copy)]
struct Failed {
    count: u32,
    /// Seconds since the epoch.
    since: i64,
}

/// The failures of everybody.
pub(super) struct Failures {
    hasher: RandomState,
    by_name: Cache<u64, Failed>,
}

impl Failures {
    pub(super) fn new() -> Self {
        Self { hasher: RandomState::new(), by_name: Cache::new(REMEMBERED) }
    }

    /// For how many seconds nothing of this name is looked at; 0 if it is.
    pub(super) fn wait(&self, who: &impl Hash, now: i64) -> i64 {
        match self.current(who, now) {
            Some(failed) if failed.count >= MOST => failed.since.saturating_add(WITHIN).saturating_sub(now),
            _ => 0,
        }
    }

    /// Notes one more.
    pub(super) fn note(&self, who: &impl Hash, now: i64) {
        let failed = self.current(who, now).unwrap_or(Failed { count: 0, since: now });
        let count = failed.count.saturating_add(1);
        self.by_name.insert(self.key(who), Failed { count, ..failed });
    }

    /// Those that still count. A clock that was put back does not let them count for longer.
    fn current(&self, who: &impl Hash, now: i64) -> Option<Failed> {
        let failed = self.by_name.get(&self.key(who))?;
        (failed.since..failed.since.saturating_add(WITHIN)).contains(&now).then_some(failed)
    }

    fn key(&self, who: &impl Hash) -> u64 {
        self.hasher.hash_one(who)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_failures_within_fifteen_minutes_are_enough() {
        let failures = Failures::new();
        for attempt in 0..i64::from(MOST) {
            assert_eq!(failures.wait(&"alice", 100 + attempt), 0, "{attempt}");
            failures.note(&"alice", 100 + attempt);
        }
        assert_eq!(failures.wait(&"alice", 110), WITHIN - 10);
        assert_eq!(failures.wait(&"alice", 100 + WITHIN - 1), 1);
        assert_eq!(failures.wait(&"alice", 100 + WITHIN), 0);
        assert_eq!(failures.wait(&"bob", 110), 0);
        // From then on it is counted anew.
        failures.note(&"alice", 100 + WITHIN);
        assert_eq!(failures.wait(&"alice", 100 + WITHIN), 0);
    }

    #[test]
    fn many_names_that_fail_once_do_not_displace_one_that_fails_often() {
        let failures = Failures::new();
        for round in 0..MOST {
            failures.note(&"alice", 0);
            (0..REMEMBERED / 2).for_each(|name| failures.note(&format!("{round} {name}"), 0));
        }
        assert!(failures.wait(&"alice", 1) > 0);
    }
}
