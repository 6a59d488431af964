//! Multi-Region keys: a primary with its replicas, which share id, material and rotation and nothing else.
//!
//! Every Region of the server lives in the same store, so what concerns several keys of a family changes in one
//! commit. The primary's record knows the family; a replica's only where its primary is. The list of materials is
//! the primary's everywhere: a replica says of each only whether it has it, until when, and what it calls it.

use std::sync::Arc;

use api::{Error, KeyMaterialState, OriginType, Timestamp};
use crypto::Material;
use seal::Changes;

use crate::authorize::Permit;
use crate::cache::LiveKey;
use crate::key::{KeyRecord, MaterialId, MaterialRecord, MultiRegion};
use crate::keys::Keys;
use crate::pipeline::{Context, Stop};

/// A primary and its replicas that are there now. A key of a single Region is a primary without replicas.
pub(crate) struct Family {
    pub(crate) primary: Arc<LiveKey>,
    pub(crate) replicas: Vec<Arc<LiveKey>>,
}

impl Context<'_> {
    /// The family of a key.
    pub(crate) async fn family(&self, key: &Permit<'_>) -> Result<Family, Stop> {
        Family::of(self.keys(), key.live(), self.now()).await
    }

    /// The primary of a key's family: itself, unless it is a replica.
    pub(crate) async fn primary(&self, key: &Permit<'_>) -> Result<Arc<LiveKey>, Stop> {
        self.primary_of(key.live()).await
    }

    /// The same for a key of which nothing but its metadata is told.
    pub(crate) async fn primary_of(&self, key: &Arc<LiveKey>) -> Result<Arc<LiveKey>, Stop> {
        let record = &key.record;
        if !record.is_replica() {
            return Ok(Arc::clone(key));
        }
        let found = self.keys().load(&record.account, record.primary_region(), &record.id).await?;
        found.ok_or(Stop::Conflict)
    }
}

impl Family {
    /// The family of a key, as of one moment: what changes meanwhile is a conflict.
    pub(crate) async fn of(keys: &Keys, key: &Arc<LiveKey>, now: Timestamp) -> Result<Self, Stop> {
        let record = &key.record;
        let load = async |region: &str| {
            if region == record.region {
                return Ok(Arc::clone(key));
            }
            let found = keys.load(&record.account, region, &record.id).await?;
            // A relative that its family knows and the store does not: someone is changing both.
            found.ok_or(Stop::Conflict)
        };
        let primary = load(record.primary_region()).await?;
        if primary.record.is_replica() {
            return Err(Stop::Conflict);
        }
        let mut replicas = Vec::new();
        for replica in primary.record.replicas().iter().filter(|replica| replica.is_alive(now)) {
            replicas.push(load(&replica.region).await?);
        }
        Ok(Self { primary, replicas })
    }

    /// A key with its primary alone, for what concerns no sibling: so one that cannot be read holds nobody up.
    pub(crate) async fn without_siblings(keys: &Keys, key: &Arc<LiveKey>) -> Result<Self, Stop> {
        let record = &key.record;
        if !record.is_replica() {
            return Ok(Self { primary: Arc::clone(key), replicas: Vec::new() });
        }
        let primary = keys.load(&record.account, record.primary_region(), &record.id).await?;
        let primary = primary.filter(|primary| !primary.record.is_replica()).ok_or(Stop::Conflict)?;
        Ok(Self { primary, replicas: vec![Arc::clone(key)] })
    }

    /// Begins a change of the whole family.
    pub(crate) fn edit(self) -> Edit {
        let members: Vec<_> = std::iter::once(self.primary).chain(self.replicas).collect();
        let records = members.iter().map(|member| member.record.clone()).collect();
        Edit { members, records, changes: Changes::default() }
    }

    /// What a material's part in the key is, seen from the whole family: one that waits for rotation waits until
    /// every replica has it. Replicas that are about to be deleted are not waited for.
    pub(crate) fn material_state(&self, material: &MaterialRecord, now: Timestamp) -> KeyMaterialState {
        if material.state == KeyMaterialState::PendingRotation && !self.all_have(&material.id, now) {
            return KeyMaterialState::PendingMultiRegionImportAndRotation;
        }
        material.state
    }

    fn all_have(&self, id: &MaterialId, now: Timestamp) -> bool {
        let waited_for = self.replicas.iter().filter(|replica| replica.record.deletion.is_none());
        let mut members = std::iter::once(&self.primary).chain(waited_for);
        members.all(|member| member.record.material(id).is_some_and(|material| material.is_present(now)))
    }
}

/// A change of a family: its members as they were read, and as they shall be.
pub(crate) struct Edit {
    members: Vec<Arc<LiveKey>>,
    /// The primary first. Longer than `members` by those that are new.
    records: Vec<KeyRecord>,
    changes: Changes,
}

impl Edit {
    /// The record of the member in a Region.
    pub(crate) fn member(&mut self, region: &str) -> Result<&mut KeyRecord, Error> {
        let found = self.records.iter_mut().find(|record| record.region == region);
        found.ok_or_else(|| Error::internal("a key is not of its own family"))
    }

    /// The primary's record, as the family was read.
    pub(crate) fn primary(&mut self) -> Result<&mut KeyRecord, Error> {
        self.records.first_mut().ok_or_else(|| Error::internal("a family without a primary"))
    }

    /// Every record.
    pub(crate) fn records(&mut self) -> &mut [KeyRecord] {
        &mut self.records
    }

    /// Adds a new member.
    pub(crate) fn add(&mut self, record: KeyRecord) {
        self.records.push(record);
    }

    /// Gives the bytes of a material to the member in `region`.
    pub(crate) fn put_material(
        &mut self,
        region: &str,
        id: &MaterialId,
        material: &Material,
    ) -> Result<(), Error> {
        let record = self.records.iter().find(|record| record.region == region);
        let record = record.ok_or_else(|| Error::internal("a key is not of its own family"))?;
        Keys::put_material(&mut self.changes, record, id, material);
        Ok(())
    }

    /// Gives the bytes of a material to every member.
    pub(crate) fn put_material_everywhere(&mut self, id: &MaterialId, material: &Material) {
        for record in &self.records {
            Keys::put_material(&mut self.changes, record, id, material);
        }
    }

    /// What else belongs to the change.
    pub(crate) fn also(&mut self) -> &mut Changes {
        &mut self.changes
    }

    /// Carries the change out, if every member still is as it was read.
    pub(crate) async fn commit(mut self, keys: &Keys) -> Result<(), Stop> {
        self.align()?;
        let mut changes = self.changes;
        let mut before = self.members.iter();
        for record in &self.records {
            match before.next() {
                Some(member) if member.record == *record => changes.append(Keys::expect(member)),
                member => changes.append(Keys::replace(member.map(AsRef::as_ref), record)?),
            };
        }
        keys.commit_all(&self.records, changes).await
    }

    /// Gives every replica the primary's list of materials.
    fn align(&mut self) -> Result<(), Error> {
        let is_primary = |record: &KeyRecord| !record.is_replica();
        let primary = self.records.iter().find(|record| is_primary(record)).cloned();
        let primary = primary.ok_or_else(|| Error::internal("a family without a primary"))?;
        for replica in self.records.iter_mut().filter(|record| !is_primary(record)) {
            replica.on_demand_rotations = primary.on_demand_rotations;
            let own = std::mem::take(&mut replica.materials);
            replica.materials = primary
                .materials
                .iter()
                .map(|material| {
                    let own = own.iter().find(|own| own.id == material.id);
                    MaterialRecord {
                        stored: match primary.origin {
                            OriginType::External => own.is_some_and(|own| own.stored),
                            _ => material.stored,
                        },
                        valid_to: own.and_then(|own| own.valid_to),
                        description: own.and_then(|own| own.description.clone()),
                        ..material.clone()
                    }
                })
                .collect();
        }
        Ok(())
    }
}

impl Keys {
    /// The changes that make a primary forget a replica that is no more.
    pub(crate) async fn forget_replica(&self, replica: &KeyRecord) -> Result<Changes, Error> {
        let Some(MultiRegion::Replica { primary_region }) = &replica.multi_region else {
            return Ok(Changes::default());
        };
        let primary = match self.load(&replica.account, primary_region, &replica.id).await {
            Ok(Some(primary)) => primary,
            Ok(None) => return Ok(Changes::default()),
            Err(error) => {
                // The replica's material does not outlive it for that.
                let (key, cause) = (replica.id.as_str(), error.cause());
                tracing::error!(key, region = primary_region, cause, "a primary key cannot be read");
                return Ok(Changes::default());
            }
        };
        let mut record = primary.record.clone();
        if let Some(crate::key::Deletion::AfterReplicas { since, .. }) = &mut record.deletion {
            *since = (*since).max(replica.deletion_date().unwrap_or(*since));
        }
        if let Some(MultiRegion::Primary { replicas }) = &mut record.multi_region {
            replicas.retain(|known| known.region != replica.region);
        }
        Self::replace(Some(&primary), &record)
    }
}
