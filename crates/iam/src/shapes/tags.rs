//! Requests about tags, the same for whatever has them.

use std::marker::PhantomData;

use api::constraint::Member;
use serde::Deserialize;

use super::{Page, Tag, kinds};
use crate::records::{OidcProviderRecord, PolicyRecord, RoleRecord, UserRecord};

/// What has tags: how requests name it, and the actions.
pub(crate) trait Tagged {
    /// The member that names it.
    const MEMBER: Member;
    /// The action that sets tags.
    const TAG: &'static str;
    /// The action that takes tags away.
    const UNTAG: &'static str;
    /// The action that lists tags.
    const LIST_TAGS: &'static str;
}

macro_rules! tagged {
    ($($record:ty = $noun:literal, $member:literal, $kind:expr;)*) => { $(
        impl Tagged for $record {
            const MEMBER: Member = kinds::required($member, $kind);
            const TAG: &'static str = concat!("Tag", $noun);
            const UNTAG: &'static str = concat!("Untag", $noun);
            const LIST_TAGS: &'static str = concat!("List", $noun, "Tags");
        }
    )* };
}

tagged! {
    UserRecord = "User", "UserName", kinds::NAME;
    RoleRecord = "Role", "RoleName", kinds::ROLE_NAME;
    PolicyRecord = "Policy", "PolicyArn", kinds::ARN;
    OidcProviderRecord = "OpenIDConnectProvider", "OpenIDConnectProviderArn", kinds::ARN;
}

/// Sets tags.
#[derive(Deserialize)]
#[serde(bound = "")]
pub(crate) struct SetTags<E> {
    #[serde(alias = "UserName", alias = "RoleName", alias = "PolicyArn", alias = "OpenIDConnectProviderArn")]
    pub(crate) named: String,
    #[serde(rename = "Tags")]
    pub(crate) tags: Vec<Tag>,
    #[serde(skip)]
    of: PhantomData<E>,
}

/// Takes tags away.
#[derive(Deserialize)]
#[serde(bound = "")]
pub(crate) struct Untag<E> {
    #[serde(alias = "UserName", alias = "RoleName", alias = "PolicyArn", alias = "OpenIDConnectProviderArn")]
    pub(crate) named: String,
    #[serde(rename = "TagKeys")]
    pub(crate) keys: Vec<String>,
    #[serde(skip)]
    of: PhantomData<E>,
}

/// Lists tags.
#[derive(Deserialize)]
#[serde(bound = "")]
pub(crate) struct ListTags<E> {
    #[serde(alias = "UserName", alias = "RoleName", alias = "PolicyArn", alias = "OpenIDConnectProviderArn")]
    pub(crate) named: String,
    #[serde(flatten)]
    pub(crate) page: Page,
    #[serde(skip)]
    of: PhantomData<E>,
}

impl<E: Tagged> SetTags<E> {
    pub(crate) const FIELDS: &'static [Member] = &[E::MEMBER, kinds::required("Tags", kinds::TAGS)];
}

impl<E: Tagged> Untag<E> {
    pub(crate) const FIELDS: &'static [Member] = &[E::MEMBER, kinds::required("TagKeys", kinds::TAG_KEYS)];
}

impl<E: Tagged> ListTags<E> {
    pub(crate) const FIELDS: &'static [Member] = &[E::MEMBER, super::MARKER, super::MAX_ITEMS];
}
