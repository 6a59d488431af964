//! Whom a grant names: ARNs on their way in and out.
//!
//! A grant is for the user or role that has the ARN when the grant is made, by its unique id. Who is deleted takes the
//! grant along, and is shown by the id from then on, as AWS shows it.

use api::{Error, ErrorCode, Reason};

use super::record::{GrantRecord, Party};
use crate::arn::shown;
use crate::pipeline::Context;

impl Context<'_> {
    /// The party that an ARN means now.
    ///
    /// # Errors
    /// `InvalidArnException` if there is no such user or role.
    pub(crate) async fn existing(&self, party: Party) -> Result<Party, Error> {
        let named = shown(party.named());
        match self.now_called(party).await? {
            Party::Principal(arn) if !is_root(&arn) => {
                let text = format!("ARN does not refer to a valid principal: {named}");
                Err(Error::new(ErrorCode::InvalidArn, text).because(Reason::Grantee))
            }
            party => Ok(party),
        }
    }

    /// The same for a list of grants: of who is not there, there are none.
    pub(crate) async fn now_called(&self, party: Party) -> Result<Party, Error> {
        let arn = match party {
            Party::Principal(arn) if !is_root(&arn) => arn,
            other => return Ok(other),
        };
        let mut found = self.kms().directory().unique_ids(&[&arn]).await.map_err(Error::internal)?;
        Ok(match found.remove(&arn).flatten() {
            Some(id) => Party::Identity { arn, id },
            None => Party::Principal(arn),
        })
    }

    /// The unique ids of those whom grants name and who are no more.
    pub(crate) async fn gone(
        &self,
        grants: impl Iterator<Item = &GrantRecord>,
    ) -> Result<Vec<String>, Error> {
        let parties = grants.flat_map(|grant| [Some(&grant.grantee), grant.retiring.as_ref()]).flatten();
        let identities = parties.filter_map(|party| match party {
            Party::Identity { arn, id } => Some((arn, id)),
            _ => None,
        });
        let gone = self.kms().directory().gone(identities.collect()).await.map_err(Error::internal)?;
        Ok(gone.into_iter().map(|(_, id)| id).collect())
    }
}

fn is_root(arn: &str) -> bool {
    arn.ends_with(":root")
}
