//! The record of a key: a plain value that the store keeps sealed.

use api::{KeyMaterialState, KeySpec, KeyUsage, MultiRegionKeyType, OriginType, Tag, Timestamp};
use serde::{Deserialize, Serialize};

use super::{MaterialId, MaterialRecord};
use crate::arn::{KeyId, Place};

/// Everything about a key but the bytes of its materials.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct KeyRecord {
    pub(crate) id: KeyId,
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) created: Timestamp,
    pub(crate) description: String,
    pub(crate) spec: KeySpec,
    pub(crate) usage: KeyUsage,
    pub(crate) origin: OriginType,
    pub(crate) policy: String,
    pub(crate) tags: Vec<Tag>,
    pub(crate) multi_region: Option<MultiRegionRecord>,
    /// What its owner last switched it to.
    pub(crate) enabled: bool,
    /// The end of its waiting period, once deletion is scheduled.
    pub(crate) deletion_date: Option<Timestamp>,
    /// In the order in which they came.
    pub(crate) materials: Vec<MaterialRecord>,
    /// How often `RotateKeyOnDemand` has been carried out in its life.
    pub(crate) on_demand_rotations: u32,
}

/// The primary and the replicas of a multi-Region key, as one of them knows them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MultiRegionRecord {
    pub(crate) key_type: MultiRegionKeyType,
    pub(crate) primary_region: String,
    pub(crate) replica_regions: Vec<String>,
}

impl KeyRecord {
    pub(crate) fn place(&self, partition: &str) -> Place {
        Place { partition: partition.to_owned(), account: self.account.clone(), region: self.region.clone() }
    }

    /// Whether several materials may be associated over time: only then do ids and import types exist.
    pub(crate) fn is_symmetric_encryption(&self) -> bool {
        self.spec == KeySpec::SymmetricDefault
    }

    pub(crate) fn current(&self) -> Option<&MaterialRecord> {
        self.materials.iter().find(|material| material.state == KeyMaterialState::Current)
    }

    pub(crate) fn pending(&self) -> Option<&MaterialRecord> {
        self.materials.iter().find(|material| material.is_pending())
    }

    pub(crate) fn material(&self, id: &MaterialId) -> Option<&MaterialRecord> {
        self.materials.iter().find(|material| material.id == *id)
    }

    pub(crate) fn material_mut(&mut self, id: &MaterialId) -> Option<&mut MaterialRecord> {
        self.materials.iter_mut().find(|material| material.id == *id)
    }
}
