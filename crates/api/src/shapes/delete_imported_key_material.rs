//! `DeleteImportedKeyMaterial`.

use crate::States;
use crate::constraint::kinds;
use crate::macros::{errors, request, response};

request! {
    /// Destroys imported material at once; the key waits for its return.
    DeleteImportedKeyMaterial -> DeleteImportedKeyMaterialResponse;
    required {
        /// Key id or key ARN.
        key_id: String = "KeyId", kinds::KEY_ID;
    }
    optional {
        /// Which material; by default the current one.
        key_material_id: String = "KeyMaterialId", kinds::MATERIAL_ID;
    }
    states: States::DELETE_MATERIAL,
    errors: errors![InvalidArn, UnsupportedOperation, DependencyTimeout, NotFound, Internal, KmsInvalidState],
}

response! {
    /// Answer of `DeleteImportedKeyMaterial`.
    DeleteImportedKeyMaterialResponse;
    always {
        /// The key ARN.
        key_id: String,
    }
    sometimes {
        /// The id of the deleted material; symmetric encryption keys only.
        key_material_id: String,
    }
}
