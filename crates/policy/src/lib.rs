//! The policy language of IAM: a document is read strictly or not at all, and then decides who may do what.
//!
//! Nothing here knows the time, the network, or a key: a [`Request`] carries all that a decision depends on, so the
//! same document and the same request always give the same [`Decision`]. What must hold: no input panics, no input
//! takes more than time in proportion to pattern × text, and nothing that is not understood is passed over. What a
//! request does not tell never allows, and never lifts a Deny (see [`Decision::AllowedUnless`]).

mod condition;
mod context;
mod decide;
mod document;
mod error;
mod json;
mod names;
mod pattern;
mod principal;
mod statement;
mod truth;

pub use context::Context;
pub use decide::{Account, Caller, Decision, Identity, Request};
pub use document::Document;
pub use error::{Place, PolicyError};
