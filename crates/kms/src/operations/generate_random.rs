//! `GenerateRandom`.

use api::{Blob, Error, ErrorCode, GenerateRandom, GenerateRandomResponse};

use super::members::refuse;
use crate::Operation;
use crate::pipeline::{Context, Stop};

impl Operation for GenerateRandom {
    async fn run(&self, cx: &Context<'_>) -> Result<GenerateRandomResponse, Stop> {
        cx.permit_account()?;
        refuse("Recipient", self.recipient.as_ref())?;
        refuse("CustomKeyStoreId", self.custom_key_store_id.as_ref())?;
        let Some(bytes) = self.number_of_bytes else {
            return Err(Error::new(ErrorCode::Validation, "NumberOfBytes is required.").into());
        };
        let length = usize::try_from(bytes).map_err(Error::internal)?;
        Ok(GenerateRandomResponse { plaintext: Blob::new(crypto::random::secret(length).expose()) })
    }
}
