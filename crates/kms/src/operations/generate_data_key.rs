//! `GenerateDataKey`.

use api::{GenerateDataKey, GenerateDataKeyResponse};

use super::ciphertext::conditions;
use super::data_key;
use super::members::check_dry_run;
use super::recipient::answer;
use crate::Operation;
use crate::conditions::Conditions;
use crate::pipeline::{Context, Stop};

impl Operation for GenerateDataKey {
    fn conditions(&self) -> Conditions<'_> {
        conditions(None, self.encryption_context.as_ref())
    }

    async fn run(&self, cx: &Context<'_>) -> Result<GenerateDataKeyResponse, Stop> {
        cx.check_grant_tokens(self.grant_tokens.as_ref())?;
        let recipient = cx.recipient(self.recipient.as_ref()).await?;
        let length = data_key::length(self.key_spec, self.number_of_bytes)?;
        let key = cx.permit_in(&self.key_id, self.encryption_context.as_ref()).await?;
        let (plaintext, encrypted) =
            data_key::generate(&key, length, self.encryption_context.as_ref()).await?;
        check_dry_run(self.dry_run)?;
        let (plaintext, ciphertext_for_recipient) = answer(recipient.as_ref(), &plaintext)?;
        Ok(GenerateDataKeyResponse {
            ciphertext_blob: encrypted.blob,
            plaintext,
            ciphertext_for_recipient,
            key_id: key.arn().to_owned(),
            key_material_id: encrypted.material,
        })
    }
}
