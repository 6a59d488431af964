//! What a session may do at most: session policies take away from what the role may, and never add.

use policy::{Document, Form};

use super::role::RoleArn;
use crate::Error;
use crate::context::Context;
use crate::principal::Reader;
use crate::refusal::Stop;
use crate::session::{Session, SessionPolicy};
use crate::shapes::sts::PolicyDescriptor;

/// The session policies of a request.
pub(super) struct Limits<'a> {
    policy: Option<&'a str>,
    arns: Vec<&'a str>,
}

impl<'a> Limits<'a> {
    /// Reads them.
    ///
    /// # Errors
    /// `MalformedPolicyDocument`; `ValidationError` for a descriptor of nothing.
    pub(super) fn of(
        policy: Option<&'a str>,
        descriptors: Option<&'a [PolicyDescriptor]>,
    ) -> Result<Self, Error> {
        if let Some(text) = policy {
            let parsed = Document::parse_as(Form::Identity, text);
            parsed.map_err(|error| Error::malformed_policy(error.to_string()))?;
        }
        let arns = descriptors.unwrap_or_default().iter().map(|descriptor| descriptor.arn.as_deref());
        let arns: Option<Vec<_>> = arns.collect();
        let arns = arns.ok_or_else(|| Error::validation("Each of PolicyArns must have an arn."))?;
        Ok(Self { policy, arns })
    }

    /// Puts them on a session of `role`, whose account must have the managed ones.
    ///
    /// # Errors
    /// `ValidationError` if one does not exist.
    pub(super) async fn put_on(
        &self,
        session: &mut Session,
        role: &RoleArn<'_>,
        cx: &Context<'_>,
    ) -> Result<(), Stop> {
        let reader = Reader { records: &cx.iam().records, partition: cx.partition(), account: role.account };
        let mut managed = Vec::with_capacity(self.arns.len());
        for arn in &self.arns {
            let Some(found) = reader.managed_policy(arn).await.map_err(Error::service_failure)? else {
                let text = format!("The policy {arn} does not exist in the role's account.");
                return Err(Error::validation(text).into());
            };
            managed.push(SessionPolicy { arn: (*arn).to_owned(), id: found.id });
        }
        session.policies = self.policy.map(str::to_owned).into_iter().collect();
        session.policy_arns = managed;
        Ok(())
    }
}
