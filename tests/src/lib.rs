//! Black box tests in Rust: the `aws-sdk-kms` crate, the bare protocol, and what a crash may and may not do, all
//! against the real binary. The tests with the AWS CLI, boto3 and OpenSSL are in `python/`.
//!
//! The binary is the one that `TRENT_BIN` names, or else what `cargo build` makes now.

#[cfg(test)]
mod ceremony;
#[cfg(test)]
mod crash;
#[cfg(test)]
mod log;
#[cfg(test)]
mod protocol;
#[cfg(test)]
mod sdk;
#[cfg(test)]
mod server;
