//! What protects the keys at rest: the root key, and the sealed view of the store.
//!
//! The store is not trusted. The [`RootKey`], kept apart from the data, wraps a keyring of domain keys; a domain
//! key seals every record, bound to its name. So whoever reads the database learns no key, policy or description,
//! and whoever edits it cannot alter a record or put one in another's place without being found out. What this
//! cannot notice is a record put back to an earlier state of its own, or removed.
//!
//! What must hold: nothing is written to the store except through [`Records`], and nothing read from it is used
//! unless it opened.

mod changes;
mod error;
mod keyring;
mod records;
mod root_key;
#[cfg(test)]
mod testing;

pub use crate::changes::Changes;
pub use crate::error::SealError;
pub use crate::records::{Fetched, Record, Records, is_empty};
pub use crate::root_key::RootKey;
pub use store::{Commit, Revision, Stamp, Stamped};
