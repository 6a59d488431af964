//! `UntagResource`.

use crate::constraint::{Kind, kinds};
use crate::macros::{errors, request};
use crate::{Empty, States, limits};

request! {
    /// Takes tags from a key.
    UntagResource -> Empty;
    required {
        /// Key id or key ARN.
        key_id: String = "KeyId", kinds::KEY_ID;
        /// The keys of the tags.
        tag_keys: Vec<String> = "TagKeys", Kind::List { min: 0, max: limits::MAX_ITEMS, item: &kinds::TAG_KEY };
    }
    optional {}
    states: States::NOT_PENDING_DELETION,
    errors: errors![Internal, NotFound, InvalidArn, KmsInvalidState, Tag],
}
