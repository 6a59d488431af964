//! Records as the API tells of them.

use crate::context::Context;
use crate::records::{GroupRecord, RoleRecord, UserRecord};
use crate::refusal::Stop;
use crate::shapes::{AttachedPermissionsBoundary, Group, Role, User, url_encoded};
use crate::time::iso8601;

use super::documents::shown_trust_policy;

/// A user.
pub(super) fn user_answer(cx: &Context<'_>, user: &UserRecord) -> User {
    User {
        permissions_boundary: boundary_answer(user.boundary.as_deref()),
        tags: user.tags.clone(),
        ..listed_user_answer(cx, user)
    }
}

/// A user among others.
pub(super) fn listed_user_answer(cx: &Context<'_>, user: &UserRecord) -> User {
    User {
        path: Some(user.path.clone()),
        user_name: Some(user.name.clone()),
        user_id: user.id.clone(),
        arn: cx.arn_of(user),
        create_date: iso8601(user.created),
        permissions_boundary: None,
        tags: Vec::new(),
    }
}

/// The root of the caller's account, which `GetUser` tells of as of a user. When it was made is not kept.
pub(super) fn root_answer(cx: &Context<'_>) -> User {
    User {
        path: None,
        user_name: None,
        user_id: cx.account().to_owned(),
        arn: cx.arn("root"),
        create_date: iso8601(0),
        permissions_boundary: None,
        tags: Vec::new(),
    }
}

/// A group.
pub(super) fn group_answer(cx: &Context<'_>, group: &GroupRecord) -> Group {
    Group {
        path: group.path.clone(),
        group_name: group.name.clone(),
        group_id: group.id.clone(),
        arn: cx.arn_of(group),
        create_date: iso8601(group.created),
    }
}

/// A role.
pub(super) async fn role_answer(cx: &Context<'_>, role: &RoleRecord) -> Result<Role, Stop> {
    Ok(Role {
        permissions_boundary: boundary_answer(role.boundary.as_deref()),
        tags: role.tags.clone(),
        ..listed_role_answer(cx, role).await?
    })
}

/// A role among others.
pub(super) async fn listed_role_answer(cx: &Context<'_>, role: &RoleRecord) -> Result<Role, Stop> {
    Ok(Role {
        path: role.path.clone(),
        role_name: role.name.clone(),
        role_id: role.id.clone(),
        arn: cx.arn_of(role),
        create_date: iso8601(role.created),
        assume_role_policy_document: url_encoded(
            &shown_trust_policy(cx, &role.trust, &role.trust_ids).await?,
        ),
        description: role.description.clone(),
        max_session_duration: role.max_session_seconds,
        permissions_boundary: None,
        tags: Vec::new(),
    })
}

fn boundary_answer(boundary: Option<&str>) -> Option<AttachedPermissionsBoundary> {
    boundary.map(|arn| AttachedPermissionsBoundary {
        permissions_boundary_type: "PermissionsBoundaryPolicy",
        permissions_boundary_arn: arn.to_owned(),
    })
}
