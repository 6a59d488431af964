//! Managed policies: the account's own, and those of AWS, which everybody may see (if permitted) and nobody change.

use crate::authorize::Conditions;
use crate::context::Context;
use crate::managed::{self, ManagedPolicy};
use crate::records::{OfAccount as _, PolicyRecord, PolicyVersion};
use crate::refusal::Stop;
use crate::shapes::policies::{CreatePolicy, DeletePolicy, GetPolicy, ListPolicies, Policy};
use crate::shapes::{Listed, Only};
use crate::table::Action;
use crate::time::iso8601;
use crate::{Error, ids};

use super::documents::check_managed_policy;
use super::iam_action;
use super::policy_usage::{Usage, Uses};
use super::tags::permit_tags;
use super::target::{Target, action_of};

/// A managed policy, whoever manages it.
pub(super) enum Managed {
    /// AWS.
    ByAws(&'static ManagedPolicy),
    /// The account.
    ByAccount(PolicyRecord),
}

impl Managed {
    /// The policy of this ARN, if the caller may do `A`, which only reads.
    pub(super) async fn permitted<A: Action>(cx: &Context<'_>, arn: &str) -> Result<Self, Stop> {
        let of_aws = cx.arn_of_aws("");
        if let Some(name) = arn.strip_prefix(&of_aws) {
            cx.permit(&action_of::<A>(), arn, &Conditions::default())?;
            let found = managed::POLICIES.iter().find(|policy| policy.name == name);
            let missing = || Error::no_such_entity(format!("Policy {arn} was not found."));
            return Ok(Self::ByAws(found.ok_or_else(missing)?));
        }
        let target = Target::policy(cx, arn).await?;
        let conditions = target.conditions();
        target.permit::<A>(cx, &conditions).map(Self::ByAccount)
    }

    /// Its ARN.
    pub(super) fn arn(&self, cx: &Context<'_>) -> String {
        match self {
            Self::ByAws(policy) => cx.arn_of_aws(policy.name),
            Self::ByAccount(policy) => cx.arn_of(policy),
        }
    }

    fn path(&self) -> &str {
        match self {
            Self::ByAws(_) => "/",
            Self::ByAccount(policy) => &policy.path,
        }
    }

    fn name(&self) -> &str {
        match self {
            Self::ByAws(policy) => policy.name,
            Self::ByAccount(policy) => &policy.name,
        }
    }

    /// The policy among others.
    fn listed_answer(&self, cx: &Context<'_>, uses: Uses) -> Policy {
        let (id, version, created, updated) = match self {
            Self::ByAws(policy) => (policy.id, policy.version, policy.created, policy.updated),
            Self::ByAccount(policy) => {
                (policy.id.as_str(), policy.default.as_str(), policy.created, policy.updated)
            }
        };
        Policy {
            policy_name: self.name().to_owned(),
            policy_id: id.to_owned(),
            arn: self.arn(cx),
            path: self.path().to_owned(),
            default_version_id: version.to_owned(),
            attachment_count: uses.attached,
            permissions_boundary_usage_count: uses.boundary,
            is_attachable: true,
            description: None,
            create_date: iso8601(created),
            update_date: iso8601(updated),
            tags: Vec::new(),
        }
    }

    /// The policy, with its description and tags.
    fn answer(&self, cx: &Context<'_>, uses: Uses) -> Policy {
        let (description, tags) = match self {
            Self::ByAws(policy) => (Some(policy.description.to_owned()), Vec::new()),
            Self::ByAccount(policy) => (policy.description.clone(), policy.tags.clone()),
        };
        Policy { description, tags, ..self.listed_answer(cx, uses) }
    }
}

impl Action for CreatePolicy {
    type Answer = Only<Policy>;
    iam_action!(CreatePolicy);

    async fn run(&self, cx: &Context<'_>) -> Result<Self::Answer, Stop> {
        let first = PolicyVersion { id: "v1".to_owned(), document: self.document.clone(), created: cx.now() };
        let policy = PolicyRecord {
            name: self.policy_name.clone(),
            id: ids::unique(ids::POLICY),
            path: self.path.clone().unwrap_or_else(|| "/".to_owned()),
            description: self.description.clone().filter(|text| !text.is_empty()),
            created: cx.now(),
            updated: cx.now(),
            default: first.id.clone(),
            versions: vec![first],
            next: 2,
            tags: self.tags.clone().unwrap_or_default(),
        };
        let arn = cx.arn_of(&policy);
        let conditions = Conditions::default().request_tags(&policy.tags);
        cx.permit(&action_of::<Self>(), &arn, &conditions)?;
        permit_tags::<PolicyRecord>(cx, &arn, &policy.tags, &conditions)?;
        check_managed_policy(&self.document)?;
        cx.check_new::<PolicyRecord>(&policy.name).await?;
        let mut writes = cx.writes();
        writes.put(&policy);
        cx.commit(writes).await?;
        Ok(Only("Policy", Managed::ByAccount(policy).answer(cx, Uses::default())))
    }
}

impl Action for GetPolicy {
    type Answer = Only<Policy>;
    iam_action!(GetPolicy);

    async fn run(&self, cx: &Context<'_>) -> Result<Self::Answer, Stop> {
        let policy = Managed::permitted::<Self>(cx, &self.policy_arn).await?;
        let uses = Usage::of_all(cx).await?.of(&self.policy_arn);
        Ok(Only("Policy", policy.answer(cx, uses)))
    }
}

impl Action for ListPolicies {
    type Answer = Listed<Policy>;
    iam_action!(ListPolicies);

    async fn run(&self, cx: &Context<'_>) -> Result<Self::Answer, Stop> {
        cx.permit_listing::<Self, PolicyRecord>(self.path_prefix.as_deref())?;
        let usage = Usage::of_all(cx).await?;
        let scope = self.scope.as_deref().unwrap_or("All");
        let mut policies = Vec::new();
        if scope != "Local" {
            policies.extend(managed::POLICIES.iter().map(Managed::ByAws));
        }
        if scope != "AWS" {
            policies.extend(cx.list_to_show::<PolicyRecord>().await?.into_iter().map(Managed::ByAccount));
        }
        let prefix = self.path_prefix.as_deref().unwrap_or("/");
        policies.retain(|policy| {
            policy.path().starts_with(prefix) && self.is_asked_for(usage.of(&policy.arn(cx)))
        });
        // A name of the account's may be one of AWS's as well.
        let key = |policy: &Managed| {
            let whose = if matches!(policy, Managed::ByAws(_)) { 'a' } else { 'b' };
            format!("{} {whose}", policy.name().to_ascii_lowercase())
        };
        self.page.answer("Policies", policies, key, |policy| {
            let uses = usage.of(&policy.arn(cx));
            policy.listed_answer(cx, uses)
        })
    }
}

impl ListPolicies {
    fn is_asked_for(&self, uses: Uses) -> bool {
        match (self.only_attached.unwrap_or(false), self.usage.as_deref()) {
            (false, None) => true,
            (true, None) => uses.attached + uses.boundary > 0,
            (_, Some("PermissionsBoundary")) => uses.boundary > 0,
            (_, Some(_)) => uses.attached > 0,
        }
    }
}

impl Action for DeletePolicy {
    type Answer = ();
    iam_action!(DeletePolicy);

    async fn run(&self, cx: &Context<'_>) -> Result<(), Stop> {
        let target = Target::policy(cx, &self.policy_arn).await?;
        let conditions = target.conditions();
        let policy = target.permit::<Self>(cx, &conditions)?;
        let uses = Usage::of_all(cx).await?.of(&self.policy_arn);
        if uses.attached + uses.boundary > 0 {
            return Err(Error::delete_conflict("Cannot delete a policy attached to entities.").into());
        }
        if policy.versions.len() > 1 {
            let text = "This policy has more than one version. Before you delete a policy, you must delete the \
                        policy's versions. The default version is deleted with the policy.";
            return Err(Error::delete_conflict(text).into());
        }
        let mut writes = cx.writes();
        writes.delete::<PolicyRecord>(policy.name());
        cx.commit(writes).await
    }
}
