//! Groups.

use serde::Serialize;

use super::{Group, PageEnd, User, kinds, macros::request};

request! {
    /// Makes a group.
    CreateGroup { group_name: String = "GroupName", kinds::NAME; }
    optional { path: String = "Path", kinds::PATH; }
}
request! {
    /// Tells of a group and its users.
    list GetGroup { group_name: String = "GroupName", kinds::NAME; }
    optional {}
}
request! {
    /// Lists the groups of the account.
    list ListGroups {}
    optional { path_prefix: String = "PathPrefix", kinds::PATH_PREFIX; }
}
request! {
    /// Gives a group another name or path.
    UpdateGroup { group_name: String = "GroupName", kinds::NAME; }
    optional {
        new_path: String = "NewPath", kinds::PATH;
        new_group_name: String = "NewGroupName", kinds::NAME;
    }
}
request! {
    /// Deletes a group that has nothing any more.
    DeleteGroup { group_name: String = "GroupName", kinds::NAME; }
    optional {}
}
request! {
    /// Puts a user into a group.
    AddUserToGroup {
        group_name: String = "GroupName", kinds::NAME;
        user_name: String = "UserName", kinds::NAME;
    }
    optional {}
}
request! {
    /// Takes a user out of a group.
    RemoveUserFromGroup {
        group_name: String = "GroupName", kinds::NAME;
        user_name: String = "UserName", kinds::NAME;
    }
    optional {}
}

/// A group and a page of its users.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GroupAndUsers {
    pub(crate) group: Group,
    pub(crate) users: Vec<User>,
    #[serde(flatten)]
    pub(crate) end: PageEnd,
}
