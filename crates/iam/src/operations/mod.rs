//! What the actions of the IAM API do, by subject.
//!
//! Each is permitted before anything is answered or checked that would tell what there is. What it changes, it commits
//! at once, and only if the account is still as it was found.

mod absent;
mod access_keys;
mod account;
mod answers;
mod attached_policies;
mod boundaries;
mod documents;
mod groups;
mod inline_policies;
mod login_profiles;
mod oidc_providers;
mod paging;
mod policies;
mod policy_usage;
mod policy_versions;
mod roles;
mod simulate;
pub(crate) mod sts;
mod subject;
mod tags;
mod target;
pub(crate) mod unheeded;
mod users;
mod whose;

/// The facts of an action whose request is written with its name.
macro_rules! iam_action {
    ($name:ident) => {
        const SERVICE: crate::table::Service = crate::table::Service::Iam;
        const NAME: &'static str = stringify!($name);
        const MEMBERS: &'static [api::constraint::Member] = Self::FIELDS;
    };
}

pub(crate) use iam_action;

/// Calls a macro with every action of the IAM API, each a path and a comma.
macro_rules! for_each_action {
    ($table:ident) => {
        $table! {
            $crate::shapes::users::CreateUser,
            $crate::shapes::users::GetUser,
            $crate::shapes::users::ListUsers,
            $crate::shapes::users::UpdateUser,
            $crate::shapes::users::DeleteUser,
            $crate::shapes::users::ListGroupsForUser,
            $crate::shapes::access_keys::CreateAccessKey,
            $crate::shapes::access_keys::UpdateAccessKey,
            $crate::shapes::access_keys::DeleteAccessKey,
            $crate::shapes::access_keys::ListAccessKeys,
            $crate::shapes::access_keys::GetAccessKeyLastUsed,
            $crate::shapes::login_profiles::CreateLoginProfile,
            $crate::shapes::login_profiles::GetLoginProfile,
            $crate::shapes::login_profiles::UpdateLoginProfile,
            $crate::shapes::login_profiles::DeleteLoginProfile,
            $crate::shapes::login_profiles::ChangePassword,
            $crate::shapes::groups::CreateGroup,
            $crate::shapes::groups::GetGroup,
            $crate::shapes::groups::ListGroups,
            $crate::shapes::groups::UpdateGroup,
            $crate::shapes::groups::DeleteGroup,
            $crate::shapes::groups::AddUserToGroup,
            $crate::shapes::groups::RemoveUserFromGroup,
            $crate::shapes::roles::CreateRole,
            $crate::shapes::roles::GetRole,
            $crate::shapes::roles::ListRoles,
            $crate::shapes::roles::UpdateRole,
            $crate::shapes::roles::UpdateRoleDescription,
            $crate::shapes::roles::DeleteRole,
            $crate::shapes::roles::UpdateAssumeRolePolicy,
            $crate::shapes::roles::ListInstanceProfilesForRole,
            $crate::shapes::tags::SetTags::<$crate::records::UserRecord>,
            $crate::shapes::tags::SetTags::<$crate::records::RoleRecord>,
            $crate::shapes::tags::SetTags::<$crate::records::PolicyRecord>,
            $crate::shapes::tags::SetTags::<$crate::records::OidcProviderRecord>,
            $crate::shapes::tags::Untag::<$crate::records::UserRecord>,
            $crate::shapes::tags::Untag::<$crate::records::RoleRecord>,
            $crate::shapes::tags::Untag::<$crate::records::PolicyRecord>,
            $crate::shapes::tags::Untag::<$crate::records::OidcProviderRecord>,
            $crate::shapes::tags::ListTags::<$crate::records::UserRecord>,
            $crate::shapes::tags::ListTags::<$crate::records::RoleRecord>,
            $crate::shapes::tags::ListTags::<$crate::records::PolicyRecord>,
            $crate::shapes::tags::ListTags::<$crate::records::OidcProviderRecord>,
            $crate::shapes::holders::PutPolicy::<$crate::records::UserRecord>,
            $crate::shapes::holders::PutPolicy::<$crate::records::GroupRecord>,
            $crate::shapes::holders::PutPolicy::<$crate::records::RoleRecord>,
            $crate::shapes::holders::GetHolderPolicy::<$crate::records::UserRecord>,
            $crate::shapes::holders::GetHolderPolicy::<$crate::records::GroupRecord>,
            $crate::shapes::holders::GetHolderPolicy::<$crate::records::RoleRecord>,
            $crate::shapes::holders::DeleteHolderPolicy::<$crate::records::UserRecord>,
            $crate::shapes::holders::DeleteHolderPolicy::<$crate::records::GroupRecord>,
            $crate::shapes::holders::DeleteHolderPolicy::<$crate::records::RoleRecord>,
            $crate::shapes::holders::ListHolderPolicies::<$crate::records::UserRecord>,
            $crate::shapes::holders::ListHolderPolicies::<$crate::records::GroupRecord>,
            $crate::shapes::holders::ListHolderPolicies::<$crate::records::RoleRecord>,
            $crate::shapes::holders::AttachPolicy::<$crate::records::UserRecord>,
            $crate::shapes::holders::AttachPolicy::<$crate::records::GroupRecord>,
            $crate::shapes::holders::AttachPolicy::<$crate::records::RoleRecord>,
            $crate::shapes::holders::DetachPolicy::<$crate::records::UserRecord>,
            $crate::shapes::holders::DetachPolicy::<$crate::records::GroupRecord>,
            $crate::shapes::holders::DetachPolicy::<$crate::records::RoleRecord>,
            $crate::shapes::holders::ListAttachedPolicies::<$crate::records::UserRecord>,
            $crate::shapes::holders::ListAttachedPolicies::<$crate::records::GroupRecord>,
            $crate::shapes::holders::ListAttachedPolicies::<$crate::records::RoleRecord>,
            $crate::shapes::holders::PutBoundary::<$crate::records::UserRecord>,
            $crate::shapes::holders::PutBoundary::<$crate::records::RoleRecord>,
            $crate::shapes::holders::DeleteBoundary::<$crate::records::UserRecord>,
            $crate::shapes::holders::DeleteBoundary::<$crate::records::RoleRecord>,
            $crate::shapes::policies::CreatePolicy,
            $crate::shapes::policies::GetPolicy,
            $crate::shapes::policies::ListPolicies,
            $crate::shapes::policies::DeletePolicy,
            $crate::shapes::policies::ListEntitiesForPolicy,
            $crate::shapes::policies::CreatePolicyVersion,
            $crate::shapes::policies::GetPolicyVersion,
            $crate::shapes::policies::ListPolicyVersions,
            $crate::shapes::policies::DeletePolicyVersion,
            $crate::shapes::policies::SetDefaultPolicyVersion,
            $crate::shapes::oidc_providers::CreateOpenIDConnectProvider,
            $crate::shapes::oidc_providers::GetOpenIDConnectProvider,
            $crate::shapes::oidc_providers::ListOpenIDConnectProviders,
            $crate::shapes::oidc_providers::DeleteOpenIDConnectProvider,
            $crate::shapes::oidc_providers::AddClientIDToOpenIDConnectProvider,
            $crate::shapes::oidc_providers::RemoveClientIDFromOpenIDConnectProvider,
            $crate::shapes::oidc_providers::UpdateOpenIDConnectProviderThumbprint,
            $crate::shapes::account::ListAccountAliases,
            $crate::shapes::account::GetAccountSummary,
            $crate::shapes::absent::ListMFADevices,
            $crate::shapes::absent::ListSigningCertificates,
            $crate::shapes::absent::ListSSHPublicKeys,
            $crate::shapes::absent::ListServiceSpecificCredentials,
            $crate::shapes::absent::ListVirtualMFADevices,
            $crate::operations::unheeded::Complete::<$crate::shapes::simulate::SimulatePrincipalPolicy>,
            $crate::operations::unheeded::Complete::<$crate::shapes::simulate::SimulateCustomPolicy>,
        }
    };
}

pub(crate) use for_each_action;
