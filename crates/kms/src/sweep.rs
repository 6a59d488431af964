//! The sweeper: erases what is dead already.
//!
//! Nothing depends on when it comes: expired material and keys whose waiting period is over are gone at the
//! instant they are read. It comes so that their bytes do not outlive them.

use api::{Error, Timestamp};

use crate::Kms;
use crate::keys::{Due, Keys};
use crate::pipeline::Stop;

/// How many due entries one round takes.
const ROUND: u32 = 256;

/// What a sweep erased.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Keys whose waiting period was over.
    pub keys: usize,
    /// Materials that had expired.
    pub materials: usize,
}

impl Kms {
    /// Erases everything that is due.
    ///
    /// # Errors
    /// `KMSInternalException` when the store fails; what was erased before stays erased.
    pub async fn sweep(&self) -> Result<Swept, Error> {
        let now = self.clock().now();
        let mut swept = Swept::default();
        loop {
            let due = self.keys().due(now, ROUND).await?;
            let mut moved = false;
            for entry in &due {
                moved |= self.sweep_key(entry, now, &mut swept).await?;
            }
            if !moved {
                return Ok(swept);
            }
        }
    }

    /// Whether anything changed; false after a conflict too: the next sweep sees what the other change left.
    async fn sweep_key(&self, due: &Due, now: Timestamp, swept: &mut Swept) -> Result<bool, Error> {
        let Some(key) = self.keys().load(&due.account, &due.region, &due.id).await? else {
            return Ok(false);
        };
        let mut record = key.record.clone();
        let changes = if record.state(now).is_none() {
            self.keys().remove(&key).await?
        } else {
            let expired: Vec<_> = record
                .materials
                .iter_mut()
                .filter(|material| material.stored && !material.is_present(now))
                .collect();
            let mut erased = Vec::with_capacity(expired.len());
            for material in expired {
                material.stored = false;
                erased.push(material.id.clone());
            }
            if erased.is_empty() {
                return Ok(false);
            }
            let mut changes = Keys::replace(Some(&key), &record)?;
            for id in &erased {
                Keys::erase_material(&mut changes, &record, id);
            }
            changes
        };
        match self.keys().commit(&record, changes).await {
            Ok(()) => {}
            Err(Stop::Conflict) => return Ok(false),
            Err(Stop::Error(error)) => return Err(error),
        }
        let arn = record.place(&self.settings().partition).key_arn(&record.id);
        if record.state(now).is_none() {
            swept.keys += 1;
            tracing::info!(key = %arn, "key deleted: its waiting period is over");
        } else {
            let erased = record
                .materials
                .iter()
                .zip(&key.record.materials)
                .filter(|(new, old)| old.stored && !new.stored);
            for (material, _) in erased {
                swept.materials += 1;
                tracing::info!(key = %arn, material = %material.id, "imported key material deleted: it has expired");
            }
        }
        Ok(true)
    }
}
