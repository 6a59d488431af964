//! Who asks: made by fronts once the signature has been verified, and by nothing else.

pub use policy::{Caller, Via};

/// The ARN of an account's root.
pub(crate) fn root_arn(partition: &str, account: &str) -> String {
    format!("arn:{partition}:iam::{account}:root")
}
