//! `ListKeyRotations`.

use crate::constraint::{Kind, kinds};
use crate::macros::{errors, request, response};
use crate::{
    ExpirationModelType, ImportState, IncludeKeyMaterial, KeyMaterialState, RotationType, Timestamp,
};

request! {
    /// Lists the materials of a symmetric encryption key and how they came to be.
    ListKeyRotations -> ListKeyRotationsResponse;
    required {
        /// Key id or key ARN.
        key_id: String = "KeyId", kinds::KEY_ID;
    }
    optional {
        /// Which materials.
        include_key_material: IncludeKeyMaterial = "IncludeKeyMaterial", Kind::Enum(IncludeKeyMaterial::NAMES);
        /// Most items of the page.
        limit: i64 = "Limit", kinds::LIMIT;
        /// `NextMarker` of the page before.
        marker: String = "Marker", kinds::MARKER;
    }
    errors: errors![NotFound, InvalidArn, InvalidMarker, Internal, KmsInvalidState, UnsupportedOperation],
}

response! {
    /// A material of a key.
    RotationsListEntry;
    always {
        /// The key ARN.
        key_id: String,
        /// Its id.
        key_material_id: String,
        /// Its part in the key.
        key_material_state: KeyMaterialState,
    }
    sometimes {
        /// What was said of it at its import.
        key_material_description: String,
        /// Whether it is there; EXTERNAL keys only.
        import_state: ImportState,
        /// Whether it expires; EXTERNAL keys only.
        expiration_model: ExpirationModelType,
        /// When it expires.
        valid_to: Timestamp,
        /// When it became current by a rotation.
        rotation_date: Timestamp,
        /// By which kind.
        rotation_type: RotationType,
    }
}

response! {
    /// Answer of `ListKeyRotations`.
    ListKeyRotationsResponse;
    always {
        /// The page.
        rotations: Vec<RotationsListEntry>,
        /// Whether there is more.
        truncated: bool,
    }
    sometimes {
        /// Where the next page begins, if there is one.
        next_marker: String,
    }
}
