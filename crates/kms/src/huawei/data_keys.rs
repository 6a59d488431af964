//! Data keys that a client brings along: encrypted and decrypted as any data, but allowed by grants of their own.

use api::{Blob, DecryptResponse, EncryptResponse, EncryptionContext, Request, Spec};
use serde::{Deserialize, Serialize};

use crate::conditions::Conditions;
use crate::operations::{ciphertext, decrypt, encrypt};
use crate::pipeline::{Context, Stop};
use crate::{GrantedOperation, Operation};

/// Encrypts a data key.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EncryptDataKey {
    /// Key id, key ARN, alias name or alias ARN.
    pub key_id: String,
    /// The data key.
    pub plaintext: Blob,
    /// What decrypting it will take.
    pub encryption_context: Option<EncryptionContext>,
}

/// Decrypts a data key.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DecryptDataKey {
    /// The data key, encrypted.
    pub ciphertext: Blob,
    /// The key that encrypted it, if the request names it.
    pub key_id: Option<String>,
    /// What it was encrypted with.
    pub encryption_context: Option<EncryptionContext>,
}

impl Request for EncryptDataKey {
    type Response = EncryptResponse;
    const SPEC: Spec = <api::Encrypt as Request>::SPEC;
}

impl Request for DecryptDataKey {
    type Response = DecryptResponse;
    const SPEC: Spec = <api::Decrypt as Request>::SPEC;
}

impl Operation for EncryptDataKey {
    fn conditions(&self) -> Conditions<'_> {
        ciphertext::conditions(None, self.encryption_context.as_ref())
    }

    async fn run(&self, cx: &Context<'_>) -> Result<EncryptResponse, Stop> {
        let how = encrypt::How {
            key_id: &self.key_id,
            algorithm: None,
            context: self.encryption_context.as_ref(),
            operation: GrantedOperation::EncryptDataKey,
        };
        encrypt::encrypt(cx, how, self.plaintext.as_bytes()).await
    }
}

impl Operation for DecryptDataKey {
    fn conditions(&self) -> Conditions<'_> {
        ciphertext::conditions(None, self.encryption_context.as_ref())
    }

    async fn run(&self, cx: &Context<'_>) -> Result<DecryptResponse, Stop> {
        let source = ciphertext::Source {
            key_id: self.key_id.as_deref(),
            algorithm: None,
            context: self.encryption_context.as_ref(),
            conditions: None,
            operation: GrantedOperation::DecryptDataKey,
        };
        let decrypted = ciphertext::decrypt(cx, &self.ciphertext, source).await?;
        decrypt::response(decrypted, None)
    }
}
