//! What a key is: its record, its materials, its state at an instant, and what its spec means.

mod algorithms;
mod former;
mod material;
mod metadata;
mod record;
mod state;

pub(crate) use algorithms::{
    check_usage, crypto_spec, encryption_algorithms, mac_algorithm, oaep_hash, signing_algorithm,
    signing_algorithms,
};
pub(crate) use material::{MaterialId, MaterialRecord, Rotation};
pub(crate) use metadata::metadata;
pub(crate) use record::{
    Deletion, KeyRecord, MultiRegion, Replica, RotationSchedule, Transition, TransitionKind,
};
