//! Checking passwords, which costs so much memory and time that only few may be checked at once.

use std::hash::Hash;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crypto::SecretBytes;
use crypto::password::PasswordHash;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::failures::Failures;

/// How long somebody waits until there is room, before they are sent away.
const LONGEST_WAIT: Duration = Duration::from_secs(5);
/// How many wait at once, at most: as many as have a chance within that time on a small machine.
const MOST_WAITING: usize = 128;

/// Why a password was not found to be right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotChecked {
    /// It is wrong, or there is none.
    Wrong,
    /// It was wrong too often.
    TooManyFailures {
        /// In how many seconds the next attempt is looked at.
        seconds: i64,
    },
    /// Too many are being checked.
    Busy,
}

/// Where passwords are checked and hashed, with failures, room and a waiting list of its own. There is one for log-ins and
/// one for the IAM API: strangers, however many, must not keep from their work those who signed, nor lock them out.
pub(crate) struct Passwords {
    failures: Failures,
    /// As many as half the processors.
    room: Arc<Semaphore>,
    waiting: AtomicUsize,
    longest_wait: Duration,
}

impl Passwords {
    pub(crate) fn new() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let room = Arc::new(Semaphore::new((processors / 2).max(1)));
        let (failures, waiting) = (Failures::new(), AtomicUsize::new(0));
        Self { failures, room, waiting, longest_wait: LONGEST_WAIT }
    }

    /// Whether a password is the one of this hash; without one, it is wrong after as long a time. `who` is by
    /// what failures are counted, `now` in seconds since the epoch.
    pub(crate) async fn check(
        &self,
        who: &(impl Hash + Sync),
        hash: Option<PasswordHash>,
        password: &SecretBytes,
        now: i64,
    ) -> Result<(), NotChecked> {
        self.check_failures(who, now)?;
        let permit = self.enter().await?;
        // Others may have failed meanwhile.
        self.check_failures(who, now)?;
        let (hash, password) =
            (hash.unwrap_or_else(PasswordHash::of_nobody), SecretBytes::copy_of(password.expose()));
        if at_work(permit, move || hash.is_of(password.expose())).await? {
            Ok(())
        } else {
            self.failures.note(who, now);
            Err(NotChecked::Wrong)
        }
    }

    /// Hashes a password; `None` if it is too long.
    pub(crate) async fn hash(&self, password: &SecretBytes) -> Result<Option<PasswordHash>, NotChecked> {
        let permit = self.enter().await?;
        let password = SecretBytes::copy_of(password.expose());
        at_work(permit, move || PasswordHash::of(password.expose()).ok()).await
    }

    /// Whether there were so few failures that a password is looked at.
    pub(crate) fn check_failures(&self, who: &impl Hash, now: i64) -> Result<(), NotChecked> {
        match self.failures.wait(who, now) {
            0 => Ok(()),
            seconds => Err(NotChecked::TooManyFailures { seconds }),
        }
    }

    async fn enter(&self) -> Result<OwnedSemaphorePermit, NotChecked> {
        let waiting = Waiting::enter(&self.waiting)?;
        let permit = timeout(self.longest_wait, Arc::clone(&self.room).acquire_owned()).await;
        drop(waiting);
        permit.map_err(|_| NotChecked::Busy)?.map_err(|_| NotChecked::Busy)
    }
}

/// Works away from the threads that serve requests. Keeps the room until it is done, whether or not anybody waits for it.
async fn at_work<T: Send + 'static>(
    permit: OwnedSemaphorePermit,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, NotChecked> {
    let done = spawn_blocking(move || {
        let result = work();
        drop(permit);
        result
    });
    done.await.map_err(|_| NotChecked::Busy)
}

/// One of those who wait, until dropped.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn enter(count: &'a AtomicUsize) -> Result<Self, NotChecked> {
        let before = count.fetch_add(1, Ordering::Relaxed);
        let waiting = Self(count);
        if before < MOST_WAITING { Ok(waiting) } else { Err(NotChecked::Busy) }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::login::{LoginError, Proof, Scope, UserName};
    use crate::testing::{ACCOUNT, Bench, NOW, allow};

    fn text(password: &str) -> SecretBytes {
        SecretBytes::copy_of(password.as_bytes())
    }

    #[tokio::test]
    async fn right_and_wrong() {
        let passwords = Passwords::new();
        let hash = || Some(PasswordHash::of(b"right").unwrap());
        assert_eq!(passwords.check(&"a", hash(), &text("right"), 0).await, Ok(()));
        assert_eq!(passwords.check(&"a", hash(), &text("wrong"), 0).await, Err(NotChecked::Wrong));
        assert_eq!(passwords.check(&"b", None, &text("right"), 0).await, Err(NotChecked::Wrong));
        assert!(passwords.hash(&text("new")).await.unwrap().unwrap().is_of(b"new"));
        assert!(passwords.hash(&text(&"a".repeat(1000))).await.unwrap().is_none());
    }

    #[tokio::test]
    async fn who_failed_too_often_is_not_looked_at_even_if_right() {
        let passwords = Passwords::new();
        for _ in 0..10 {
            assert_eq!(passwords.check(&"a", None, &text("x"), 0).await, Err(NotChecked::Wrong));
        }
        let hash = PasswordHash::of(b"right").unwrap();
        let refused = Err(NotChecked::TooManyFailures { seconds: 899 });
        assert_eq!(passwords.check(&"a", Some(hash), &text("right"), 1).await, refused);
    }

    #[tokio::test]
    async fn who_finds_no_room_in_time_is_sent_away() {
        let passwords = Passwords { longest_wait: Duration::ZERO, ..Passwords::new() };
        let all = u32::try_from(passwords.room.available_permits()).unwrap();
        let taken = Arc::clone(&passwords.room).acquire_many_owned(all).await.unwrap();
        assert_eq!(passwords.check(&"a", None, &text("x"), 0).await, Err(NotChecked::Busy));
        assert_eq!(passwords.waiting.load(Ordering::Relaxed), 0);
        let full: Vec<_> = (0..MOST_WAITING).map(|_| Waiting::enter(&passwords.waiting).unwrap()).collect();
        drop(taken);
        assert_eq!(passwords.check(&"a", None, &text("x"), 0).await, Err(NotChecked::Busy));
        drop(full);
        assert_eq!(passwords.check(&"a", None, &text("x"), 0).await, Err(NotChecked::Wrong));
    }

    #[tokio::test]
    async fn no_flood_of_log_ins_keeps_administrators_from_setting_passwords() {
        let bench = Bench::new().await;
        bench.user("alice", &allow("kms:Encrypt")).await;
        let logins = bench.identities.logins();
        let all = u32::try_from(logins.room.available_permits()).unwrap();
        let taken = Arc::clone(&logins.room).acquire_many_owned(all).await.unwrap();
        let waiting: Vec<_> = (0..MOST_WAITING).map(|_| Waiting::enter(&logins.waiting).unwrap()).collect();
        let (user, password) = (UserName::Name("alice"), &text("Correct horse 1"));
        let log_in = async || {
            let proof = Proof::Password { account: ACCOUNT, user, password };
            bench.identities.log_in(proof, &Scope::default(), NOW).await
        };
        assert!(matches!(log_in().await, Err(LoginError::Busy)));
        let create = json!({"UserName": "alice", "Password": "Correct horse 1"});
        bench.act(&bench.root(), "CreateLoginProfile", create).await.unwrap();
        drop((taken, waiting));
        assert!(log_in().await.is_ok());
    }
}
