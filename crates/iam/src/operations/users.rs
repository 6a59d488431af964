//! Users.

use crate::authorize::Conditions;
use crate::context::Context;
use crate::records::{GroupRecord, Owner, UserRecord};
use crate::refusal::Stop;
use crate::shapes::users::{CreateUser, DeleteUser, GetUser, ListGroupsForUser, ListUsers, UpdateUser};
use crate::shapes::{Group, Listed, Only, User};
use crate::table::Action;
use crate::{Error, ids};

use super::answers::{group_answer, listed_user_answer, root_answer, user_answer};
use super::boundaries::check_boundary;
use super::iam_action;
use super::tags::permit_tags;
use super::target::{Entity as _, action_of};
use super::whose::{Whose, whose};

impl Action for CreateUser {
    type Answer = Only<User>;
    iam_action!(CreateUser);

    async fn run(&self, cx: &Context<'_>) -> Result<Self::Answer, Stop> {
        let user = UserRecord {
            name: self.user_name.clone(),
            id: ids::unique(ids::USER),
            path: self.path.clone().unwrap_or_else(|| "/".to_owned()),
            created: cx.now(),
            tags: self.tags.clone().unwrap_or_default(),
            boundary: self.permissions_boundary.clone(),
            ..UserRecord::default()
        };
        let arn = cx.arn_of(&user);
        let conditions = Conditions::default()
            .request_tags(&user.tags)
            .maybe("iam:PermissionsBoundary", user.boundary.as_deref());
        cx.permit(&action_of::<Self>(), &arn, &conditions)?;
        permit_tags::<UserRecord>(cx, &arn, &user.tags, &conditions)?;
        check_boundary(cx, user.boundary.as_deref()).await?;
        cx.check_new::<UserRecord>(&user.name).await?;
        let mut writes = cx.writes();
        writes.put(&user);
        cx.commit(writes).await?;
        Ok(Only("User", user_answer(cx, &user)))
    }
}

impl Action for GetUser {
    type Answer = Only<User>;
    iam_action!(GetUser);

    async fn run(&self, cx: &Context<'_>) -> Result<Self::Answer, Stop> {
        let user = match whose(cx, self.user_name.as_deref())? {
            Whose::Root => {
                cx.permit(&action_of::<Self>(), cx.caller().arn(), &Conditions::default())?;
                root_answer(cx)
            }
            Whose::User(name) => user_answer(cx, &cx.permitted::<Self, UserRecord>(name).await?),
        };
        Ok(Only("User", user))
    }
}

impl Action for ListUsers {
    type Answer = Listed<User>;
    iam_action!(ListUsers);

    async fn run(&self, cx: &Context<'_>) -> Result<Self::Answer, Stop> {
        let prefix = self.path_prefix.as_deref();
        cx.permit_listing::<Self, UserRecord>(prefix)?;
        let mut users = cx.list_to_show::<UserRecord>().await?;
        users.retain(|user| user.path.starts_with(prefix.unwrap_or("/")));
        let name = |user: &UserRecord| user.name.to_ascii_lowercase();
        self.page.answer("Users", users, name, |user| listed_user_answer(cx, &user))
    }
}

impl Action for UpdateUser {
    type Answer = ();
    iam_action!(UpdateUser);

    async fn run(&self, cx: &Context<'_>) -> Result<(), Stop> {
        let former = cx.permitted::<Self, UserRecord>(&self.user_name).await?;
        let mut user = former.clone();
        user.path = self.new_path.clone().unwrap_or(user.path);
        user.name = self.new_user_name.clone().unwrap_or(user.name);
        // As AWS: whoever renames must be permitted to do so under both names.
        let conditions = Conditions::default().resource_tags(&user.tags);
        cx.permit(&action_of::<Self>(), &cx.arn_of(&user), &conditions)?;
        let mut writes = cx.writes();
        if !user.name.eq_ignore_ascii_case(&former.name) {
            if cx.get::<UserRecord>(&user.name).await?.is_some() {
                return Err(UserRecord::exists(&user.name).into());
            }
            writes.delete::<UserRecord>(&former.name);
        }
        for id in &user.access_keys {
            if let Some(mut key) = cx.access_key(id).await? {
                key.owner = Owner::User { name: user.name.clone(), id: user.id.clone() };
                writes.put_access_key(&key);
            }
        }
        writes.put(&user);
        cx.commit(writes).await
    }
}

impl Action for DeleteUser {
    type Answer = ();
    iam_action!(DeleteUser);

    async fn run(&self, cx: &Context<'_>) -> Result<(), Stop> {
        let user = cx.permitted::<Self, UserRecord>(&self.user_name).await?;
        for (has, must) in [
            (user.login_profile.is_some(), "must delete login profile first."),
            (!user.access_keys.is_empty(), "must delete access keys first."),
            (!user.groups.is_empty(), "must remove users from group first."),
            (!user.attached.is_empty(), "must detach all policies first."),
            (!user.inline.is_empty(), "must delete policies first."),
        ] {
            if has {
                return Err(Error::delete_conflict(format!("Cannot delete entity, {must}")).into());
            }
        }
        let mut writes = cx.writes();
        writes.delete::<UserRecord>(&user.name);
        cx.commit(writes).await
    }
}

impl Action for ListGroupsForUser {
    type Answer = Listed<Group>;
    iam_action!(ListGroupsForUser);

    async fn run(&self, cx: &Context<'_>) -> Result<Self::Answer, Stop> {
        let user = cx.permitted::<Self, UserRecord>(&self.user_name).await?;
        let mut groups = Vec::with_capacity(user.groups.len());
        for name in &user.groups {
            groups.extend(cx.get::<GroupRecord>(name).await?);
        }
        let name = |group: &GroupRecord| group.name.to_ascii_lowercase();
        self.page.answer("Groups", groups, name, |group| group_answer(cx, &group))
    }
}
