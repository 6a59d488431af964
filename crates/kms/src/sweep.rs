//! The sweeper: erases what is dead already, rotates what is due, and writes down what was used.
//!
//! Nothing that dies depends on when it comes: expired material and keys whose waiting period is over are gone at
//! the instant they are read. It comes so that their bytes do not outlive them. A rotation is as late as it is. What
//! it cannot do it names in the log and passes by, so that one damaged record does not keep all others waiting.

use std::sync::Arc;

use api::{Error, KeyState, RotationType, Timestamp};

use crate::cache::LiveKey;
use crate::family::Family;
use crate::key::RotationSchedule;
use crate::keys::{Due, Keys};
use crate::pipeline::{KeyRef, Stop};
use crate::rotation::rotate;
use crate::{Kms, spent};

/// How many due entries are looked at together.
const ROUND: u32 = 256;

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

impl Kms {
    /// Does everything that is due.
    ///
    /// # Errors
    /// `KMSInternalException` when what is due cannot be found out.
    pub async fn sweep(&self) -> Result<Swept, Error> {
        let now = self.clock().now();
        let mut swept = Swept::default();
        // Before the keys: what is written of a key that is then erased goes with it.
        if let Err(error) = self.flush_usage().await {
            swept.failed += 1;
            tracing::error!(cause = error.cause(), "last usage cannot be written");
        }
        let mut after: Option<String> = None;
        loop {
            let (due, last) = self.keys().due(now, after.as_deref(), ROUND).await?;
            for entry in &due {
                if let Err(error) = self.sweep_key(entry, now, &mut swept).await {
                    swept.failed += 1;
                    let (region, key, cause) = (&entry.region, entry.id.as_str(), error.cause());
                    tracing::error!(account = %entry.account, region, key, cause, "what is due cannot be done");
                }
            }
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

    async fn sweep_key(&self, due: &Due, now: Timestamp, swept: &mut Swept) -> Result<(), Error> {
        let Some(key) = self.keys().load(&due.account, &due.region, &due.id).await? else {
            return happened(self.keys().commit_apart(Keys::forget_due(due)).await).map(drop);
        };
        let arn = key.record.place(&self.settings().partition).key_arn(&key.record.id);
        match key.record.state(now) {
            None => {
                if happened(self.erase(&key).await)? {
                    swept.keys += 1;
                    tracing::info!(key = %arn, "key deleted: its waiting period is over");
                }
                Ok(())
            }
            Some(KeyState::Enabled) if key.record.rotation.is_some_and(|schedule| schedule.is_due(now)) => {
                self.rotate(&key, &arn, now, swept).await
            }
            Some(_) => self.erase_expired(&key, &arn, now, swept).await,
        }
    }

    /// Erases a key that is no more, with everything that hangs on it.
    pub(crate) async fn erase(&self, key: &LiveKey) -> Result<(), Stop> {
        let mut changes = self.keys().remove(key).await?;
        self.usage().forget(&KeyRef::of(&key.record), &mut changes);
        self.keys().commit(&key.record, changes).await
    }

    async fn erase_expired(
        &self,
        key: &LiveKey,
        arn: &str,
        now: Timestamp,
        swept: &mut Swept,
    ) -> Result<(), Error> {
        let mut record = key.record.clone();
        let mut expired = Vec::new();
        for material in
            record.materials.iter_mut().filter(|material| material.stored && !material.is_present(now))
        {
            material.stored = false;
            expired.push(material.id.clone());
        }
        if expired.is_empty() {
            return Ok(());
        }
        let changes = Keys::replace(Some(key), &record)?;
        if happened(self.keys().commit(&record, changes).await)? {
            swept.materials += expired.len();
            for material in expired {
                tracing::info!(key = %arn, %material, "imported key material deleted: it has expired");
            }
        }
        Ok(())
    }

    async fn rotate(
        &self,
        key: &Arc<LiveKey>,
        arn: &str,
        now: Timestamp,
        swept: &mut Swept,
    ) -> Result<(), Error> {
        let rotated = async {
            let family = Family::of(self.keys(), key, now).await?;
            let mut edit = rotate(self.records(), family, arn, RotationType::Automatic, now)?;
            let primary = edit.primary()?;
            let next = |schedule: RotationSchedule| RotationSchedule::starting(now, schedule.period_days);
            primary.rotation = primary.rotation.map(next);
            edit.commit(self.keys()).await
        };
        if happened(rotated.await)? {
            swept.rotated += 1;
            tracing::info!(key = %arn, "key rotated: its rotation period is over");
        }
        Ok(())
    }
}

/// Whether a commit happened. After a conflict nothing was done, and the next sweep sees what the other change left.
fn happened(committed: Result<(), Stop>) -> Result<bool, Error> {
    match committed {
        Ok(()) => Ok(true),
        Err(Stop::Conflict) => Ok(false),
        Err(Stop::Error(error)) => Err(error),
    }
}
