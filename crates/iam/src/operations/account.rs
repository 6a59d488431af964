//! The account as a whole.

use serde::Serialize;

use crate::authorize::Conditions;
use crate::context::Context;
use crate::limits;
use crate::records::{GroupRecord, OidcProviderRecord, PolicyRecord, RoleRecord, UserRecord};
use crate::refusal::Stop;
use crate::shapes::account::{GetAccountSummary, ListAccountAliases};
use crate::shapes::{Listed, Only};
use crate::table::Action;

use super::iam_action;
use super::target::action_of;

/// A pair of a map, as answers have maps.
#[derive(Serialize)]
pub(crate) struct Pair {
    key: &'static str,
    value: usize,
}

impl Action for ListAccountAliases {
    type Answer = Listed<String>;
    iam_action!(ListAccountAliases);

    async fn run(&self, cx: &Context<'_>) -> Result<Self::Answer, Stop> {
        cx.permit(&action_of::<Self>(), "*", &Conditions::default())?;
        self.page.answer("AccountAliases", Vec::new(), String::clone, |alias| alias)
    }
}

impl Action for GetAccountSummary {
    type Answer = Only<Only<Vec<Pair>>>;
    iam_action!(GetAccountSummary);

    async fn run(&self, cx: &Context<'_>) -> Result<Self::Answer, Stop> {
        cx.permit(&action_of::<Self>(), "*", &Conditions::default())?;
        let policies = cx.list_to_show::<PolicyRecord>().await?;
        let pairs = [
            ("Users", cx.count::<UserRecord>().await?),
            ("UsersQuota", limits::USERS),
            ("Groups", cx.count::<GroupRecord>().await?),
            ("GroupsQuota", limits::GROUPS),
            ("Roles", cx.count::<RoleRecord>().await?),
            ("RolesQuota", limits::ROLES),
            ("Policies", policies.len()),
            ("PoliciesQuota", limits::POLICIES),
            ("PolicyVersionsInUse", policies.iter().map(|policy| policy.versions.len()).sum()),
            ("VersionsPerPolicyQuota", limits::POLICY_VERSIONS),
            ("PolicySizeQuota", limits::MANAGED_POLICY),
            ("UserPolicySizeQuota", limits::USER_INLINE),
            ("GroupPolicySizeQuota", limits::GROUP_INLINE),
            ("RolePolicySizeQuota", limits::ROLE_INLINE),
            ("AssumeRolePolicySizeQuota", limits::TRUST_POLICY),
            ("AttachedPoliciesPerUserQuota", limits::ATTACHED),
            ("AttachedPoliciesPerGroupQuota", limits::ATTACHED),
            ("AttachedPoliciesPerRoleQuota", limits::ATTACHED),
            ("GroupsPerUserQuota", limits::GROUPS_OF_USER),
            ("AccessKeysPerUserQuota", limits::ACCESS_KEYS),
            ("AccountAccessKeysPresent", usize::from(!cx.root_access_keys().await?.is_empty())),
            ("Providers", cx.count::<OidcProviderRecord>().await?),
            ("InstanceProfiles", 0),
            ("ServerCertificates", 0),
            ("MFADevices", 0),
            ("MFADevicesInUse", 0),
            ("AccountMFAEnabled", 0),
            ("AccountPasswordPresent", 0),
        ];
        let entry = pairs.into_iter().map(|(key, value)| Pair { key, value }).collect();
        Ok(Only("SummaryMap", Only("entry", entry)))
    }
}
