//! Groups, and who is in them. Each user's record says in which groups the user is.

use crate::authorize::Conditions;
use crate::context::Context;
use crate::records::{GroupRecord, UserRecord};
use crate::refusal::Stop;
use crate::shapes::groups::{
    AddUserToGroup, CreateGroup, DeleteGroup, GetGroup, GroupAndUsers, ListGroups, RemoveUserFromGroup,
    UpdateGroup,
};
use crate::shapes::{Group, Listed, Only};
use crate::table::Action;
use crate::{Error, ids, limits};

use super::answers::{group_answer, listed_user_answer};
use super::iam_action;
use super::target::{Entity as _, action_of};

/// Most users of a group that is renamed. They are rewritten in one commit, and a store takes 1,024 changes in one.
const MOST_RENAMED: usize = 1000;

impl Action for CreateGroup {
    type Answer = Only<Group>;
    iam_action!(CreateGroup);

    async fn run(&self, cx: &Context<'_>) -> Result<Self::Answer, Stop> {
        let group = GroupRecord {
            name: self.group_name.clone(),
            id: ids::unique(ids::GROUP),
            path: self.path.clone().unwrap_or_else(|| "/".to_owned()),
            created: cx.now(),
            ..GroupRecord::default()
        };
        cx.permit(&action_of::<Self>(), &cx.arn_of(&group), &Conditions::default())?;
        cx.check_new::<GroupRecord>(&group.name).await?;
        let mut writes = cx.writes();
        writes.put(&group);
        cx.commit(writes).await?;
        Ok(Only("Group", group_answer(cx, &group)))
    }
}

impl Action for GetGroup {
    type Answer = GroupAndUsers;
    iam_action!(GetGroup);

    async fn run(&self, cx: &Context<'_>) -> Result<Self::Answer, Stop> {
        let group = cx.permitted::<Self, GroupRecord>(&self.group_name).await?;
        let members = members(cx, &group).await?;
        let (users, end) = self.page.of(members, |user| user.name.to_ascii_lowercase())?;
        let users = users.iter().map(|user| listed_user_answer(cx, user)).collect();
        Ok(GroupAndUsers { group: group_answer(cx, &group), users, end })
    }
}

impl Action for ListGroups {
    type Answer = Listed<Group>;
    iam_action!(ListGroups);

    async fn run(&self, cx: &Context<'_>) -> Result<Self::Answer, Stop> {
        let prefix = self.path_prefix.as_deref();
        cx.permit_listing::<Self, GroupRecord>(prefix)?;
        let mut groups = cx.list_to_show::<GroupRecord>().await?;
        groups.retain(|group| group.path.starts_with(prefix.unwrap_or("/")));
        let name = |group: &GroupRecord| group.name.to_ascii_lowercase();
        self.page.answer("Groups", groups, name, |group| group_answer(cx, &group))
    }
}

impl Action for UpdateGroup {
    type Answer = ();
    iam_action!(UpdateGroup);

    async fn run(&self, cx: &Context<'_>) -> Result<(), Stop> {
        let former = cx.permitted::<Self, GroupRecord>(&self.group_name).await?;
        let mut group = former.clone();
        group.path = self.new_path.clone().unwrap_or(group.path);
        group.name = self.new_group_name.clone().unwrap_or(group.name);
        // As AWS: whoever renames must be permitted to do so under both names.
        cx.permit(&action_of::<Self>(), &cx.arn_of(&group), &Conditions::default())?;
        let mut writes = cx.writes();
        if !group.name.eq_ignore_ascii_case(&former.name) {
            if cx.get::<GroupRecord>(&group.name).await?.is_some() {
                return Err(GroupRecord::exists(&group.name).into());
            }
            let members = members(cx, &former).await?;
            if members.len() > MOST_RENAMED {
                return Err(Error::limit_exceeded("UsersOfRenamedGroup", MOST_RENAMED).into());
            }
            for member in members {
                let mut user = user(cx, &member.name).await?;
                leave(&mut user, &former);
                user.groups.push(group.name.clone());
                writes.put(&user);
            }
            writes.delete::<GroupRecord>(&former.name);
        }
        writes.put(&group);
        cx.commit(writes).await
    }
}

impl Action for DeleteGroup {
    type Answer = ();
    iam_action!(DeleteGroup);

    async fn run(&self, cx: &Context<'_>) -> Result<(), Stop> {
        let group = cx.permitted::<Self, GroupRecord>(&self.group_name).await?;
        for (has, must) in [
            (!members(cx, &group).await?.is_empty(), "must remove users from group first."),
            (!group.attached.is_empty(), "must detach all policies first."),
            (!group.inline.is_empty(), "must delete policies first."),
        ] {
            if has {
                return Err(Error::delete_conflict(format!("Cannot delete entity, {must}")).into());
            }
        }
        let mut writes = cx.writes();
        writes.delete::<GroupRecord>(&group.name);
        cx.commit(writes).await
    }
}

impl Action for AddUserToGroup {
    type Answer = ();
    iam_action!(AddUserToGroup);

    async fn run(&self, cx: &Context<'_>) -> Result<(), Stop> {
        let group = cx.permitted::<Self, GroupRecord>(&self.group_name).await?;
        let mut user = user(cx, &self.user_name).await?;
        if is_in(&user, &group) {
            return Ok(());
        }
        if user.groups.len() >= limits::GROUPS_OF_USER {
            return Err(Error::limit_exceeded("GroupsPerUser", limits::GROUPS_OF_USER).into());
        }
        user.groups.push(group.name);
        let mut writes = cx.writes();
        writes.put(&user);
        cx.commit(writes).await
    }
}

impl Action for RemoveUserFromGroup {
    type Answer = ();
    iam_action!(RemoveUserFromGroup);

    async fn run(&self, cx: &Context<'_>) -> Result<(), Stop> {
        let group = cx.permitted::<Self, GroupRecord>(&self.group_name).await?;
        let mut user = user(cx, &self.user_name).await?;
        if !is_in(&user, &group) {
            let text = format!("The user with name {} is not in the group {}.", user.name, group.name);
            return Err(Error::no_such_entity(text).into());
        }
        leave(&mut user, &group);
        let mut writes = cx.writes();
        writes.put(&user);
        cx.commit(writes).await
    }
}

async fn user(cx: &Context<'_>, name: &str) -> Result<UserRecord, Stop> {
    cx.get::<UserRecord>(name).await?.ok_or_else(|| UserRecord::missing(name).into())
}

/// To be shown or counted.
async fn members(cx: &Context<'_>, group: &GroupRecord) -> Result<Vec<UserRecord>, Stop> {
    let mut users = cx.list_to_show::<UserRecord>().await?;
    users.retain(|user| is_in(user, group));
    Ok(users)
}

fn is_in(user: &UserRecord, group: &GroupRecord) -> bool {
    user.groups.iter().any(|name| name.eq_ignore_ascii_case(&group.name))
}

fn leave(user: &mut UserRecord, group: &GroupRecord) {
    user.groups.retain(|name| !name.eq_ignore_ascii_case(&group.name));
}
