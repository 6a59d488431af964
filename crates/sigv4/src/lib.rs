//! AWS Signature Version 4, and Huawei Cloud's `SDK-HMAC-SHA256`, which descends from it: which request was signed, by
//! whom, and whether the signature is true.
//!
//! Nothing here reads a clock, a socket or a key store: the time and the secret are arguments. The caller asks
//! in this order, and serves the request only if every answer is `Ok`:
//!
//! 1. [`parse`] finds the one signature the request carries and reads it;
//! 2. [`Presented::check_scope`] and [`Presented::check_time`] say whether it is meant for this service, now;
//! 3. the caller looks up the secret of [`Presented::access_key_id`];
//! 4. [`Presented::check_signature`], or [`Presented::check_signature_of`] for a [`Secret`] that is kept, says whether that secret signed *this* request, and that nothing of the
//!    request that has a meaning was left unsigned. Until it has said so, no value of [`Presented`] may be trusted.
//!
//! What is particular to `AWS4-HMAC-SHA256` stands in `aws4`, `presented`, `canonical` and `coverage`; [`sdk_hmac`] has
//! the same steps and names, but for the scope, which that scheme has not.

mod aws4;
mod canonical;
mod coverage;
mod date;
mod error;
mod presented;
mod query;
mod raw;
mod request;
mod scope;
pub mod sdk_hmac;
mod secret;
mod sign;
mod signed_headers;

pub use error::SignatureError;
pub use presented::{Placement, Presented, parse};
pub use query::Query;
pub use raw::{RawRequest, examine};
pub use request::SignedRequest;
pub use secret::Secret;
pub use sign::{SignError, Signer};
