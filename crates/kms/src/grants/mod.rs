//! Grants: what the owner of a key allows others to do with it.
//!
//! A grant allows one grantee some operations on one key, perhaps only with some encryption context. It never
//! denies anything, and it ends when it is retired or revoked, or with its key. `terms.rs` says what a grant allows,
//! `shelf.rs` where it is kept, `allow.rs` how it is found, `remembered.rs` what of it is in memory, `rules.rs` which grants can be made at all.

mod allow;
mod operation;
mod principals;
mod record;
mod remembered;
mod rules;
mod shelf;
mod terms;
mod token;

pub use operation::GrantedOperation;
pub(crate) use record::{GrantId, GrantRecord, Party};
pub(crate) use remembered::Remembered;
pub(crate) use rules::{Asked, check_for_key, grantee, retiring};
pub(crate) use shelf::{Count, parse_retirable};
