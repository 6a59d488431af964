//! Versions of managed policies, one of which is in force.

use crate::context::Context;
use crate::records::{PolicyRecord, PolicyVersion as VersionRecord};
use crate::refusal::Stop;
use crate::shapes::policies::{
    CreatePolicyVersion, DeletePolicyVersion, GetPolicyVersion, ListPolicyVersions, PolicyVersion,
    SetDefaultPolicyVersion,
};
use crate::shapes::{Listed, Only, url_encoded};
use crate::table::Action;
use crate::time::iso8601;
use crate::{Error, limits};

use super::documents::check_managed_policy;
use super::iam_action;
use super::policies::Managed;
use super::target::Target;

impl Action for CreatePolicyVersion {
    type Answer = Only<PolicyVersion>;
    iam_action!(CreatePolicyVersion);

    async fn run(&self, cx: &Context<'_>) -> Result<Self::Answer, Stop> {
        let mut policy = permitted::<Self>(cx, &self.policy_arn).await?;
        check_managed_policy(&self.document)?;
        if policy.versions.len() >= limits::POLICY_VERSIONS {
            let text = format!(
                "A managed policy can have up to {} versions. Before you create a new version, you must delete an \
                 existing version.",
                limits::POLICY_VERSIONS
            );
            return Err(Error::new("LimitExceeded", 409, text).into());
        }
        let version = VersionRecord {
            id: format!("v{}", policy.next),
            document: self.document.clone(),
            created: cx.now(),
        };
        policy.next += 1;
        policy.updated = cx.now();
        if self.set_as_default.unwrap_or(false) {
            policy.default.clone_from(&version.id);
        }
        policy.versions.push(version.clone());
        put(cx, &policy).await?;
        Ok(Only("PolicyVersion", answer(&version, &policy.default)))
    }
}

impl Action for GetPolicyVersion {
    type Answer = Only<PolicyVersion>;
    iam_action!(GetPolicyVersion);

    async fn run(&self, cx: &Context<'_>) -> Result<Self::Answer, Stop> {
        let (versions, default) = versions::<Self>(cx, &self.policy_arn).await?;
        let version = versions.iter().find(|version| version.id == self.version_id);
        let version = version.ok_or_else(|| missing(&self.policy_arn, &self.version_id))?;
        let document = Some(url_encoded(&version.document));
        Ok(Only("PolicyVersion", PolicyVersion { document, ..answer(version, &default) }))
    }
}

impl Action for ListPolicyVersions {
    type Answer = Listed<PolicyVersion>;
    iam_action!(ListPolicyVersions);

    async fn run(&self, cx: &Context<'_>) -> Result<Self::Answer, Stop> {
        let (versions, default) = versions::<Self>(cx, &self.policy_arn).await?;
        // The newest first, whose number is the greatest.
        let newest = |version: &VersionRecord| {
            let number = version.id.trim_start_matches('v').parse::<u64>().unwrap_or_default();
            format!("{:020}", u64::MAX - number)
        };
        self.page.answer("Versions", versions, newest, |version| answer(&version, &default))
    }
}

impl Action for DeletePolicyVersion {
    type Answer = ();
    iam_action!(DeletePolicyVersion);

    async fn run(&self, cx: &Context<'_>) -> Result<(), Stop> {
        let mut policy = permitted::<Self>(cx, &self.policy_arn).await?;
        check_version(&policy, &self.policy_arn, &self.version_id)?;
        if policy.default == self.version_id {
            return Err(Error::delete_conflict("Cannot delete the default version of a policy.").into());
        }
        policy.versions.retain(|version| version.id != self.version_id);
        policy.updated = cx.now();
        put(cx, &policy).await
    }
}

impl Action for SetDefaultPolicyVersion {
    type Answer = ();
    iam_action!(SetDefaultPolicyVersion);

    async fn run(&self, cx: &Context<'_>) -> Result<(), Stop> {
        let mut policy = permitted::<Self>(cx, &self.policy_arn).await?;
        check_version(&policy, &self.policy_arn, &self.version_id)?;
        policy.default.clone_from(&self.version_id);
        policy.updated = cx.now();
        put(cx, &policy).await
    }
}

/// The policy of this ARN, if the caller may do `A`, which changes it.
async fn permitted<A: Action>(cx: &Context<'_>, arn: &str) -> Result<PolicyRecord, Stop> {
    let target = Target::policy(cx, arn).await?;
    let conditions = target.conditions();
    target.permit::<A>(cx, &conditions)
}

/// The versions of a policy, and the id of the one in force, if the caller may do `A`, which only reads.
async fn versions<A: Action>(cx: &Context<'_>, arn: &str) -> Result<(Vec<VersionRecord>, String), Stop> {
    Ok(match Managed::permitted::<A>(cx, arn).await? {
        Managed::ByAccount(policy) => (policy.versions, policy.default),
        Managed::ByAws(policy) => {
            let version = VersionRecord {
                id: policy.version.to_owned(),
                document: policy.document.to_owned(),
                created: policy.updated,
            };
            (vec![version], policy.version.to_owned())
        }
    })
}

fn check_version(policy: &PolicyRecord, arn: &str, version: &str) -> Result<(), Error> {
    let there = policy.versions.iter().any(|known| known.id == version);
    if there { Ok(()) } else { Err(missing(arn, version)) }
}

fn missing(arn: &str, version: &str) -> Error {
    Error::no_such_entity(format!("Policy {arn} version {version} does not exist or is not attachable."))
}

async fn put(cx: &Context<'_>, policy: &PolicyRecord) -> Result<(), Stop> {
    let mut writes = cx.writes();
    writes.put(policy);
    cx.commit(writes).await
}

fn answer(version: &VersionRecord, default: &str) -> PolicyVersion {
    PolicyVersion {
        document: None,
        version_id: version.id.clone(),
        is_default_version: version.id == default,
        create_date: iso8601(version.created),
    }
}
