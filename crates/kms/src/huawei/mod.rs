//! Requests of the API of Huawei Cloud and Open Telekom Cloud that no operation of AWS's API is equal to: their
//! keys have an alias from the beginning, their lists filter, and their grants know people by id.
//!
//! Each is authorized as the AWS action that its row names, so a policy says the same whichever API is used; and each
//! is made of what the operations are made of. Requests that are equal to one of AWS's are that one, by
//! [`Dialect::huawei`](crate::Dialect::huawei).

mod aliases;
mod counts;
mod create_grant;
mod create_key;
mod data_keys;
mod describe_key;
mod details;
mod list_grants;
mod list_keys;
mod list_tags;
mod principals;
mod replicate_key;
mod update_key_alias;
mod update_rotation_interval;
mod verify;
mod walk;

pub use aliases::{AssociateAlias, CreateAlias, DeleteAliases};
pub use counts::{CountGrants, CountKeys};
pub use create_grant::CreateGrant;
pub use create_key::CreateKey;
pub use data_keys::{DecryptDataKey, EncryptDataKey};
pub use describe_key::DescribeKey;
pub use details::KeyDetails;
pub use list_grants::{Grant, GrantList, ListGrants, ListRetirableGrants};
pub use list_keys::{KeyList, ListKeys, TagFilter};
pub use list_tags::ListTags;
pub use principals::Grantee;
pub use replicate_key::ReplicateKey;
pub use update_key_alias::{AliasOf, UpdateKeyAlias};
pub use update_rotation_interval::UpdateRotationInterval;
pub use verify::{Verified, Verify, VerifyMac};
