//! What managed policies are used by. The records of users, groups and roles say so, and nothing else does.

use std::collections::BTreeMap;

use crate::context::Context;
use crate::records::{GroupRecord, RoleRecord, UserRecord};
use crate::refusal::Stop;
use crate::shapes::policies::{ListEntitiesForPolicy, PolicyEntities, PolicyGroup, PolicyRole, PolicyUser};
use crate::table::Action;

use super::iam_action;
use super::inline_policies::Holder;
use super::policies::Managed;

/// How often a policy is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Uses {
    /// By how many users, groups and roles as a policy.
    pub(super) attached: usize,
    /// By how many users and roles as the permissions boundary.
    pub(super) boundary: usize,
}

/// How often each policy of an account is used.
pub(super) struct Usage(BTreeMap<String, Uses>);

impl Usage {
    /// Reads all users, groups and roles of the caller's account.
    pub(super) async fn of_all(cx: &Context<'_>) -> Result<Self, Stop> {
        let mut usage = Self(BTreeMap::new());
        usage.count(&cx.list_to_show::<UserRecord>().await?);
        usage.count(&cx.list_to_show::<GroupRecord>().await?);
        usage.count(&cx.list_to_show::<RoleRecord>().await?);
        Ok(usage)
    }

    /// How often the policy of this ARN is used.
    pub(super) fn of(&self, arn: &str) -> Uses {
        self.0.get(arn).copied().unwrap_or_default()
    }

    fn count<H: Holder>(&mut self, holders: &[H]) {
        for holder in holders {
            for arn in holder.attached() {
                self.0.entry(arn.clone()).or_default().attached += 1;
            }
            if let Some(arn) = holder.boundary() {
                self.0.entry(arn.to_owned()).or_default().boundary += 1;
            }
        }
    }
}

/// Something that uses a policy.
enum UsedBy {
    Group(GroupRecord),
    User(UserRecord),
    Role(RoleRecord),
}

impl UsedBy {
    /// The groups first, then the users, then the roles.
    fn key(&self) -> String {
        match self {
            Self::Group(group) => format!("a {}", group.name.to_ascii_lowercase()),
            Self::User(user) => format!("b {}", user.name.to_ascii_lowercase()),
            Self::Role(role) => format!("c {}", role.name.to_ascii_lowercase()),
        }
    }
}

impl Action for ListEntitiesForPolicy {
    type Answer = PolicyEntities;
    iam_action!(ListEntitiesForPolicy);

    async fn run(&self, cx: &Context<'_>) -> Result<Self::Answer, Stop> {
        Managed::permitted::<Self>(cx, &self.policy_arn).await?;
        let mut users = Vec::new();
        if self.asks_for("Group") {
            let groups = cx.list_to_show::<GroupRecord>().await?.into_iter();
            users.extend(groups.filter(|group| self.is_user(group, &group.path)).map(UsedBy::Group));
        }
        if self.asks_for("User") {
            let all = cx.list_to_show::<UserRecord>().await?.into_iter();
            users.extend(all.filter(|user| self.is_user(user, &user.path)).map(UsedBy::User));
        }
        if self.asks_for("Role") {
            let roles = cx.list_to_show::<RoleRecord>().await?.into_iter();
            users.extend(roles.filter(|role| self.is_user(role, &role.path)).map(UsedBy::Role));
        }
        let (users, end) = self.page.of(users, UsedBy::key)?;
        let mut answer = PolicyEntities { end, ..PolicyEntities::default() };
        for user in users {
            match user {
                UsedBy::Group(GroupRecord { name: group_name, id: group_id, .. }) => {
                    answer.policy_groups.push(PolicyGroup { group_name, group_id });
                }
                UsedBy::User(UserRecord { name: user_name, id: user_id, .. }) => {
                    answer.policy_users.push(PolicyUser { user_name, user_id });
                }
                UsedBy::Role(RoleRecord { name: role_name, id: role_id, .. }) => {
                    answer.policy_roles.push(PolicyRole { role_name, role_id });
                }
            }
        }
        Ok(answer)
    }
}

impl ListEntitiesForPolicy {
    fn asks_for(&self, kind: &str) -> bool {
        // The two other filters are of kinds of policies, which is no question of who uses one.
        self.entity.as_deref().is_none_or(|entity| entity == kind || entity.ends_with("ManagedPolicy"))
    }

    fn is_user<H: Holder>(&self, holder: &H, path: &str) -> bool {
        let attached = || holder.attached().contains(&self.policy_arn);
        let boundary = || holder.boundary() == Some(self.policy_arn.as_str());
        path.starts_with(self.path_prefix.as_deref().unwrap_or("/"))
            && match self.usage.as_deref() {
                None => attached() || boundary(),
                Some("PermissionsBoundary") => boundary(),
                Some(_) => attached(),
            }
    }
}
