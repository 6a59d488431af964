//! The product: keys and their states, key material and its import, authorization, and the one pipeline that
//! every request goes through, whichever front it came by.
//!
//! Where things are: a request enters at [`Kms::call`] (`pipeline.rs`), its rules are in `operations/<its name>.rs`,
//! what a key is in `key/`, and the way to a key is a `Permit` from `authorize.rs`.

mod aliases;
mod arn;
mod authorize;
mod aws_managed;
mod cache;
mod caller;
mod clock;
mod conditions;
mod creation;
mod dialect;
mod family;
mod gate;
mod grants;
pub mod huawei;
mod key;
mod keys;
mod kms;
mod marker;
mod operations;
mod permissions;
mod pipeline;
mod policy;
mod priority;
mod quotas;
mod reset;
mod rotation;
mod schedule;
mod spent;
mod stock;
mod sweep;
mod table;
mod threads;
mod token;
mod usage;
mod wrapping_keys;

pub use attestation::Root as AttestationRoot;
pub use caller::{Caller, Via};
pub use clock::{Clock, ManualClock, SystemClock};
pub use conditions::Conditions;
pub use dialect::{Dialect, Rules};
pub use grants::GrantedOperation;
pub use kms::{Kms, Settings};
pub use permissions::covering as permissions_covering;
pub use pipeline::{BoxFuture, Operation};
pub use quotas::Quotas;
pub use stock::{MAX_STOCK, StockSizes};
pub use sweep::Swept;
pub use table::{Call, Entry, TABLE, operation};
