//! `Encrypt`.

use api::{Encrypt, EncryptResponse};

use super::ciphertext::{check_algorithm, conditions, encrypt};
use super::members::check_dry_run;
use crate::Operation;
use crate::conditions::Conditions;
use crate::pipeline::{Context, Stop};

impl Operation for Encrypt {
    fn conditions(&self) -> Conditions<'_> {
        conditions(self.encryption_algorithm, self.encryption_context.as_ref())
    }

    async fn run(&self, cx: &Context<'_>) -> Result<EncryptResponse, Stop> {
        cx.check_grant_tokens(self.grant_tokens.as_ref())?;
        let key = cx.permit_in(&self.key_id, self.encryption_context.as_ref()).await?;
        let context = self.encryption_context.as_ref();
        let algorithm = check_algorithm(&key, self.encryption_algorithm, context)?;
        let encrypted = encrypt(&key, algorithm, context, self.plaintext.as_bytes()).await?;
        check_dry_run(self.dry_run)?;
        Ok(EncryptResponse {
            ciphertext_blob: encrypted.blob,
            key_id: key.arn().to_owned(),
            encryption_algorithm: algorithm,
        })
    }
}
