//! `Decapsulate`.

use api::{Blob, Decapsulate, DecapsulateResponse, Error, ErrorCode};
use crypto::KemError;

use super::members::check_dry_run;
use crate::Operation;
use crate::pipeline::{Context, Stop};

impl Operation for Decapsulate {
    async fn run(&self, cx: &Context<'_>) -> Result<DecapsulateResponse, Stop> {
        cx.check_grant_tokens(self.grant_tokens.as_ref())?;
        let key = cx.permit(&self.key_id).await?;
        let (_, material) = key.current_material().await?;
        // A ciphertext of the right length always gives a secret; whether it is the sender's shows only in its use.
        let secret = material.decapsulate(self.shared_secret_ciphertext_blob.as_bytes()).map_err(error)?;
        check_dry_run(self.dry_run)?;
        Ok(DecapsulateResponse {
            key_id: key.arn().to_owned(),
            shared_secret: Blob::new(secret.expose()),
            encapsulation_algorithm: self.encapsulation_algorithm,
        })
    }
}

fn error(error: KemError) -> Error {
    match error {
        KemError::CiphertextLength => Error::bare(ErrorCode::InvalidCiphertext),
        error => Error::internal(error),
    }
}
