//! `TagResource`.

use crate::constraint::kinds;
use crate::macros::{errors, request};
use crate::{Empty, States, Tag};

request! {
    /// Adds tags to a key, or changes their values.
    TagResource -> Empty;
    required {
        /// Key id or key ARN.
        key_id: String = "KeyId", kinds::KEY_ID;
        /// The tags.
        tags: Vec<Tag> = "Tags", kinds::TAGS;
    }
    optional {}
    states: States::NOT_PENDING_DELETION,
    errors: errors![Internal, NotFound, InvalidArn, KmsInvalidState, LimitExceeded, Tag],
}
