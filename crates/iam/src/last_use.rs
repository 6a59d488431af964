//! When an access key was last used, so that those which nobody uses any more can be told and deleted.
//!
//! Noted at most once a day and access key, in a record of its own, so that it is no change of the account. It is
//! coarse, and may be lost: nothing depends on it.

use seal::{Changes, Commit, Records};
use serde::{Deserialize, Serialize};

use crate::IamError;
use crate::records::{AccessKeyRecord, to_json};

/// Access keys of which it is remembered that today's use is noted.
const REMEMBERED: usize = 10_000;
const DAY: i64 = 24 * 60 * 60;

/// A use of an access key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LastUse {
    /// Seconds since the epoch.
    pub(crate) at: i64,
    /// The service that was asked, as signatures name it: `kms`.
    pub(crate) service: String,
    pub(crate) region: String,
}

/// Notes uses.
pub(crate) struct LastUses(quick_cache::sync::Cache<String, i64>);

impl LastUses {
    pub(crate) fn new() -> Self {
        Self(quick_cache::sync::Cache::new(REMEMBERED))
    }

    /// Whether it is remembered that a use on the day of `now` is noted.
    pub(crate) fn is_noted(&self, id: &str, now: i64) -> bool {
        self.0.get(id) == Some(now.div_euclid(DAY))
    }

    /// Notes that a long-lived access key was used, unless it was noted on the same day.
    pub(crate) async fn note(&self, records: &Records, id: &str, used: &LastUse) -> Result<(), IamError> {
        let day = used.at.div_euclid(DAY);
        let key = AccessKeyRecord::key(id);
        // Those of development have no record, and of a deleted one nothing is to be left behind.
        if let Some(access_key) = records.get(&key).await?
            && last_use(records, id).await?.is_none_or(|noted| noted.at.div_euclid(DAY) < day)
        {
            let mut changes = Changes::default();
            changes.expect(&key, access_key.revision).put(&last_use_key(id), to_json(used));
            if let Commit::Conflict = records.commit(changes).await? {
                // The access key was changed at this moment: the next use notes.
                return Ok(());
            }
        }
        self.0.insert(id.to_owned(), day);
        Ok(())
    }
}

/// The last use that was noted.
pub(crate) async fn last_use(records: &Records, id: &str) -> Result<Option<LastUse>, IamError> {
    let key = last_use_key(id);
    let Some(record) = records.get(&key).await? else { return Ok(None) };
    serde_json::from_slice(record.plaintext.expose()).map(Some).map_err(|_| IamError::Record { key })
}

/// The key of the record of an access key's last use.
pub(crate) fn last_use_key(id: &str) -> String {
    format!("iam/access-key-use/{id}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Bench, NOW, allow};

    #[tokio::test]
    async fn is_noted_once_a_day() {
        let bench = Bench::new().await;
        let (_, key) = bench.user("alice", &allow("*")).await;
        let midnight = NOW - NOW % DAY;
        assert_eq!(last_use(&bench.records, &key.id).await.unwrap(), None);
        for (now, service, noted) in [
            (midnight, "kms", (midnight, "kms")),
            (midnight + DAY - 1, "iam", (midnight, "kms")),
            (midnight + DAY, "iam", (midnight + DAY, "iam")),
            // A clock put back.
            (midnight, "sts", (midnight + DAY, "iam")),
        ] {
            // On this node, and on another that does not remember.
            bench.identities.note_use(&key.id, service, "eu-west-1", now).await.unwrap();
            bench.other_node().await.note_use(&key.id, "other", "eu-west-1", now).await.unwrap();
            let found = last_use(&bench.records, &key.id).await.unwrap().unwrap();
            assert_eq!(
                (found.at, found.service.as_str(), found.region.as_str()),
                (noted.0, noted.1, "eu-west-1")
            );
        }
    }

    #[tokio::test]
    async fn costs_nothing_for_the_rest_of_the_day_and_changes_no_account() {
        let bench = Bench::new().await;
        let (_, key) = bench.user("alice", &allow("*")).await;
        let before = bench.find(&key.id, None).await.unwrap();
        bench.identities.note_use(&key.id, "kms", "eu-west-1", NOW).await.unwrap();
        assert!(std::sync::Arc::ptr_eq(&before, &bench.find(&key.id, None).await.unwrap()));
        bench.store.reads();
        bench.identities.note_use(&key.id, "kms", "eu-west-1", NOW + 1).await.unwrap();
        assert_eq!(bench.store.reads(), 0);
    }

    #[tokio::test]
    async fn leaves_nothing_of_what_is_deleted_or_was_never_there() {
        let bench = Bench::new().await;
        let (_, key) = bench.user("alice", &allow("*")).await;
        bench.identities.note_use(&key.id, "kms", "eu-west-1", NOW).await.unwrap();
        bench
            .write(|writes| {
                writes.delete_access_key(&key);
            })
            .await;
        bench.identities.note_use(&key.id, "kms", "eu-west-1", NOW + DAY).await.unwrap();
        for id in [key.id.as_str(), "test", "ASIAIOSFODNN7EXAMPLE", "a/b", ""] {
            bench.identities.note_use(id, "kms", "eu-west-1", NOW).await.unwrap();
            assert!(bench.store.raw(&last_use_key(id)).await.is_none(), "{id}");
        }
    }
}
