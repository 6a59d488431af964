//! Who is calling: accounts, their access keys, and the sessions made from them.
//!
//! This crate answers one question, [`Identities::find`]: whose access key is this, and which secret must have
//! signed with it? It verifies no signature and grants no permission. What must hold: a secret is at rest only
//! inside a sealed record or a sealed token, and an answer that refuses is as costly as one that finds.

mod access_key;
mod error;
mod identities;
mod session;

pub use access_key::AccessKey;
pub use error::IamError;
pub use identities::{Identities, Identity};
pub use session::{MAX_SESSION, MIN_SESSION, SessionCredentials};
