//! The state of a key: a pure function of its record and the time.
//!
//! So expiry and the end of a waiting period are exact to the instant they are read at, whether or not the
//! sweeper has been there; it only erases what is dead already.

use api::{KeyState, OriginType, Timestamp};

use super::KeyRecord;
use super::record::{Deletion, TransitionKind};

impl KeyRecord {
    /// The state at `now`; `None` once the waiting period is over and the key is no more.
    pub(crate) fn state(&self, now: Timestamp) -> Option<KeyState> {
        if self.waits_for_replicas(now) {
            return Some(KeyState::PendingReplicaDeletion);
        }
        match self.deletion_date() {
            Some(date) if date <= now => return None,
            Some(_) => return Some(KeyState::PendingDeletion),
            None => {}
        }
        if let Some(transition) = self.transition.filter(|transition| now < transition.until) {
            return Some(match transition.kind {
                TransitionKind::Creating => KeyState::Creating,
                TransitionKind::Updating => KeyState::Updating,
            });
        }
        Some(if self.lacks_material(now) {
            KeyState::PendingImport
        } else if self.enabled {
            KeyState::Enabled
        } else {
            KeyState::Disabled
        })
    }

    /// Whether its deletion waits until its replicas are gone.
    fn waits_for_replicas(&self, now: Timestamp) -> bool {
        matches!(self.deletion, Some(Deletion::AfterReplicas { .. }))
            && self.replicas().iter().any(|replica| replica.is_alive(now))
    }

    /// The end of its waiting period, if that is known: a primary's depends on its replicas'.
    pub(crate) fn deletion_date(&self) -> Option<Timestamp> {
        match self.deletion? {
            Deletion::On(date) => Some(date),
            Deletion::AfterReplicas { days, since } => {
                let mut last = since;
                for replica in self.replicas() {
                    last = last.max(replica.deletion_date?);
                }
                Some(last.plus_days(days))
            }
        }
    }

    /// Whether a material that the key depends on is not there: any permanent one, or all of them.
    pub(crate) fn lacks_material(&self, now: Timestamp) -> bool {
        self.origin == OriginType::External
            && (self.current().is_none()
                || self.materials.iter().any(|material| material.is_permanent() && !material.is_present(now)))
    }

    /// When the sweeper has something to do: erase the key or a stored material, or rotate it. A key that is
    /// disabled or about to be deleted is not rotated, and when it is overdue afterwards, at once.
    pub(crate) fn due(&self) -> Option<Timestamp> {
        let expiries =
            self.materials.iter().filter(|material| material.stored).filter_map(|material| material.valid_to);
        let rotates = self.enabled && self.deletion.is_none();
        let rotation = self.rotation.filter(|_| rotates).map(|rotation| rotation.next);
        self.deletion_date().into_iter().chain(expiries).chain(rotation).min()
    }
}
