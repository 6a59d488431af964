//! `DescribeKey`.

use crate::constraint::kinds;
use crate::macros::{request, response};
use crate::{KeyIds, KeyMetadata};

request! {
    /// Says what a key is and in which state.
    DescribeKey -> DescribeKeyResponse;
    required {
        /// Key id, key ARN, alias name or alias ARN.
        key_id: String = "KeyId", kinds::KEY_ID;
    }
    optional {
        /// Tokens of fresh grants.
        grant_tokens: Vec<String> = "GrantTokens", kinds::GRANT_TOKENS;
    }
    key_ids: KeyIds::IdOrAlias,
}

response! {
    /// Answer of `DescribeKey`.
    DescribeKeyResponse;
    always {
        /// The key.
        key_metadata: KeyMetadata,
    }
    sometimes {}
}
