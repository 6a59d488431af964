//! The record of a grant: a plain value that the store keeps sealed.

use std::fmt;

use api::{GrantConstraints, GrantListEntry, Timestamp};
use serde::{Deserialize, Serialize};

use super::operation::{GrantedOperation, as_api_shows};
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
    /// The root of an account, by its ARN.
    Principal(String),
    /// A user, a role or a session of a role: by its ARN, and by the unique id that it had when the grant was made. Whoever is
    /// made anew under the same name is somebody else.
    Identity {
        /// The ARN.
        arn: String,
        /// The unique id.
        id: String,
    },
    /// A service, by its name.
    Service(String),
}

impl Party {
    /// The ARN or the name of the service.
    pub(crate) fn named(&self) -> &str {
        match self {
            Self::Principal(name) | Self::Identity { arn: name, .. } | Self::Service(name) => name,
        }
    }

    /// Whether it is of this account. Services are of none.
    pub(super) fn is_of(&self, account: &str) -> bool {
        !self.is_service() && self.named().split(':').nth(4) == Some(account)
    }

    pub(crate) fn is_service(&self) -> bool {
        matches!(self, Self::Service(_))
    }

    /// As one text: what pagination markers are bound to, so it stays as it is.
    pub(crate) fn written(&self) -> String {
        match self {
            Self::Principal(arn) => format!("principal/{arn}"),
            Self::Identity { arn, id } => format!("identity/{id}/{arn}"),
            Self::Service(name) => format!("service/{name}"),
        }
    }

    /// As lists show it: the ARN, or the unique id of who is no more.
    fn principal(&self, gone: &[String]) -> Option<String> {
        match self {
            Self::Identity { id, .. } if gone.contains(id) => Some(id.clone()),
            Self::Principal(arn) | Self::Identity { arn, .. } => Some(arn.clone()),
            Self::Service(_) => None,
        }
    }

    fn service(&self) -> Option<String> {
        match self {
            Self::Principal(_) | Self::Identity { .. } => None,
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
    pub(crate) operations: Vec<GrantedOperation>,
    pub(crate) constraints: Option<GrantConstraints>,
}

impl GrantRecord {
    /// The grant as AWS's lists show it. `gone` are the unique ids of those who are no more.
    pub(crate) fn entry(self, partition: &str, key_arn: String, gone: &[String]) -> GrantListEntry {
        GrantListEntry {
            key_id: key_arn,
            grant_id: self.id.0,
            name: self.name.unwrap_or_default(),
            creation_date: self.created,
            grantee_principal: self.grantee.principal(gone),
            retiring_principal: self.retiring.as_ref().and_then(|party| party.principal(gone)),
            issuing_account: root_arn(partition, &self.issuing_account),
            operations: as_api_shows(&self.operations),
            constraints: self.constraints,
            grantee_service_principal: self.grantee.service(),
            retiring_service_principal: self.retiring.as_ref().and_then(Party::service),
        }
    }
}
