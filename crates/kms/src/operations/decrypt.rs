//! `Decrypt`.

use api::{Blob, Decrypt, DecryptResponse, Error, ErrorCode};

use super::ciphertext::{Source, decrypt};
use super::members::{check_dry_run, refuse, refuse_grant_tokens};
use crate::Operation;
use crate::pipeline::{Context, Stop};

impl Operation for Decrypt {
    async fn run(&self, cx: &Context<'_>) -> Result<DecryptResponse, Stop> {
        refuse_grant_tokens(self.grant_tokens.as_ref())?;
        refuse("Recipient", self.recipient.as_ref())?;
        refuse("DryRunModifiers", self.dry_run_modifiers.as_ref())?;
        let Some(blob) = &self.ciphertext_blob else {
            let text = "1 validation error detected: Value null at 'ciphertextBlob' failed to satisfy constraint: \
                        Member must not be null";
            return Err(Error::new(ErrorCode::Validation, text).into());
        };
        let source = Source {
            blob,
            key_id: self.key_id.as_deref(),
            algorithm: self.encryption_algorithm,
            context: self.encryption_context.as_ref(),
        };
        let decrypted = decrypt(cx, source).await?;
        check_dry_run(self.dry_run)?;
        Ok(DecryptResponse {
            key_id: decrypted.key.arn().to_owned(),
            plaintext: Blob::new(decrypted.plaintext.expose()),
            encryption_algorithm: decrypted.algorithm,
            key_material_id: decrypted.material,
        })
    }
}
