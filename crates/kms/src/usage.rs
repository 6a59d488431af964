//! When each key was last used, and for what: what `GetKeyLastUsage` tells.
//!
//! A request does not wait for a commit of its own: it leaves a note in memory, the latest of each key, and the
//! sweeper writes what has been noted, as does a server that ends. A crash loses the notes since the last sweep,
//! never an earlier one. A note leaves memory only once it is in the store, and who reads takes the later of the
//! two, so an answer is exact as long as the server runs.
//!
//! | record | name | value |
//! |---|---|---|
//! | last usage | `usage/<account>/<region>/<key id>` | [`LastUsage`] as JSON; goes with its key |
//! | beginning | `tracking` | [`Beginning`] as JSON: before it, nothing was noted |

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::{Mutex, MutexGuard, PoisonError};

use api::{Error, KeyLastUsageTrackingOperation, Timestamp};
use seal::{Changes, Commit, Records};
use serde::{Deserialize, Serialize};
use tokio::sync::OnceCell;

use crate::Kms;
use crate::keys::{read, write};
use crate::pipeline::KeyRef;

/// In how many parts the notes lie: requests for different keys seldom want the same lock.
const SHARDS: usize = 16;
/// How many keys a part holds. The request that finds its part full waits until all notes are written.
const SHARD_KEYS: usize = 4096;
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

type Shard = HashMap<KeyRef, LastUsage>;

/// The notes that are not in the store yet.
pub(crate) struct Usage {
    /// When this engine began to take notes.
    opened: Timestamp,
    /// When the first engine on this store did.
    beginning: OnceCell<Timestamp>,
    hasher: RandomState,
    /// How many keys each of the shards may hold.
    room: usize,
    shards: [Mutex<Shard>; SHARDS],
    /// Held while notes are written, so that no older note overtakes a newer one on its way to the store.
    writing: tokio::sync::Mutex<()>,
}

impl Usage {
    /// Takes notes from `opened` on.
    pub(crate) fn new(opened: Timestamp) -> Self {
        Self::with_room(opened, SHARD_KEYS)
    }

    fn with_room(opened: Timestamp, room: usize) -> Self {
        Self {
            opened,
            beginning: OnceCell::new(),
            hasher: RandomState::new(),
            room,
            shards: Default::default(),
            writing: tokio::sync::Mutex::default(),
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
        let Err((key, note)) = self.keep(key, note) else {
            return;
        };
        if let Err(error) = self.write(records).await {
            tracing::error!(cause = error.cause(), "last usage cannot be written");
        }
        if let Err((key, _)) = self.keep(key, note) {
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
    fn keep(&self, key: KeyRef, note: LastUsage) -> Result<(), (KeyRef, LastUsage)> {
        let mut shard = self.shard(&key);
        let full = shard.len() >= self.room;
        match shard.get_mut(&key) {
            Some(known) if note.at < known.at => {}
            Some(known) => *known = note,
            None if full => return Err((key, note)),
            None => drop(shard.insert(key, note)),
        }
        Ok(())
    }

    /// Writes all notes to the store. What is written leaves memory, what cannot be written stays.
    pub(crate) async fn write(&self, records: &Records) -> Result<(), Error> {
        let _one_at_a_time = self.writing.lock().await;
        self.beginning(records).await?;
        for shard in &self.shards {
            let noted: Vec<_> = lock(shard).iter().map(|(key, note)| (key.clone(), note.clone())).collect();
            for round in noted.chunks(ROUND) {
                let mut changes = Changes::default();
                for (key, note) in round {
                    changes.put(&path(key), write(note)?);
                }
                // Nothing is expected, so nothing conflicts.
                let _ = records.commit(changes).await.map_err(Error::internal)?;
                let mut shard = lock(shard);
                for (key, note) in round {
                    if shard.get(key) == Some(note) {
                        shard.remove(key);
                    }
                }
            }
        }
        Ok(())
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
        self.shard(key).remove(key);
        changes.delete(&path(key));
    }

    fn shard(&self, key: &KeyRef) -> MutexGuard<'_, Shard> {
        let [first, ..] = &self.shards;
        let index = usize::try_from(self.hasher.hash_one(key) % SHARDS as u64).ok();
        lock(index.and_then(|index| self.shards.get(index)).unwrap_or(first))
    }
}

impl Kms {
    /// Writes down which keys were used, when and for what. The sweeper does, and a server that ends must.
    ///
    /// # Errors
    /// `KMSInternalException` when the store cannot be written; nothing is lost, and the next sweep tries again.
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use seal::RootKey;
    use store::Memory;

    use super::*;
    use crate::arn::KeyId;

    const AT: Timestamp = Timestamp::from_seconds(1_767_225_600);

    async fn records() -> Records {
        Records::open(Arc::new(Memory::default()), &RootKey::generate()).await.unwrap()
    }

    fn key() -> KeyRef {
        KeyRef {
            account: "000000000000".to_owned(),
            region: "eu-west-1".to_owned(),
            id: KeyId::generate(false),
        }
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
}
