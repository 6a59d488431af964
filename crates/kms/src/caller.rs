//! Who asks.

use std::net::IpAddr;

/// An authenticated caller. Fronts make it once the signature has been verified; nothing else does.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The 12-digit account the caller belongs to.
    pub account: String,
    /// The Region the request was signed for.
    pub region: String,
    /// The caller's ARN.
    pub principal: String,
    /// Where the request came from.
    pub source_ip: Option<IpAddr>,
    /// The id that this request's answer carries; empty where there is none.
    pub request_id: String,
}

impl Caller {
    /// The root of an account.
    pub fn root(partition: &str, account: &str, region: &str) -> Self {
        Self {
            account: account.to_owned(),
            region: region.to_owned(),
            principal: root_arn(partition, account),
            source_ip: None,
            request_id: String::new(),
        }
    }

    /// Whether this is the root of `account`.
    pub(crate) fn is_root_of(&self, partition: &str, account: &str) -> bool {
        self.account == account && self.principal == root_arn(partition, account)
    }
}

/// The ARN of an account's root.
pub(crate) fn root_arn(partition: &str, account: &str) -> String {
    format!("arn:{partition}:iam::{account}:root")
}
