//! `GetParametersForImport`.

use crate::constraint::{Kind, kinds};
use crate::macros::{errors, request, response};
use crate::{AlgorithmSpec, Blob, States, Timestamp, WrappingKeySpec};

request! {
    /// Hands out a wrapping key and the import token that belongs to it.
    GetParametersForImport -> GetParametersForImportResponse;
    required {
        /// Key id or key ARN.
        key_id: String = "KeyId", kinds::KEY_ID;
        /// How the material will be wrapped.
        wrapping_algorithm: AlgorithmSpec = "WrappingAlgorithm", Kind::Enum(AlgorithmSpec::NAMES);
        /// What kind of wrapping key.
        wrapping_key_spec: WrappingKeySpec = "WrappingKeySpec", Kind::Enum(WrappingKeySpec::NAMES);
    }
    optional {}
    states: States::IMPORT_PARAMETERS,
    errors: errors![InvalidArn, UnsupportedOperation, DependencyTimeout, NotFound, Internal, KmsInvalidState],
}

response! {
    /// Answer of `GetParametersForImport`.
    GetParametersForImportResponse;
    always {
        /// The key ARN.
        key_id: String,
        /// The token; opaque.
        import_token: Blob,
        /// The wrapping key: DER SubjectPublicKeyInfo.
        public_key: Blob,
        /// Until when both are good: 24 hours from now.
        parameters_valid_to: Timestamp,
    }
    sometimes {}
}
