//! Users.

use super::{Tag, kinds, macros::request};

request! {
    /// Makes a user.
    CreateUser { user_name: String = "UserName", kinds::NEW_USER_NAME; }
    optional {
        path: String = "Path", kinds::PATH;
        permissions_boundary: String = "PermissionsBoundary", kinds::ARN;
        tags: Vec<Tag> = "Tags", kinds::TAGS;
    }
}
request! {
    /// Tells of a user, or of the caller.
    GetUser {}
    optional { user_name: String = "UserName", kinds::NAME; }
}
request! {
    /// Lists the users of the account.
    list ListUsers {}
    optional { path_prefix: String = "PathPrefix", kinds::PATH_PREFIX; }
}
request! {
    /// Gives a user another name or path.
    UpdateUser { user_name: String = "UserName", kinds::NAME; }
    optional {
        new_path: String = "NewPath", kinds::PATH;
        new_user_name: String = "NewUserName", kinds::NEW_USER_NAME;
    }
}
request! {
    /// Deletes a user that has nothing any more.
    DeleteUser { user_name: String = "UserName", kinds::NAME; }
    optional {}
}
request! {
    /// Lists the groups that a user is in.
    list ListGroupsForUser { user_name: String = "UserName", kinds::NAME; }
    optional {}
}
