//! What the IAM API is: requests with what their members must be, and answers, in AWS's nouns. Data only.
//!
//! Bounds, patterns and names are those of its model (2010-05-08).

#![expect(clippy::struct_field_names, reason = "members have the names that the API gives them")]

pub(crate) mod absent;
pub(crate) mod access_keys;
pub(crate) mod account;
pub(crate) mod groups;
pub(crate) mod holders;
pub(crate) mod kinds;
pub(crate) mod login_profiles;
mod macros;
pub(crate) mod oidc_providers;
mod patterns;
pub(crate) mod policies;
pub(crate) mod roles;
pub(crate) mod simulate;
pub(crate) mod sts;
pub(crate) mod tags;
pub(crate) mod users;

use api::constraint::Member;
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Serialize, Serializer};

pub(crate) use crate::records::Tag;

/// The member of every listing that says where the last page ended.
pub(crate) const MARKER: Member = kinds::optional("Marker", kinds::MARKER);
/// The member of every listing that bounds its page.
pub(crate) const MAX_ITEMS: Member = kinds::optional("MaxItems", kinds::MAX_ITEMS_OF_PAGE);

/// Which page of a list is asked for.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Page {
    /// Where the page before ended. None: the first is.
    pub(crate) marker: Option<String>,
    /// How many items it has at most.
    pub(crate) max_items: Option<usize>,
}

/// How a page ends.
#[derive(Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct PageEnd {
    /// Whether there are more.
    pub(crate) is_truncated: bool,
    /// What to ask for them with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) marker: Option<String>,
}

/// The answer of an action that answers nothing, but as a structure.
#[derive(Serialize)]
pub(crate) struct Nothing {}

/// An answer with one member.
pub(crate) struct Only<T>(pub(crate) &'static str, pub(crate) T);

impl<T: Serialize> Serialize for Only<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(self.0, &self.1)?;
        map.end()
    }
}

/// An answer that is a page of a list.
pub(crate) struct Listed<T> {
    /// The name of the member that has the items.
    pub(crate) name: &'static str,
    pub(crate) items: Vec<T>,
    pub(crate) end: PageEnd,
}

impl<T: Serialize> Serialize for Listed<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry(self.name, &self.items)?;
        map.serialize_entry("IsTruncated", &self.end.is_truncated)?;
        if let Some(marker) = &self.end.marker {
            map.serialize_entry("Marker", marker)?;
        }
        map.end()
    }
}

/// The permissions boundary of a user or role.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AttachedPermissionsBoundary {
    pub(crate) permissions_boundary_type: &'static str,
    pub(crate) permissions_boundary_arn: String,
}

/// A policy that is attached to something.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AttachedPolicy {
    pub(crate) policy_name: String,
    pub(crate) policy_arn: String,
}

/// A user. Lists leave its boundary and tags out.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct User {
    /// None for the account's root, which `GetUser` tells of too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) path: Option<String>,
    /// Likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) user_name: Option<String>,
    pub(crate) user_id: String,
    pub(crate) arn: String,
    pub(crate) create_date: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) permissions_boundary: Option<AttachedPermissionsBoundary>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) tags: Vec<Tag>,
}

/// A group.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Group {
    pub(crate) path: String,
    pub(crate) group_name: String,
    pub(crate) group_id: String,
    pub(crate) arn: String,
    pub(crate) create_date: String,
}

/// A role. Lists leave its boundary and tags out.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Role {
    pub(crate) path: String,
    pub(crate) role_name: String,
    pub(crate) role_id: String,
    pub(crate) arn: String,
    pub(crate) create_date: String,
    /// In the form of [`url_encoded`].
    pub(crate) assume_role_policy_document: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<String>,
    pub(crate) max_session_duration: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) permissions_boundary: Option<AttachedPermissionsBoundary>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) tags: Vec<Tag>,
}

/// A document as answers have it: percent-encoded but for the unreserved characters (RFC 3986, 2.3).
pub(crate) fn url_encoded(document: &str) -> String {
    use std::fmt::Write as _;
    let mut encoded = String::with_capacity(document.len() * 2);
    for byte in document.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_encoded_byte_by_byte() {
        assert_eq!(url_encoded("{\"a\": \"é~*/-._Z9\"}\n"), "%7B%22a%22%3A%20%22%C3%A9~%2A%2F-._Z9%22%7D%0A");
    }

    #[test]
    fn pages_are_members_beside_the_list() {
        let end = PageEnd { is_truncated: true, marker: Some("m".to_owned()) };
        let listed = Listed { name: "Users", items: vec![1], end };
        let json = serde_json::json!({"Users": [1], "IsTruncated": true, "Marker": "m"});
        assert_eq!(serde_json::to_value(listed).unwrap(), json);
    }
}
