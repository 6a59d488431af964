//! `ListResourceTags`.

use crate::Tag;
use crate::constraint::kinds;
use crate::macros::{errors, request, response};

request! {
    /// Lists the tags of a key.
    ListResourceTags -> ListResourceTagsResponse;
    required {
        /// Key id or key ARN.
        key_id: String = "KeyId", kinds::KEY_ID;
    }
    optional {
        /// Most items of the page.
        limit: i64 = "Limit", kinds::LIMIT;
        /// `NextMarker` of the page before.
        marker: String = "Marker", kinds::MARKER;
    }
    errors: errors![Internal, NotFound, InvalidArn, InvalidMarker],
}

response! {
    /// Answer of `ListResourceTags`.
    ListResourceTagsResponse;
    always {
        /// The page.
        tags: Vec<Tag>,
        /// Whether there is more.
        truncated: bool,
    }
    sometimes {
        /// Where the next page begins, if there is one.
        next_marker: String,
    }
}
