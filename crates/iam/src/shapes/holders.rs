//! Requests about the policies of users, groups and roles, the same for all three.

use std::marker::PhantomData;

use api::constraint::Member;
use serde::{Deserialize, Serialize, Serializer, ser::SerializeMap as _};

use super::{Page, kinds};
use crate::records::{GroupRecord, RoleRecord, UserRecord};

/// What policies can be put on and attached to: how requests name it, and the actions.
pub(crate) trait Holding {
    /// The member that names it.
    const MEMBER: Member;
    /// What it is, as errors say.
    const NOUN: &'static str;
    /// The action that puts an inline policy.
    const PUT_POLICY: &'static str;
    /// The action that gets one.
    const GET_POLICY: &'static str;
    /// The action that deletes one.
    const DELETE_POLICY: &'static str;
    /// The action that lists them.
    const LIST_POLICIES: &'static str;
    /// The action that attaches a managed policy.
    const ATTACH_POLICY: &'static str;
    /// The action that detaches one.
    const DETACH_POLICY: &'static str;
    /// The action that lists those which are attached.
    const LIST_ATTACHED_POLICIES: &'static str;
    /// The action that sets the permissions boundary. Groups have none.
    const PUT_BOUNDARY: &'static str;
    /// The action that takes it away.
    const DELETE_BOUNDARY: &'static str;
}

macro_rules! holding {
    ($($record:ty = $title:literal, $noun:literal, $kind:expr;)*) => { $(
        impl Holding for $record {
            const MEMBER: Member = kinds::required(concat!($title, "Name"), $kind);
            const NOUN: &'static str = $noun;
            const PUT_POLICY: &'static str = concat!("Put", $title, "Policy");
            const GET_POLICY: &'static str = concat!("Get", $title, "Policy");
            const DELETE_POLICY: &'static str = concat!("Delete", $title, "Policy");
            const LIST_POLICIES: &'static str = concat!("List", $title, "Policies");
            const ATTACH_POLICY: &'static str = concat!("Attach", $title, "Policy");
            const DETACH_POLICY: &'static str = concat!("Detach", $title, "Policy");
            const LIST_ATTACHED_POLICIES: &'static str = concat!("ListAttached", $title, "Policies");
            const PUT_BOUNDARY: &'static str = concat!("Put", $title, "PermissionsBoundary");
            const DELETE_BOUNDARY: &'static str = concat!("Delete", $title, "PermissionsBoundary");
        }
    )* };
}

holding! {
    UserRecord = "User", "user", kinds::NAME;
    GroupRecord = "Group", "group", kinds::NAME;
    RoleRecord = "Role", "role", kinds::ROLE_NAME;
}

/// A request about one holder, with what else it says.
macro_rules! about_holders {
    ($($(#[$doc:meta])* $name:ident { $($field:ident: $type:ty = $wire:literal, $kind:expr;)* })*) => { $(
        $(#[$doc])*
        #[derive(Deserialize)]
        #[serde(bound = "")]
        pub(crate) struct $name<H> {
            #[serde(alias = "UserName", alias = "GroupName", alias = "RoleName")]
            pub(crate) holder: String,
            $( #[serde(rename = $wire)] pub(crate) $field: $type, )*
            #[serde(skip)]
            of: PhantomData<H>,
        }

        impl<H: Holding> $name<H> {
            pub(crate) const FIELDS: &'static [Member] =
                &[H::MEMBER, $( kinds::required($wire, $kind), )*];
        }
    )* };
}

about_holders! {
    /// Puts an inline policy.
    PutPolicy {
        policy_name: String = "PolicyName", kinds::NAME;
        document: String = "PolicyDocument", kinds::DOCUMENT;
    }
    /// Gets an inline policy.
    GetHolderPolicy { policy_name: String = "PolicyName", kinds::NAME; }
    /// Deletes an inline policy.
    DeleteHolderPolicy { policy_name: String = "PolicyName", kinds::NAME; }
    /// Attaches a managed policy.
    AttachPolicy { policy_arn: String = "PolicyArn", kinds::ARN; }
    /// Detaches a managed policy.
    DetachPolicy { policy_arn: String = "PolicyArn", kinds::ARN; }
    /// Sets the permissions boundary.
    PutBoundary { boundary: String = "PermissionsBoundary", kinds::ARN; }
    /// Takes the permissions boundary away.
    DeleteBoundary {}
}

/// Lists the inline policies.
#[derive(Deserialize)]
#[serde(bound = "")]
pub(crate) struct ListHolderPolicies<H> {
    #[serde(alias = "UserName", alias = "GroupName", alias = "RoleName")]
    pub(crate) holder: String,
    #[serde(flatten)]
    pub(crate) page: Page,
    #[serde(skip)]
    of: PhantomData<H>,
}

/// Lists the managed policies that are attached.
#[derive(Deserialize)]
#[serde(bound = "")]
pub(crate) struct ListAttachedPolicies<H> {
    #[serde(alias = "UserName", alias = "GroupName", alias = "RoleName")]
    pub(crate) holder: String,
    #[serde(rename = "PathPrefix", default)]
    pub(crate) path_prefix: Option<String>,
    #[serde(flatten)]
    pub(crate) page: Page,
    #[serde(skip)]
    of: PhantomData<H>,
}

impl<H: Holding> ListHolderPolicies<H> {
    pub(crate) const FIELDS: &'static [Member] = &[H::MEMBER, super::MARKER, super::MAX_ITEMS];
}

impl<H: Holding> ListAttachedPolicies<H> {
    pub(crate) const FIELDS: &'static [Member] =
        &[H::MEMBER, kinds::optional("PathPrefix", kinds::POLICY_PATH), super::MARKER, super::MAX_ITEMS];
}

/// An inline policy.
pub(crate) struct InlinePolicy<H> {
    pub(crate) holder: String,
    pub(crate) policy_name: String,
    /// In the form of [`super::url_encoded`].
    pub(crate) document: String,
    pub(crate) of: PhantomData<H>,
}

impl<H: Holding> Serialize for InlinePolicy<H> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry(H::MEMBER.name, &self.holder)?;
        map.serialize_entry("PolicyName", &self.policy_name)?;
        map.serialize_entry("PolicyDocument", &self.document)?;
        map.end()
    }
}
