//! `ListAliases`.

use crate::Timestamp;
use crate::constraint::kinds;
use crate::macros::{errors, request, response};

request! {
    /// Lists the aliases of the account in the Region, or of one key.
    ListAliases -> ListAliasesResponse;
    required {}
    optional {
        /// Only aliases of this key: key id or key ARN.
        key_id: String = "KeyId", kinds::KEY_ID;
        /// Most items of the page.
        limit: i64 = "Limit", kinds::LIMIT;
        /// `NextMarker` of the page before.
        marker: String = "Marker", kinds::MARKER;
    }
    errors: errors![DependencyTimeout, InvalidMarker, Internal, InvalidArn, NotFound],
}

response! {
    /// An alias.
    AliasListEntry;
    always {
        /// `alias/` and the name.
        alias_name: String,
        /// The alias ARN.
        alias_arn: String,
    }
    sometimes {
        /// The key id; absent from a predefined alias whose key nobody has needed yet.
        target_key_id: String,
        /// When it was created; absent from predefined aliases without a key.
        creation_date: Timestamp,
        /// When it last changed its key; absent from predefined aliases without a key.
        last_updated_date: Timestamp,
    }
}

response! {
    /// Answer of `ListAliases`.
    ListAliasesResponse;
    always {
        /// The page.
        aliases: Vec<AliasListEntry>,
        /// Whether there is more.
        truncated: bool,
    }
    sometimes {
        /// Where the next page begins, if there is one.
        next_marker: String,
    }
}
