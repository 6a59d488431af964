//! `ReEncrypt`.

use api::{ReEncrypt, ReEncryptResponse};

use super::ciphertext::{Source, check_algorithm, decrypt, encrypt};
use super::members::{check_dry_run, refuse, refuse_grant_tokens};
use crate::Operation;
use crate::pipeline::{Context, Stop};

impl Operation for ReEncrypt {
    async fn run(&self, cx: &Context<'_>) -> Result<ReEncryptResponse, Stop> {
        refuse_grant_tokens(self.grant_tokens.as_ref())?;
        refuse("DryRunModifiers", self.dry_run_modifiers.as_ref())?;
        // The destination first: where it refuses, nothing is decrypted.
        let destination = cx.permit(&self.destination_key_id).await?;
        let context = self.destination_encryption_context.as_ref();
        let algorithm = check_algorithm(&destination, self.destination_encryption_algorithm, context)?;
        let source = Source {
            blob: &self.ciphertext_blob,
            key_id: self.source_key_id.as_deref(),
            algorithm: self.source_encryption_algorithm,
            context: self.source_encryption_context.as_ref(),
        };
        let decrypted = decrypt(cx, source).await?;
        let encrypted = encrypt(&destination, algorithm, context, decrypted.plaintext.expose()).await?;
        check_dry_run(self.dry_run)?;
        Ok(ReEncryptResponse {
            ciphertext_blob: encrypted.blob,
            source_key_id: decrypted.key.arn().to_owned(),
            key_id: destination.arn().to_owned(),
            source_encryption_algorithm: decrypted.algorithm,
            destination_encryption_algorithm: algorithm,
            source_key_material_id: decrypted.material,
            destination_key_material_id: encrypted.material,
        })
    }
}
