//! What it costs to decide whether a caller may.
//!
//! `Encrypt`, by a user with ten managed policies, of which the last statement of the last allows it, with a key that has a
//! policy of 32 KiB and a thousand grants: once with policies as people write them, and once with policies that are
//! as long as they may be and written so that every statement has to be looked at. See [`Case`].
//!
//! ```text
//! cargo bench -p bench-authorization
//! ```
//!
//! prints criterion's report and after it a table for each case: the whole of `Encrypt` by way of [`kms::Kms::call`], and
//! beside it what is not authorization, so that the one can be held against the other in the same run. The goal is that
//! the authorization of the usual case takes less than 20 microseconds. `docs/performance.md` has the numbers.

mod documents;
mod parts;
mod world;

pub use documents::{Case, MANAGED_POLICIES, MAX_KEY_POLICY, MAX_MANAGED_POLICY};
pub use parts::{Evaluated, as_evaluated, bare_encryption};
pub use world::{GRANTS, Who, World};
