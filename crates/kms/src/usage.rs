//! When each key was last used, and for what: what `GetKeyLastUsage` tells.
//!
//! A request does not wait for a commit: it leaves a note in memory, the latest of each key, and the sweeper writes what
//! has been noted once a minute, before that when there is much, as does a server that ends. A crash loses the notes since
//! they were last written, never an earlier one. A note leaves memory only once it is in the store, and who reads takes
//! the later of the two, so an answer is exact as long as the server runs.
//!
//! | record | name | value |
//! |---|---|---|
//! | last usage | `usage/<account>/<region>/<key id>` | [`LastUsage`] as JSON; goes with its key |
//! | beginning | `tracking` | [`Beginning`] as JSON: before it, nothing was noted |

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use api::{Error, KeyLastUsageTrackingOperation, Timestamp};
use seal::{Changes, Commit, Records};
use serde::{Deserialize, Serialize};
use tokio::sync::{Notify, OnceCell};

use crate::Kms;
use crate::keys::{read, write};
use crate::pipeline::KeyRef;

/// In how many parts the notes lie: requests for different keys seldom want the same lock.
const SHARDS: usize = 16;
/// How many notes a part holds. They are written when it is half full, so that a request finds it full, and waits, only
/// where the store cannot keep up. Ours: with about 300 bytes for a note 80 MB in all, and 100,000 keys that are all in use
/// fill no half.
const SHARD_NOTES: usize = 16_384;
/// How many seconds lie between two writings. Ours: a key that is always in use costs one small record a minute.
const PERIOD: i64 = 60;
/// How many records are written in one commit: far below the store's largest batch.
const ROUND: usize = 256;
/// The record of the beginning.
const BEGINNING: &str = "tracking";

/// The last successful cryptographic operation with a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LastUsage {
    pub(crate) operation: KeyLastUsageTrackingOperation,
    pub(crate) at: Timestamp,
    pub(crate) request_id: String,
}

/// Since when the keys of this store have been watched.
#[derive(Serialize, Deserialize)]
struct Beginning {
    at: Timestamp,
}

type Notes = HashMap<KeyRef, LastUsage>;

/// One part of the notes that are not in the store yet.
#[derive(Default)]
struct Shard {
    /// What has been noted since the last writing began.
    fresh: Notes,
    /// What is being written, and answered from here until it is in the store.
    writing: Arc<Notes>,
}

impl Shard {
    fn len(&self) -> usize {
        self.fresh.len() + self.writing.len()
    }

    fn get(&self, key: &KeyRef) -> Option<&LastUsage> {
        // Never older than what is being written.
        self.fresh.get(key).or_else(|| self.writing.get(key))
    }

    /// Begins a writing of all there is.
    fn begin(&mut self) -> Arc<Notes> {
        // What a writing that was given up has left.
        self.give_up();
        self.writing = Arc::new(std::mem::take(&mut self.fresh));
        Arc::clone(&self.writing)
    }

    /// What was being written stays noted.
    fn give_up(&mut self) {
        for (key, note) in Arc::unwrap_or_clone(std::mem::take(&mut self.writing)) {
            self.fresh.entry(key).or_insert(note);
        }
    }

    fn forget(&mut self, key: &KeyRef) {
        self.fresh.remove(key);
        if self.writing.contains_key(key) {
            Arc::make_mut(&mut self.writing).remove(key);
        }
    }
}

/// The notes that are not in the store yet.
pub(crate) struct Usage {
    /// When this engine began to take notes.
    opened: Timestamp,
    /// When the first engine on this store did.
    beginning: OnceCell<Timestamp>,
    /// When notes were last to be written, in milliseconds since the epoch.
    written: AtomicI64,
    hasher: RandomState,
    /// How many notes each of the shards may hold.
    room: usize,
    shards: [Mutex<Shard>; SHARDS],
    /// Told when a shard becomes half full.
    half_full: Notify,
    /// Held while notes are written, so that no older note overtakes a newer one on its way to the store.
    turn: tokio::sync::Mutex<()>,
}

impl Usage {
    /// Takes notes from `opened` on.
    pub(crate) fn new(opened: Timestamp) -> Self {
        Self::with_room(opened, SHARD_NOTES)
    }

    fn with_room(opened: Timestamp, room: usize) -> Self {
        Self {
            opened,
            beginning: OnceCell::new(),
            written: AtomicI64::new(opened.millis()),
            hasher: RandomState::new(),
            room,
            shards: Default::default(),
            half_full: Notify::new(),
            turn: tokio::sync::Mutex::default(),
        }
    }

    /// Notes that the operation of this name was carried out with a key. One that is not tracked leaves no note.
    pub(crate) async fn note(
        &self,
        records: &Records,
        key: KeyRef,
        operation: &str,
        at: Timestamp,
        request_id: &str,
    ) {
        let mut tracked = KeyLastUsageTrackingOperation::ALL.iter();
        let Some(&operation) = tracked.find(|tracked| tracked.as_str() == operation) else {
            return;
        };
        let note = LastUsage { operation, at, request_id: request_id.to_owned() };
        let Some((key, note)) = self.keep(key, note) else {
            return;
        };
        if let Err(error) = self.write(records).await {
            tracing::error!(cause = error.cause(), "last usage cannot be written");
        }
        if let Some((key, _)) = self.keep(key, note) {
            let (account, region, key) = (&key.account, &key.region, key.id.as_str());
            tracing::error!(
                account,
                region,
                key,
                "a use of this key is not noted: too many wait to be written"
            );
        }
    }

    /// Keeps the later of two notes; hands this one back if there is no room for it.
    fn keep(&self, key: KeyRef, note: LastUsage) -> Option<(KeyRef, LastUsage)> {
        let mut shard = self.shard(&key);
        let full = shard.len() >= self.room;
        let Shard { fresh, writing } = &mut *shard;
        match (fresh.get_mut(&key), writing.get(&key)) {
            (Some(known), _) => {
                if note.at >= known.at {
                    *known = note;
                }
            }
            (None, Some(known)) if note.at < known.at => {}
            (None, _) if full => return Some((key, note)),
            (None, _) => {
                fresh.insert(key, note);
                if fresh.len() == self.room / 2 {
                    self.half_full.notify_one();
                }
            }
        }
        None
    }

    /// Whether it is time to write. If so, it is not again for a while.
    fn is_due(&self, now: Timestamp) -> bool {
        let written = Timestamp::from_millis(self.written.load(Ordering::Relaxed));
        // A clock can be put back.
        let is_due = now < written || now >= written.plus_seconds(PERIOD);
        if is_due {
            self.written.store(now.millis(), Ordering::Relaxed);
        }
        is_due
    }

    /// Writes all notes to the store. What is written leaves memory, what cannot be written stays.
    pub(crate) async fn write(&self, records: &Records) -> Result<(), Error> {
        let _turn = self.turn.lock().await;
        self.beginning(records).await?;
        let noted: Vec<_> = self.shards.iter().map(|shard| lock(shard).begin()).collect();
        let written = put(records, &noted).await;
        for shard in &self.shards {
            match written {
                Ok(()) => drop(std::mem::take(&mut lock(shard).writing)),
                Err(_) => lock(shard).give_up(),
            }
        }
        written
    }

    /// The last usage of a key, if it was used since the beginning.
    pub(crate) async fn last(&self, records: &Records, key: &KeyRef) -> Result<Option<LastUsage>, Error> {
        // Memory first: a note that is written meanwhile is then found in both places rather than in none.
        let noted = self.shard(key).get(key).cloned();
        let found = records.get(&path(key)).await.map_err(Error::internal)?;
        let stored: Option<LastUsage> = found.as_ref().map(read).transpose()?;
        Ok(stored.into_iter().chain(noted).max_by_key(|note| note.at))
    }

    /// When notes of this store's keys began to be taken.
    pub(crate) async fn beginning(&self, records: &Records) -> Result<Timestamp, Error> {
        let begin = async || {
            loop {
                if let Some(found) = records.get(BEGINNING).await.map_err(Error::internal)? {
                    return Ok(read::<Beginning>(&found)?.at);
                }
                let mut changes = Changes::default();
                changes.expect_absent(BEGINNING).put(BEGINNING, write(&Beginning { at: self.opened })?);
                if let Commit::Done(_) = records.commit(changes).await.map_err(Error::internal)? {
                    return Ok(self.opened);
                }
            }
        };
        self.beginning.get_or_try_init(begin).await.copied()
    }

    /// Takes a key's usage away, among the changes that take the key away.
    pub(crate) fn forget(&self, key: &KeyRef, changes: &mut Changes) {
        self.shard(key).forget(key);
        changes.delete(&path(key));
    }

    fn shard(&self, key: &KeyRef) -> MutexGuard<'_, Shard> {
        let [first, ..] = &self.shards;
        let index = usize::try_from(self.hasher.hash_one(key) % SHARDS as u64).ok();
        lock(index.and_then(|index| self.shards.get(index)).unwrap_or(first))
    }
}

/// Writes notes to the store, in the order of their names: records that lie together are written together.
async fn put(records: &Records, parts: &[Arc<Notes>]) -> Result<(), Error> {
    let mut notes: Vec<_> = parts.iter().flat_map(|part| part.iter()).collect();
    notes.sort_unstable_by_key(|(key, _)| (&key.account, &key.region, key.id.as_str()));
    for round in notes.chunks(ROUND) {
        let mut changes = Changes::default();
        for (key, note) in round {
            changes.put(&path(key), write(note)?);
        }
        // Nothing is expected, so nothing conflicts.
        let _ = records.commit(changes).await.map_err(Error::internal)?;
    }
    Ok(())
}

impl Kms {
    /// Writes what was noted, if it is time to.
    pub(crate) async fn flush_due_usage(&self, now: Timestamp) -> Result<(), Error> {
        if self.usage().is_due(now) { self.flush_usage().await } else { Ok(()) }
    }

    /// Waits until so many uses are noted that they should be written before it is time to.
    pub async fn usage_to_write(&self) {
        self.usage().half_full.notified().await;
    }

    /// Writes down which keys were used, when and for what. The sweeper does, and a server that ends must.
    ///
    /// # Errors
    /// `KMSInternalException` when the store cannot be written; nothing is lost, and the next writing tries again.
    pub async fn flush_usage(&self) -> Result<(), Error> {
        self.usage().write(self.records()).await
    }
}

fn lock(shard: &Mutex<Shard>) -> MutexGuard<'_, Shard> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

fn path(key: &KeyRef) -> String {
    format!("usage/{}/{}/{}", key.account, key.region, key.id)
}
