//! `ImportKeyMaterial`.

use crate::constraint::{Kind, kinds};
use crate::macros::{errors, request, response};
use crate::{Blob, ExpirationModelType, ImportType, States, Timestamp};

request! {
    /// Takes custody of wrapped key material.
    ImportKeyMaterial -> ImportKeyMaterialResponse;
    required {
        /// Key id or key ARN.
        key_id: String = "KeyId", kinds::KEY_ID;
        /// From `GetParametersForImport`.
        import_token: Blob = "ImportToken", kinds::CIPHERTEXT;
        /// The material, wrapped with the public key of the same answer.
        encrypted_key_material: Blob = "EncryptedKeyMaterial", kinds::CIPHERTEXT;
    }
    optional {
        /// When the material expires: within 365 days.
        valid_to: Timestamp = "ValidTo", Kind::Timestamp;
        /// Whether it expires; by default it does.
        expiration_model: ExpirationModelType = "ExpirationModel", Kind::Enum(ExpirationModelType::NAMES);
        /// Symmetric encryption keys only; by default NEW for the first material and EXISTING afterwards.
        import_type: ImportType = "ImportType", Kind::Enum(ImportType::NAMES);
        /// Symmetric encryption keys only; kept from the last import when absent.
        key_material_description: String = "KeyMaterialDescription", kinds::MATERIAL_DESCRIPTION;
        /// Symmetric encryption keys only: the id that the material must turn out to have.
        key_material_id: String = "KeyMaterialId", kinds::MATERIAL_ID;
    }
    states: States::IMPORT,
    errors: errors![
        InvalidArn, UnsupportedOperation, DependencyTimeout, NotFound, Internal, KmsInvalidState,
        InvalidCiphertext, IncorrectKeyMaterial, ExpiredImportToken, InvalidImportToken,
    ],
}

response! {
    /// Answer of `ImportKeyMaterial`.
    ImportKeyMaterialResponse;
    always {
        /// The key ARN.
        key_id: String,
    }
    sometimes {
        /// The id of the material; symmetric encryption keys only.
        key_material_id: String,
    }
}
