//! `GenerateDataKey`.

use api::{Blob, GenerateDataKey, GenerateDataKeyResponse};

use super::data_key;
use super::members::{check_dry_run, refuse, refuse_grant_tokens};
use crate::Operation;
use crate::pipeline::{Context, Stop};

impl Operation for GenerateDataKey {
    async fn run(&self, cx: &Context<'_>) -> Result<GenerateDataKeyResponse, Stop> {
        refuse_grant_tokens(self.grant_tokens.as_ref())?;
        refuse("Recipient", self.recipient.as_ref())?;
        let length = data_key::length(self.key_spec, self.number_of_bytes)?;
        let key = cx.permit(&self.key_id).await?;
        let (plaintext, encrypted) =
            data_key::generate(&key, length, self.encryption_context.as_ref()).await?;
        check_dry_run(self.dry_run)?;
        Ok(GenerateDataKeyResponse {
            ciphertext_blob: encrypted.blob,
            plaintext: Blob::new(plaintext.expose()),
            key_id: key.arn().to_owned(),
            key_material_id: encrypted.material,
        })
    }
}
