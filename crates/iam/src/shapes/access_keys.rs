//! Access keys.

use serde::Serialize;

use super::{kinds, macros::request};

request! {
    /// Makes an access key of a user, or of the caller.
    CreateAccessKey {}
    optional { user_name: String = "UserName", kinds::NAME; }
}
request! {
    /// Switches an access key on or off.
    UpdateAccessKey {
        access_key_id: String = "AccessKeyId", kinds::ACCESS_KEY_ID;
        status: String = "Status", kinds::STATUS;
    }
    optional { user_name: String = "UserName", kinds::NAME; }
}
request! {
    /// Deletes an access key.
    DeleteAccessKey { access_key_id: String = "AccessKeyId", kinds::ACCESS_KEY_ID; }
    optional { user_name: String = "UserName", kinds::NAME; }
}
request! {
    /// Lists the access keys of a user, or of the caller.
    list ListAccessKeys {}
    optional { user_name: String = "UserName", kinds::NAME; }
}
request! {
    /// Tells whose an access key is.
    GetAccessKeyLastUsed { access_key_id: String = "AccessKeyId", kinds::ACCESS_KEY_ID; }
    optional {}
}

/// An access key, and its secret when it is made.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AccessKey {
    /// None for one of the account's root.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) user_name: Option<String>,
    pub(crate) access_key_id: String,
    pub(crate) status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) secret_access_key: Option<String>,
    pub(crate) create_date: String,
}

/// Whose an access key is and how it was last used.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AccessKeyOwner {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) user_name: Option<String>,
    pub(crate) access_key_last_used: LastUsed,
}

/// When, for what and where an access key was last used.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct LastUsed {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) last_used_date: Option<String>,
    pub(crate) service_name: String,
    pub(crate) region: String,
}
