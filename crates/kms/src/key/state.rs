//! The state of a key: a pure function of its record and the time.
//!
//! So expiry and the end of a waiting period are exact to the instant they are read at, whether or not the
//! sweeper has been there; it only erases what is dead already.

use api::{KeyState, OriginType, Timestamp};

use super::KeyRecord;

impl KeyRecord {
    /// The state at `now`; `None` once the waiting period is over and the key is no more.
    pub(crate) fn state(&self, now: Timestamp) -> Option<KeyState> {
        match self.deletion_date {
            Some(date) if date <= now => return None,
            Some(_) => return Some(KeyState::PendingDeletion),
            None => {}
        }
        Some(if self.lacks_material(now) {
            KeyState::PendingImport
        } else if self.enabled {
            KeyState::Enabled
        } else {
            KeyState::Disabled
        })
    }

    /// Whether a material that the key depends on is not there: any permanent one, or all of them.
    pub(crate) fn lacks_material(&self, now: Timestamp) -> bool {
        self.origin == OriginType::External
            && (self.current().is_none()
                || self.materials.iter().any(|material| material.is_permanent() && !material.is_present(now)))
    }

    /// When the sweeper has something to erase: the end of the waiting period or of a stored material.
    pub(crate) fn due(&self) -> Option<Timestamp> {
        let expiries =
            self.materials.iter().filter(|material| material.stored).filter_map(|material| material.valid_to);
        self.deletion_date.into_iter().chain(expiries).min()
    }
}
