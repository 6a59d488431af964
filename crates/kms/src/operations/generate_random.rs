//! `GenerateRandom`.

use api::{Error, ErrorCode, GenerateRandom, GenerateRandomResponse};

use super::data_key;
use super::members::refuse;
use super::recipient::answer;
use crate::Operation;
use crate::pipeline::{Context, Stop};

impl Operation for GenerateRandom {
    async fn run(&self, cx: &Context<'_>) -> Result<GenerateRandomResponse, Stop> {
        let recipient = cx.recipient(self.recipient.as_ref()).await?;
        cx.permit_account()?;
        refuse("CustomKeyStoreId", self.custom_key_store_id.as_ref())?;
        let Some(bytes) = self.number_of_bytes else {
            // Optional in the model, and this is what the live service says.
            return Err(Error::new(ErrorCode::Validation, "NumberOfBytes is required.").into());
        };
        let length = data_key::length(None, Some(bytes))?;
        let (plaintext, ciphertext_for_recipient) =
            answer(recipient.as_ref(), &crypto::random::secret(length))?;
        Ok(GenerateRandomResponse { plaintext, ciphertext_for_recipient })
    }
}
