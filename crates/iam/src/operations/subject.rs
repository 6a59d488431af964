//! On whose behalf a simulation tries: a principal whose policies keep their names, so that the answer can say which
//! of them decided.

use std::sync::Arc;

use policy::{Document, Form, Principal, PrincipalKind, PrincipalName};

use crate::Error;
use crate::context::Context;
use crate::records::{GroupRecord, RoleRecord, Tag, UserRecord};
use crate::refusal::Stop;

use super::documents::check_identity_policy;
use super::inline_policies::Holder;

/// Where a policy comes from, as answers say.
#[derive(Clone)]
pub(super) struct Source {
    pub(super) id: String,
    pub(super) kind: &'static str,
}

/// On whose behalf a simulation tries.
pub(super) struct Subject {
    pub(super) principal: Principal,
    /// Of each of the principal's policies, in their order.
    pub(super) sources: Vec<Source>,
    /// Of the boundary.
    pub(super) boundary: Source,
}

impl Subject {
    /// Somebody of an account who has no policies.
    pub(super) fn nobody(partition: &str, account: &str) -> Self {
        let principal = Principal { kind: PrincipalKind::User, ..Principal::root(partition, account) };
        let boundary = Source { id: "PermissionsBoundaryPolicyInputList.1".to_owned(), kind: "none" };
        Self { principal, sources: Vec::new(), boundary }
    }

    /// A user, with the policies of the groups.
    pub(super) async fn user(cx: &Context<'_>, user: &UserRecord) -> Result<Self, Stop> {
        let mut subject = Self::nobody(cx.partition(), cx.account());
        subject.be(cx.arn_of(user), Some(user.id.clone()));
        subject.know("aws:userid", &user.id);
        subject.know("aws:username", &user.name);
        subject.know("aws:principaltype", "User");
        subject.know_tags(&user.tags);
        subject.add_policies_of(cx, user).await?;
        for name in &user.groups {
            if let Some(group) = cx.get::<GroupRecord>(name).await? {
                subject.add_policies_of(cx, &group).await?;
            }
        }
        subject.set_boundary_of(cx, user).await?;
        Ok(subject)
    }

    /// A role.
    pub(super) async fn role(cx: &Context<'_>, role: &RoleRecord) -> Result<Self, Stop> {
        let mut subject = Self::nobody(cx.partition(), cx.account());
        subject.be(cx.arn_of(role), Some(role.id.clone()));
        subject.principal.kind = PrincipalKind::Role;
        subject.know("aws:principaltype", "AssumedRole");
        subject.know_tags(&role.tags);
        subject.add_policies_of(cx, role).await?;
        subject.set_boundary_of(cx, role).await?;
        Ok(subject)
    }

    /// Somebody who has the policies of a group and no others.
    pub(super) async fn group(cx: &Context<'_>, group: &GroupRecord) -> Result<Self, Stop> {
        let mut subject = Self::nobody(cx.partition(), cx.account());
        subject.principal.arn = cx.arn_of(group);
        subject.add_policies_of(cx, group).await?;
        Ok(subject)
    }

    /// Is known by this ARN, to policies of resources too.
    pub(super) fn be(&mut self, arn: String, id: Option<String>) {
        self.principal.names = vec![PrincipalName { arn: arn.clone(), id }];
        self.principal.arn = arn;
    }

    /// Has the policies that the request brings as well.
    pub(super) fn add_inputs(&mut self, policies: &[String]) -> Result<(), Error> {
        for (text, number) in policies.iter().zip(1..) {
            let source = Source { id: format!("PolicyInputList.{number}"), kind: "none" };
            self.add(source, check_identity_policy(text)?);
        }
        Ok(())
    }

    /// Has this boundary instead of its own.
    pub(super) fn set_boundary(&mut self, source: Source, text: &str) -> Result<(), Error> {
        self.principal.boundary = Some(Arc::new(check_identity_policy(text)?));
        self.boundary = source;
        Ok(())
    }

    async fn add_policies_of<H: Holder>(&mut self, cx: &Context<'_>, holder: &H) -> Result<(), Stop> {
        for (name, text) in holder.inline() {
            let source = Source { id: format!("{}_{}_{name}", H::NOUN, holder.name()), kind: H::NOUN };
            self.add(source, stored(text)?);
        }
        for arn in holder.attached() {
            let text = text_of(cx, arn).await?;
            self.add(managed_source(cx, arn), stored(&text)?);
        }
        Ok(())
    }

    async fn set_boundary_of<H: Holder>(&mut self, cx: &Context<'_>, holder: &H) -> Result<(), Stop> {
        if let Some(arn) = holder.boundary() {
            let text = text_of(cx, arn).await?;
            self.principal.boundary = Some(Arc::new(stored(&text)?));
            self.boundary = managed_source(cx, arn);
        }
        Ok(())
    }

    fn add(&mut self, source: Source, document: Document) {
        self.sources.push(source);
        self.principal.policies.push(Arc::new(document));
    }

    fn know(&mut self, key: &str, value: &str) {
        self.principal.facts.push((key.to_owned(), vec![value.to_owned()]));
    }

    fn know_tags(&mut self, tags: &[Tag]) {
        for tag in tags {
            self.know(&format!("aws:principaltag/{}", tag.key.to_ascii_lowercase()), &tag.value);
        }
    }
}

fn managed_source(cx: &Context<'_>, arn: &str) -> Source {
    let kind = if arn.starts_with(&cx.arn_of_aws("")) { "aws-managed" } else { "user-managed" };
    Source { id: arn.rsplit('/').next().unwrap_or_default().to_owned(), kind }
}

async fn text_of(cx: &Context<'_>, arn: &str) -> Result<String, Stop> {
    let text = cx.policy_text(arn).await?;
    text.ok_or_else(|| Error::service_failure(format!("the policy {arn} is attached and not there")).into())
}

/// A document that was read when it was put.
fn stored(text: &str) -> Result<Document, Error> {
    Document::parse_as(Form::Identity, text).map_err(Error::service_failure)
}
