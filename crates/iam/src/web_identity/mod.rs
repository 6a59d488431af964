//! Web identities: tokens of OpenID Connect issuers, with which people and machines that have no access key prove who
//! they are: service accounts of Kubernetes, jobs of GitHub and GitLab, whoever logged in at an identity provider.
//!
//! The operator of the server says which [`Issuers`] there are, and whoever fetches their keys hands the bytes over:
//! nothing here opens a file or a connection. Which issuers and audiences an *account* trusts is a matter of its
//! OpenID Connect providers, and who may assume a role one of the role's trust policy; neither is looked at here.
//!
//! What must hold: the algorithm is that of the key and never the token's choice, a token is only ever checked with
//! keys of the issuer that it names, at most one signature is verified per token, and all input is bounded before it
//! is parsed.

mod claims;
mod error;
mod issuers;
mod jwks;
mod signal;
mod verify;

pub use claims::WebIdentity;
pub use error::{IssuerError, JwksError, TokenError};
pub use issuers::{Issuer, Issuers, MAX_ISSUERS};
pub use jwks::{Jwks, MAX_JWKS, MAX_KEYS};
pub use verify::{LEEWAY, MAX_TOKEN, verify};
