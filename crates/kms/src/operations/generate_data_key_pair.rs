//! `GenerateDataKeyPair`.

use api::{GenerateDataKeyPair, GenerateDataKeyPairResponse};

use super::data_key_pair;
use super::recipient::answer;
use crate::Operation;
use crate::conditions::Conditions;
use crate::pipeline::{Context, Stop};

impl Operation for GenerateDataKeyPair {
    fn conditions(&self) -> Conditions<'_> {
        data_key_pair::conditions(self.key_pair_spec, self.encryption_context.as_ref())
    }

    async fn run(&self, cx: &Context<'_>) -> Result<GenerateDataKeyPairResponse, Stop> {
        cx.check_grant_tokens(self.grant_tokens.as_ref())?;
        let recipient = cx.recipient(self.recipient.as_ref()).await?;
        let spec = data_key_pair::spec(self.key_pair_spec)?;
        let context = self.encryption_context.as_ref();
        let key = cx.permit_in(&self.key_id, context).await?;
        let pair = data_key_pair::generate(cx, &key, spec, context, self.dry_run).await?;
        let (private_key_plaintext, ciphertext_for_recipient) = answer(recipient.as_ref(), &pair.private)?;
        Ok(GenerateDataKeyPairResponse {
            private_key_ciphertext_blob: pair.encrypted.blob,
            public_key: pair.public,
            key_id: key.arn().to_owned(),
            key_pair_spec: self.key_pair_spec,
            private_key_plaintext,
            ciphertext_for_recipient,
            key_material_id: pair.encrypted.material,
        })
    }
}
