//! What the KMS API *is*: the shapes of requests and responses, enums, error codes, limits, and one
//! [`Spec`] row per operation. Data only: no I/O, no async, no cryptography, nothing about how a server works.
//!
//! Adding an operation here is one file under `shapes/`; see `docs/adding-an-operation.md`.

mod blob;
pub mod constraint;
mod decode;
mod enums;
mod error;
mod json;
pub mod limits;
mod macros;
mod operations;
mod reason;
mod secret_text;
pub mod shapes;
mod spec;
mod timestamp;

pub use blob::Blob;
pub use decode::decode;
pub use enums::*;
pub use error::{Error, ErrorCode};
pub use reason::Reason;
pub use secret_text::SecretText;
pub use shapes::*;
pub use spec::{KeyIds, Outcome, Request, Spec, States};
pub use timestamp::Timestamp;
