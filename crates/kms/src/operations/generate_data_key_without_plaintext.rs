//! `GenerateDataKeyWithoutPlaintext`.

use api::{GenerateDataKeyWithoutPlaintext, GenerateDataKeyWithoutPlaintextResponse};

use super::ciphertext::conditions;
use super::data_key;
use super::members::check_dry_run;
use crate::Operation;
use crate::conditions::Conditions;
use crate::pipeline::{Context, Stop};

impl Operation for GenerateDataKeyWithoutPlaintext {
    fn conditions(&self) -> Conditions<'_> {
        conditions(None, self.encryption_context.as_ref())
    }

    async fn run(&self, cx: &Context<'_>) -> Result<GenerateDataKeyWithoutPlaintextResponse, Stop> {
        cx.check_grant_tokens(self.grant_tokens.as_ref())?;
        let length = data_key::length(self.key_spec, self.number_of_bytes)?;
        let key = cx.permit_in(&self.key_id, self.encryption_context.as_ref()).await?;
        let (_, encrypted) = data_key::generate(&key, length, self.encryption_context.as_ref()).await?;
        check_dry_run(self.dry_run)?;
        Ok(GenerateDataKeyWithoutPlaintextResponse {
            ciphertext_blob: encrypted.blob,
            key_id: key.arn().to_owned(),
            key_material_id: encrypted.material,
        })
    }
}
