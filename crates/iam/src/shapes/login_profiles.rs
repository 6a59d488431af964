//! Passwords of users.

use api::SecretText;
use api::constraint::Kind;
use serde::Serialize;

use super::{kinds, macros::request};

request! {
    /// Gives a user a password.
    CreateLoginProfile {}
    optional {
        user_name: String = "UserName", kinds::NAME;
        password: SecretText = "Password", kinds::PASSWORD;
        password_reset_required: bool = "PasswordResetRequired", Kind::Boolean;
    }
}
request! {
    /// Tells whether a user has a password.
    GetLoginProfile {}
    optional { user_name: String = "UserName", kinds::NAME; }
}
request! {
    /// Gives a user another password.
    UpdateLoginProfile { user_name: String = "UserName", kinds::NAME; }
    optional {
        password: SecretText = "Password", kinds::PASSWORD;
        password_reset_required: bool = "PasswordResetRequired", Kind::Boolean;
    }
}
request! {
    /// Deletes the password of a user.
    DeleteLoginProfile {}
    optional { user_name: String = "UserName", kinds::NAME; }
}
request! {
    /// Gives the caller another password.
    ChangePassword {
        old_password: SecretText = "OldPassword", kinds::PASSWORD;
        new_password: SecretText = "NewPassword", kinds::PASSWORD;
    }
    optional {}
}

/// That a user has a password.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct LoginProfile {
    pub(crate) user_name: String,
    pub(crate) create_date: String,
    pub(crate) password_reset_required: bool,
}
