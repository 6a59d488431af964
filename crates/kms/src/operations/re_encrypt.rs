//! `ReEncrypt`.

use api::{GrantOperation, ReEncrypt, ReEncryptResponse};

use super::ciphertext::{Source, check_algorithm, decrypt, encrypt, rehearse};
use super::members::{check_dry_run, ciphertext, dry_run, ignores_ciphertext};
use crate::Operation;
use crate::authorize::Intent;
use crate::pipeline::{Context, Stop};

impl Operation for ReEncrypt {
    async fn run(&self, cx: &Context<'_>) -> Result<ReEncryptResponse, Stop> {
        cx.check_grant_tokens(self.grant_tokens.as_ref())?;
        // The destination first: where it refuses, nothing is decrypted.
        let context = self.destination_encryption_context.as_ref();
        let to = Intent {
            operation: Some(GrantOperation::ReEncryptTo),
            encryption_context: context,
            ..Intent::default()
        };
        let destination = cx.permit_with(&self.destination_key_id, to).await?;
        let algorithm = check_algorithm(&destination, self.destination_encryption_algorithm, context)?;
        let source = Source {
            key_id: self.source_key_id.as_deref(),
            algorithm: self.source_encryption_algorithm,
            context: self.source_encryption_context.as_ref(),
            operation: GrantOperation::ReEncryptFrom,
        };
        if ignores_ciphertext(self.dry_run, self.dry_run_modifiers.as_ref())? {
            rehearse(cx, "SourceKeyId", source).await?;
            return Err(dry_run().into());
        }
        let decrypted = decrypt(cx, ciphertext(self.ciphertext_blob.as_ref())?, source).await?;
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
