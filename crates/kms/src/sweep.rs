//! The sweeper: erases what is dead already, rotates what is due, and writes down what was used.
//!
//! Nothing that dies depends on when it comes: expired material and keys whose waiting period is over are gone at
//! the instant they are read. It comes so that their bytes do not outlive them. A rotation is as late as it is. What
//! it cannot do it names in the log and passes by, so that one damaged record does not keep all others waiting.

mod together;

use std::sync::Arc;

use api::{Error, KeyState, RotationType, Timestamp};
use tokio::task::yield_now;

use self::together::Together;
use crate::cache::LiveKey;
use crate::family::Family;
use crate::key::RotationSchedule;
use crate::keys::{Due, Keys};
use crate::pipeline::{KeyRef, Stop};
use crate::rotation::rotate;
use crate::{Kms, spent};

/// How many keys are swept at the same time, whose commits share a sync of the disk. Ours: with 50 ms for a sync, more than
/// 2,000 keys a second; and the records of so many keys, 250 KiB at the most, are in memory at once.
const GROUP: u32 = 128;

/// What a sweep did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Keys erased because their waiting period was over.
    pub keys: usize,
    /// Materials erased because they had expired.
    pub materials: usize,
    /// Keys rotated because their schedule said so; a multi-Region key counts once.
    pub rotated: usize,
    /// What could not be done; the log says why.
    pub failed: usize,
}

/// What was done about a key.
enum Done {
    /// Nothing that counts.
    Nothing,
    Erased,
    /// So many of its materials were erased.
    Expired(usize),
    Rotated,
}

impl Swept {
    /// Counts what was done about a key; false after a conflict, when nothing was.
    fn count(&mut self, due: &Due, done: Result<Done, Stop>) -> bool {
        match done {
            Ok(Done::Nothing) => {}
            Ok(Done::Erased) => self.keys += 1,
            Ok(Done::Expired(materials)) => self.materials += materials,
            Ok(Done::Rotated) => self.rotated += 1,
            Err(Stop::Conflict) => return false,
            Err(Stop::Error(error)) => {
                self.failed += 1;
                let (region, key, cause) = (&due.region, due.id.as_str(), error.cause());
                tracing::error!(account = %due.account, region, key, cause, "what is due cannot be done");
            }
        }
        true
    }
}

impl Kms {
    /// Does everything that is due.
    ///
    /// # Errors
    /// `KMSInternalException` when what is due cannot be found out.
    pub async fn sweep(&self) -> Result<Swept, Error> {
        let now = self.clock().now();
        let mut swept = Swept::default();
        // It needs no store, and so is done whatever the store does.
        self.wrapping_keys().sweep(now);
        // Before the keys: what is written of a key that is then erased goes with it.
        if let Err(error) = self.flush_due_usage(now).await {
            swept.failed += 1;
            tracing::error!(cause = error.cause(), "last usage cannot be written");
        }
        let mut after: Option<String> = None;
        loop {
            let (due, last) = self.keys().due(now, after.as_deref(), GROUP).await?;
            self.sweep_group(&due, now, &mut swept).await;
            after = last;
            if after.is_none() {
                break;
            }
        }
        if let Err(error) = spent::sweep(self.records(), now).await {
            swept.failed += 1;
            tracing::error!(cause = error.cause(), "expired import tokens cannot be forgotten");
        }
        Ok(swept)
    }

    /// Does what is due of some keys at the same time, each of them in a commit of its own: what is in the way of one
    /// stops no other.
    async fn sweep_group(&self, group: &[Due], now: Timestamp, swept: &mut Swept) {
        let mut together = Together::default();
        for due in group {
            together.begin(async move { (due, self.sweep_key(due, now).await) }).await;
            // Requests go first.
            yield_now().await;
        }
        let mut again = Vec::new();
        for (due, done) in together.end().await {
            if !swept.count(due, done) {
                again.push(due);
            }
        }
        // Keys of one family stand in each other's way, but not one after the other. What a request changes even now,
        // the next sweep sees.
        for due in again {
            let done = self.sweep_key(due, now).await;
            swept.count(due, done);
        }
    }

    async fn sweep_key(&self, due: &Due, now: Timestamp) -> Result<Done, Stop> {
        let Some(key) = self.keys().load(&due.account, &due.region, &due.id).await? else {
            self.keys().commit_apart(Keys::forget_due(due)).await?;
            return Ok(Done::Nothing);
        };
        let arn = key.record.place(&self.settings().partition).key_arn(&key.record.id);
        match key.record.state(now) {
            None => {
                self.erase(&key).await?;
                tracing::info!(key = %arn, "key deleted: its waiting period is over");
                Ok(Done::Erased)
            }
            Some(KeyState::Enabled) if key.record.rotation.is_some_and(|schedule| schedule.is_due(now)) => {
                self.rotate(&key, &arn, now).await
            }
            Some(_) => self.erase_expired(&key, &arn, now).await,
        }
    }

    /// Erases a key that is no more, with everything that hangs on it.
    pub(crate) async fn erase(&self, key: &LiveKey) -> Result<(), Stop> {
        let mut changes = self.keys().remove(key).await?;
        self.usage().forget(&KeyRef::of(&key.record), &mut changes);
        self.keys().commit(&key.record, changes).await
    }

    async fn erase_expired(&self, key: &LiveKey, arn: &str, now: Timestamp) -> Result<Done, Stop> {
        let mut record = key.record.clone();
        let mut expired = Vec::new();
        for material in
            record.materials.iter_mut().filter(|material| material.stored && !material.is_present(now))
        {
            material.stored = false;
            expired.push(material.id.clone());
        }
        if expired.is_empty() {
            return Ok(Done::Nothing);
        }
        let changes = Keys::replace(Some(key), &record)?;
        self.keys().commit(&record, changes).await?;
        for material in &expired {
            tracing::info!(key = %arn, %material, "imported key material deleted: it has expired");
        }
        Ok(Done::Expired(expired.len()))
    }

    async fn rotate(&self, key: &Arc<LiveKey>, arn: &str, now: Timestamp) -> Result<Done, Stop> {
        let family = Family::of(self.keys(), key, now).await?;
        let mut edit = rotate(self.records(), family, arn, RotationType::Automatic, now)?;
        let primary = edit.primary()?;
        let next = |schedule: RotationSchedule| RotationSchedule::starting(now, schedule.period_days);
        primary.rotation = primary.rotation.map(next);
        edit.commit(self.keys()).await?;
        tracing::info!(key = %arn, "key rotated: its rotation period is over");
        Ok(Done::Rotated)
    }
}
