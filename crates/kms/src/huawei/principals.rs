//! Whom grants know, by ids.

use api::{Error, ErrorCode, Reason};
use serde::{Deserialize, Serialize};

use crate::arn::shown;
use crate::caller::root_arn;
use crate::grants::Party;
use crate::pipeline::Context;

/// Who a grant is for, or who may retire it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Grantee {
    /// A user, a role or a session of a role of the caller's account, by its unique id.
    Identity(String),
    /// An account, by its 12 digits.
    Account(String),
    /// A service, by its name. Such grants are only shown, not made.
    Service(String),
}

impl Grantee {
    /// The party that this is now.
    pub(super) async fn party(&self, cx: &Context<'_>) -> Result<Party, Error> {
        match self {
            Self::Account(account) if account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit()) => {
                Ok(Party::Principal(root_arn(&cx.kms().settings().partition, account)))
            }
            Self::Identity(id) => {
                let found = cx.kms().directory().arn_of(cx.caller().account(), id).await;
                let arn = found.map_err(Error::internal)?.ok_or_else(|| nobody(id))?;
                Ok(Party::Identity { arn, id: id.clone() })
            }
            Self::Account(name) | Self::Service(name) => Err(nobody(name)),
        }
    }

    /// A party as this API shows it.
    pub(super) fn of(party: &Party) -> Self {
        match party {
            Party::Identity { id, .. } => Self::Identity(id.clone()),
            Party::Principal(arn) => Self::Account(arn.split(':').nth(4).unwrap_or_default().to_owned()),
            Party::Service(name) => Self::Service(name.clone()),
        }
    }
}

fn nobody(id: &str) -> Error {
    let text = format!("There is no user, role or account with the id '{}'.", shown(id));
    Error::new(ErrorCode::InvalidArn, text).because(Reason::Grantee)
}
