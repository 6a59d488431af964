//! `GenerateDataKeyPairWithoutPlaintext`.

use api::{GenerateDataKeyPairWithoutPlaintext, GenerateDataKeyPairWithoutPlaintextResponse};

use super::data_key_pair;
use crate::Operation;
use crate::conditions::Conditions;
use crate::pipeline::{Context, Stop};

impl Operation for GenerateDataKeyPairWithoutPlaintext {
    fn conditions(&self) -> Conditions<'_> {
        data_key_pair::conditions(self.key_pair_spec, self.encryption_context.as_ref())
    }

    async fn run(&self, cx: &Context<'_>) -> Result<GenerateDataKeyPairWithoutPlaintextResponse, Stop> {
        cx.check_grant_tokens(self.grant_tokens.as_ref())?;
        let spec = data_key_pair::spec(self.key_pair_spec)?;
        let context = self.encryption_context.as_ref();
        let key = cx.permit_in(&self.key_id, context).await?;
        let pair = data_key_pair::generate(cx, &key, spec, context, self.dry_run).await?;
        Ok(GenerateDataKeyPairWithoutPlaintextResponse {
            private_key_ciphertext_blob: pair.encrypted.blob,
            public_key: pair.public,
            key_id: key.arn().to_owned(),
            key_pair_spec: self.key_pair_spec,
            key_material_id: pair.encrypted.material,
        })
    }
}
