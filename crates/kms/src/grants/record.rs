//! The record of a grant: a plain value that the store keeps sealed.

use std::fmt;

use api::{GrantConstraints, GrantListEntry, GrantOperation, Timestamp};
use serde::{Deserialize, Serialize};

use crate::caller::root_arn;

/// A grant's id: 64 hexadecimal digits in lower case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct GrantId(String);

/// Bytes of an id.
const BYTES: usize = 32;

impl GrantId {
    pub(super) fn generate() -> Self {
        Self::from_bytes(crypto::random::array())
    }

    pub(super) fn from_bytes(bytes: [u8; BYTES]) -> Self {
        Self(hex::encode(bytes))
    }

    /// Reads one; `None` if it is none.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let digits = text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        (text.len() == 2 * BYTES && digits).then(|| Self(text.to_owned()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for GrantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Who a grant is for, or who may retire it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Party {
    /// A principal of an account, by its ARN.
    Principal(String),
    /// A service, by its name. None calls this server, so it can neither use nor retire a grant.
    Service(String),
}

impl Party {
    pub(crate) fn is_principal(&self, arn: &str) -> bool {
        matches!(self, Self::Principal(principal) if principal == arn)
    }

    /// As one text: what pagination markers are bound to, so it stays as it is.
    pub(crate) fn written(&self) -> String {
        match self {
            Self::Principal(arn) => format!("principal/{arn}"),
            Self::Service(name) => format!("service/{name}"),
        }
    }

    fn principal(&self) -> Option<String> {
        match self {
            Self::Principal(arn) => Some(arn.clone()),
            Self::Service(_) => None,
        }
    }

    fn service(&self) -> Option<String> {
        match self {
            Self::Principal(_) => None,
            Self::Service(name) => Some(name.clone()),
        }
    }
}

/// Everything about a grant but the key it is on, which its place in the store says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct GrantRecord {
    pub(crate) id: GrantId,
    pub(crate) name: Option<String>,
    pub(crate) created: Timestamp,
    pub(crate) grantee: Party,
    pub(crate) retiring: Option<Party>,
    /// The account of whoever made it.
    pub(crate) issuing_account: String,
    /// As they were given, without repetition.
    pub(crate) operations: Vec<GrantOperation>,
    pub(crate) constraints: Option<GrantConstraints>,
}

impl GrantRecord {
    /// The grant as lists show it.
    pub(crate) fn entry(self, partition: &str, key_arn: String) -> GrantListEntry {
        GrantListEntry {
            key_id: key_arn,
            grant_id: self.id.0,
            name: self.name.unwrap_or_default(),
            creation_date: self.created,
            grantee_principal: self.grantee.principal(),
            retiring_principal: self.retiring.as_ref().and_then(Party::principal),
            issuing_account: root_arn(partition, &self.issuing_account),
            operations: self.operations,
            constraints: self.constraints,
            grantee_service_principal: self.grantee.service(),
            retiring_service_principal: self.retiring.as_ref().and_then(Party::service),
        }
    }
}
