//! The sweeper: erases what is dead already.
//!
//! Nothing depends on when it comes: expired material and keys whose waiting period is over are gone at the
//! instant they are read. It comes so that their bytes do not outlive them. What it cannot erase it names in the
//! log and passes by, so that one damaged record does not keep all others alive.

use api::{Error, Timestamp};

use crate::keys::{Due, Keys};
use crate::pipeline::Stop;
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
    /// Due entries that could not be seen to; the log says why.
    pub failed: usize,
}

impl Kms {
    /// Erases everything that is due.
    ///
    /// # Errors
    /// `KMSInternalException` when what is due cannot be found out.
    pub async fn sweep(&self) -> Result<Swept, Error> {
        let now = self.clock().now();
        let mut swept = Swept::default();
        let mut last: Option<Due> = None;
        loop {
            let due = self.keys().due(now, last.as_ref(), ROUND).await?;
            for entry in &due {
                if let Err(error) = self.sweep_key(entry, now, &mut swept).await {
                    swept.failed += 1;
                    let (region, key, cause) = (&entry.region, entry.id.as_str(), error.cause());
                    tracing::error!(account = %entry.account, region, key, cause, "what is due cannot be erased");
                }
            }
            last = due.into_iter().next_back();
            if last.is_none() {
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
        let mut record = key.record.clone();
        let arn = record.place(&self.settings().partition).key_arn(&record.id);
        if record.state(now).is_none() {
            let changes = self.keys().remove(&key).await?;
            if happened(self.keys().commit(&record, changes).await)? {
                swept.keys += 1;
                tracing::info!(key = %arn, "key deleted: its waiting period is over");
            }
            return Ok(());
        }
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
        let changes = Keys::replace(Some(&key), &record)?;
        if happened(self.keys().commit(&record, changes).await)? {
            swept.materials += expired.len();
            for material in expired {
                tracing::info!(key = %arn, %material, "imported key material deleted: it has expired");
            }
        }
        Ok(())
    }
}

/// Whether a commit happened. After a conflict nothing was erased, and the next sweep sees what the other change left.
fn happened(committed: Result<(), Stop>) -> Result<bool, Error> {
    match committed {
        Ok(()) => Ok(true),
        Err(Stop::Conflict) => Ok(false),
        Err(Stop::Error(error)) => Err(error),
    }
}
