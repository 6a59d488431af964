//! What a stranger's bytes reach, as functions from bytes: whatever comes in, they return.
//!
//! Each has a target for `cargo +nightly fuzz run --features libfuzzer NAME` in `fuzz_targets/`, and a folder of true inputs in `corpus/NAME/`, which
//! `cargo run --package fuzz --bin corpora` makes anew. The tests replay every file and many mutations of it
//! (`replay`), so a function that no longer holds is found without a fuzzer too.
//!
//! A broken promise is a panic: that is what a fuzzer looks for.
#![expect(
    clippy::panic,
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "every function here panics on a broken promise, and only then"
)]

mod attestation;
mod envelope;
mod evaluation;
mod policy;
#[cfg(test)]
mod replay;
mod requests;
mod sdk_signature;
mod signature;
mod token;

pub use attestation::attestation;
pub use envelope::{CONTEXT, envelope, header, key};
pub use evaluation::{OWNERS, evaluation, principals, sections};
pub use policy::policy;
pub use requests::{NAMES, requests};
pub use sdk_signature::sdk_signature;
pub use signature::{ACCESS_KEY, NOW, SECRET, signature};
pub use token::{KEY_ID, parameters, refusal_of_opened, token};

/// A function from bytes.
pub type Target = fn(&[u8]);

/// Every target, by its name.
pub const TARGETS: &[(&str, Target)] = &[
    ("attestation", attestation),
    ("envelope", envelope),
    ("evaluation", evaluation),
    ("policy", policy),
    ("requests", requests),
    ("sdk_signature", sdk_signature),
    ("signature", signature),
    ("token", token),
];
