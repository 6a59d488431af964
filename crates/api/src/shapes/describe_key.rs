//! `DescribeKey`.

use crate::constraint::kinds;
use crate::macros::{errors, request, response};
use crate::{GrantOperation, KeyIds, KeyMetadata};

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
    grant: Some(GrantOperation::DescribeKey),
    cross_account: true,
    errors: errors![NotFound, InvalidArn, DependencyTimeout, Internal],
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
