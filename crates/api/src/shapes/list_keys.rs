//! `ListKeys`.

use crate::constraint::{Kind, kinds};
use crate::macros::{errors, request, response};
use crate::{ResourceOwner, limits};

request! {
    /// Lists the account's keys in the Region.
    ListKeys -> ListKeysResponse;
    required {}
    optional {
        /// Most items of the page.
        limit: i64 = "Limit", kinds::LIMIT;
        /// `NextMarker` of the page before.
        marker: String = "Marker", kinds::MARKER;
        /// Whose keys; by default the account's own.
        resource_owners: Vec<ResourceOwner> = "ResourceOwners", Kind::List { min: 1, max: limits::MAX_RESOURCE_OWNERS, item: &Kind::Enum(ResourceOwner::NAMES) };
    }
    errors: errors![DependencyTimeout, Internal, InvalidMarker],
}

response! {
    /// A key in a list.
    KeyListEntry;
    always {
        /// The key id.
        key_id: String,
        /// The key ARN.
        key_arn: String,
    }
    sometimes {}
}

response! {
    /// Answer of `ListKeys`.
    ListKeysResponse;
    always {
        /// The page.
        keys: Vec<KeyListEntry>,
        /// Whether there is more.
        truncated: bool,
    }
    sometimes {
        /// Where the next page begins, if there is one.
        next_marker: String,
    }
}
