//! The record of a key: a plain value that the store keeps sealed.

use std::collections::BTreeMap;
use std::sync::Arc;

use api::{KeyManagerType, KeyMaterialState, KeySpec, KeyUsage, OriginType, Tag, Timestamp};
use serde::{Deserialize, Serialize};

use super::{MaterialId, MaterialRecord, former, mac_algorithm};
use crate::arn::{KeyId, Place};

/// Everything about a key but the bytes of its materials. A field that this version does not know is refused: what it
/// says may be why the key must not be used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeyRecord {
    pub(crate) id: KeyId,
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) created: Timestamp,
    pub(crate) description: String,
    pub(crate) spec: KeySpec,
    pub(crate) usage: KeyUsage,
    pub(crate) origin: OriginType,
    /// AWS for the key behind a predefined alias, which only a service could use.
    #[serde(default = "former::manager")]
    pub(crate) manager: KeyManagerType,
    pub(crate) policy: Arc<str>,
    /// The unique ids that the users, roles and sessions in the policy had when it was put: by their ARNs.
    #[serde(default)]
    pub(crate) policy_principals: Arc<BTreeMap<String, String>>,
    pub(crate) tags: Vec<Tag>,
    #[serde(deserialize_with = "former::multi_region")]
    pub(crate) multi_region: Option<MultiRegion>,
    /// What its owner last switched it to.
    pub(crate) enabled: bool,
    /// Its deletion, once it is scheduled.
    #[serde(alias = "deletion_date", deserialize_with = "former::deletion")]
    pub(crate) deletion: Option<Deletion>,
    /// What it is going through, if anything.
    pub(crate) transition: Option<Transition>,
    /// When it is rotated by itself; on the primary only, whose replicas follow.
    pub(crate) rotation: Option<RotationSchedule>,
    /// In the order in which they came.
    pub(crate) materials: Vec<MaterialRecord>,
    /// How often `RotateKeyOnDemand` has been carried out in its life.
    pub(crate) on_demand_rotations: u32,
}

/// When a key is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Deletion {
    /// Then.
    On(Timestamp),
    /// A primary with replicas: so many days after the last of them is gone, and not before so many days after
    /// `since`.
    AfterReplicas {
        /// Days.
        days: i64,
        /// When it was scheduled, or when a replica that is forgotten by now was deleted.
        since: Timestamp,
    },
}

/// What one key of a multi-Region key knows of the others. The primary knows them all, a replica its primary.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum MultiRegion {
    /// The key that the others were made from.
    Primary {
        /// In the order in which they came; also those whose waiting period is over and that are not swept yet.
        replicas: Vec<Replica>,
    },
    /// One that was made from it.
    Replica {
        /// Where the primary is.
        primary_region: String,
    },
}

/// A replica as its primary knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Replica {
    pub(crate) region: String,
    /// The same as in the replica's own record: so that the primary's state needs no other record.
    pub(crate) deletion_date: Option<Timestamp>,
}

impl Replica {
    /// Whether it is there at `now`.
    pub(crate) fn is_alive(&self, now: Timestamp) -> bool {
        self.deletion_date.is_none_or(|date| now < date)
    }
}

/// A state that ends by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Transition {
    pub(crate) kind: TransitionKind,
    pub(crate) until: Timestamp,
}

/// Which state that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum TransitionKind {
    /// A replica that was just made.
    Creating,
    /// A key whose primary Region was just changed.
    Updating,
}

/// Automatic rotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RotationSchedule {
    pub(crate) period_days: i64,
    /// When it is due next.
    pub(crate) next: Timestamp,
}

impl KeyRecord {
    pub(crate) fn place(&self, partition: &str) -> Place {
        Place { partition: partition.to_owned(), account: self.account.clone(), region: self.region.clone() }
    }

    /// Whether several materials may be associated over time: only then do ids and import types exist.
    pub(crate) fn is_symmetric_encryption(&self) -> bool {
        self.spec == KeySpec::SymmetricDefault
    }

    /// Whether it is a key pair.
    pub(crate) fn is_asymmetric(&self) -> bool {
        !self.is_symmetric_encryption() && mac_algorithm(self.spec).is_none()
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

    /// Whether it is a replica.
    pub(crate) fn is_replica(&self) -> bool {
        matches!(self.multi_region, Some(MultiRegion::Replica { .. }))
    }

    /// Where the primary of its family is; its own Region if it has none.
    pub(crate) fn primary_region(&self) -> &str {
        match &self.multi_region {
            Some(MultiRegion::Replica { primary_region }) => primary_region,
            _ => &self.region,
        }
    }

    /// The replicas of a primary; none for every other key.
    pub(crate) fn replicas(&self) -> &[Replica] {
        match &self.multi_region {
            Some(MultiRegion::Primary { replicas }) => replicas,
            _ => &[],
        }
    }
}
