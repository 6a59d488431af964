//! Who is calling, and who there is: accounts, users, groups, roles, access keys, sessions, and the policies that
//! say what each may do.
//!
//! [`Identities::find`] answers whose access key a request was signed with; [`Directory`] tells the unique ids of
//! the users and roles that policies name; [`Identities::log_in`] gives tokens for passwords; [`Iam`] carries out the actions of the IAM and STS APIs, each of them
//! authorized. What must hold: a secret is at rest only inside a sealed record or a sealed token; an access key that
//! there is not costs the store as much as one that is in use; a change of an account is honoured by the next
//! request, on every server; whoever a policy applies to that cannot be read may do nothing.

mod access_key;
mod authorize;
mod context;
mod directory;
mod engine;
mod error;
mod identities;
mod identity_cache;
mod ids;
mod last_use;
mod limits;
mod login;
mod managed;
mod operations;
mod principal;
mod records;
mod refusal;
mod session;
mod shapes;
mod table;
#[cfg(test)]
mod testing;
mod time;
pub mod web_identity;

pub use access_key::AccessKey;
pub use directory::Directory;
pub use engine::Iam;
pub use error::IamError;
pub use identities::{Identities, Identity};
pub use login::{LoggedIn, LoginError, Proof, Scope, TOKEN_SECONDS, UserName};
pub use principal::nobody;
pub use refusal::Error;
pub use session::{MAX_SESSION, MIN_SESSION, SessionCredentials};
pub use table::{BoxFuture, Call, Entry, Service, action, actions};
