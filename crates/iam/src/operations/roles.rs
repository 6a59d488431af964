//! Roles, and who may take them on.

use crate::authorize::Conditions;
use crate::context::Context;
use crate::records::RoleRecord;
use crate::refusal::Stop;
use crate::shapes::roles::{
    CreateRole, DeleteRole, GetRole, ListInstanceProfilesForRole, ListRoles, UpdateAssumeRolePolicy,
    UpdateRole, UpdateRoleDescription,
};
use crate::shapes::{Listed, Nothing, Only, Role};
use crate::table::Action;
use crate::{Error, ids};

use super::answers::{listed_role_answer, role_answer};
use super::boundaries::check_boundary;
use super::documents::check_trust_policy;
use super::iam_action;
use super::tags::permit_tags;
use super::target::action_of;

/// How long sessions of a role are at most if nobody says, in seconds (API reference, `MaxSessionDuration`).
const DEFAULT_SESSION: i64 = 3600;

impl Action for CreateRole {
    type Answer = Only<Role>;
    iam_action!(CreateRole);

    async fn run(&self, cx: &Context<'_>) -> Result<Self::Answer, Stop> {
        let mut role = RoleRecord {
            name: self.role_name.clone(),
            id: ids::unique(ids::ROLE),
            path: self.path.clone().unwrap_or_else(|| "/".to_owned()),
            created: cx.now(),
            description: described(self.description.as_deref()),
            max_session_seconds: self.max_session_duration.unwrap_or(DEFAULT_SESSION),
            trust: self.trust.clone(),
            tags: self.tags.clone().unwrap_or_default(),
            boundary: self.permissions_boundary.clone(),
            ..RoleRecord::default()
        };
        let arn = cx.arn_of(&role);
        let conditions = Conditions::default()
            .request_tags(&role.tags)
            .maybe("iam:PermissionsBoundary", role.boundary.as_deref());
        cx.permit(&action_of::<Self>(), &arn, &conditions)?;
        permit_tags::<RoleRecord>(cx, &arn, &role.tags, &conditions)?;
        role.trust_ids = check_trust_policy(cx, &role.trust).await?;
        check_boundary(cx, role.boundary.as_deref()).await?;
        cx.check_new::<RoleRecord>(&role.name).await?;
        let mut writes = cx.writes();
        writes.put(&role);
        cx.commit(writes).await?;
        Ok(Only("Role", role_answer(cx, &role).await?))
    }
}

impl Action for GetRole {
    type Answer = Only<Role>;
    iam_action!(GetRole);

    async fn run(&self, cx: &Context<'_>) -> Result<Self::Answer, Stop> {
        let role = cx.permitted::<Self, RoleRecord>(&self.role_name).await?;
        Ok(Only("Role", role_answer(cx, &role).await?))
    }
}

impl Action for ListRoles {
    type Answer = Listed<Role>;
    iam_action!(ListRoles);

    async fn run(&self, cx: &Context<'_>) -> Result<Self::Answer, Stop> {
        let prefix = self.path_prefix.as_deref();
        cx.permit_listing::<Self, RoleRecord>(prefix)?;
        let mut roles = cx.list_to_show::<RoleRecord>().await?;
        roles.retain(|role| role.path.starts_with(prefix.unwrap_or("/")));
        let (roles, end) = self.page.of(roles, |role| role.name.to_ascii_lowercase())?;
        let mut items = Vec::with_capacity(roles.len());
        for role in &roles {
            items.push(listed_role_answer(cx, role).await?);
        }
        Ok(Listed { name: "Roles", items, end })
    }
}

impl Action for UpdateRole {
    type Answer = Nothing;
    iam_action!(UpdateRole);

    async fn run(&self, cx: &Context<'_>) -> Result<Nothing, Stop> {
        let mut role = cx.permitted::<Self, RoleRecord>(&self.role_name).await?;
        if self.description.is_some() {
            role.description = described(self.description.as_deref());
        }
        // As AWS: a duration that is left out is set to the default, not left as it is.
        role.max_session_seconds = self.max_session_duration.unwrap_or(DEFAULT_SESSION);
        put(cx, &role).await?;
        Ok(Nothing {})
    }
}

impl Action for UpdateRoleDescription {
    type Answer = Only<Role>;
    iam_action!(UpdateRoleDescription);

    async fn run(&self, cx: &Context<'_>) -> Result<Self::Answer, Stop> {
        let mut role = cx.permitted::<Self, RoleRecord>(&self.role_name).await?;
        role.description = described(Some(&self.description));
        put(cx, &role).await?;
        Ok(Only("Role", role_answer(cx, &role).await?))
    }
}

impl Action for DeleteRole {
    type Answer = ();
    iam_action!(DeleteRole);

    async fn run(&self, cx: &Context<'_>) -> Result<(), Stop> {
        let role = cx.permitted::<Self, RoleRecord>(&self.role_name).await?;
        for (has, must) in [
            (!role.attached.is_empty(), "must detach all policies first."),
            (!role.inline.is_empty(), "must delete policies first."),
        ] {
            if has {
                return Err(Error::delete_conflict(format!("Cannot delete entity, {must}")).into());
            }
        }
        let mut writes = cx.writes();
        writes.delete::<RoleRecord>(&role.name);
        cx.commit(writes).await
    }
}

impl Action for UpdateAssumeRolePolicy {
    type Answer = ();
    iam_action!(UpdateAssumeRolePolicy);

    async fn run(&self, cx: &Context<'_>) -> Result<(), Stop> {
        let mut role = cx.permitted::<Self, RoleRecord>(&self.role_name).await?;
        role.trust_ids = check_trust_policy(cx, &self.trust).await?;
        role.trust.clone_from(&self.trust);
        put(cx, &role).await
    }
}

impl Action for ListInstanceProfilesForRole {
    type Answer = Listed<String>;
    iam_action!(ListInstanceProfilesForRole);

    async fn run(&self, cx: &Context<'_>) -> Result<Self::Answer, Stop> {
        cx.permitted::<Self, RoleRecord>(&self.role_name).await?;
        self.page.answer("InstanceProfiles", Vec::new(), String::clone, |profile| profile)
    }
}

/// A description that is empty is none.
fn described(description: Option<&str>) -> Option<String> {
    description.filter(|text| !text.is_empty()).map(str::to_owned)
}

async fn put(cx: &Context<'_>, role: &RoleRecord) -> Result<(), Stop> {
    let mut writes = cx.writes();
    writes.put(role);
    cx.commit(writes).await
}
