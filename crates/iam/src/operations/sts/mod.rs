//! The actions of the STS API, one file each, and what those that make sessions of roles have in common.
//!
//! What must hold: whoever is not trusted by a role does not learn whether it exists, no session may do more than the
//! role it is of, and nothing that a request says of itself counts before the caller is known.

mod assume_role;
mod assume_role_with_web_identity;
mod get_access_key_info;
mod get_caller_identity;
mod get_session_token;
mod issued;
mod limits;
mod role;
mod second_factor;
mod tags;

/// Every action of the STS API.
macro_rules! for_each_action {
    ($table:ident) => {
        $table! {
            crate::shapes::sts::AssumeRole,
            crate::shapes::sts::AssumeRoleWithWebIdentity,
            crate::shapes::sts::GetAccessKeyInfo,
            crate::shapes::sts::GetCallerIdentity,
            crate::shapes::sts::GetSessionToken,
        }
    };
}

pub(crate) use for_each_action;
