//! `Encapsulate`.

use api::{Blob, Encapsulate, EncapsulateResponse, Error};

use super::members::check_dry_run;
use crate::Operation;
use crate::pipeline::{Context, Stop};

impl Operation for Encapsulate {
    async fn run(&self, cx: &Context<'_>) -> Result<EncapsulateResponse, Stop> {
        cx.check_grant_tokens(self.grant_tokens.as_ref())?;
        let key = cx.permit(&self.key_id).await?;
        let (_, material) = key.current_material().await?;
        check_dry_run(self.dry_run)?;
        let (ciphertext, secret) = material.encapsulate().map_err(Error::internal)?;
        Ok(EncapsulateResponse {
            key_id: key.arn().to_owned(),
            shared_secret: Blob::new(secret.expose()),
            shared_secret_ciphertext_blob: Blob::new(ciphertext),
            encapsulation_algorithm: self.encapsulation_algorithm,
        })
    }
}
