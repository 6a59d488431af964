//! `Verify`.

use api::{Verify, VerifyResponse};

use super::members::check_dry_run;
use super::signature::{check_algorithm, conditions, error, message};
use crate::Operation;
use crate::conditions::Conditions;
use crate::pipeline::{Context, Stop};

impl Operation for Verify {
    fn conditions(&self) -> Conditions<'_> {
        conditions(self.signing_algorithm, self.message_type)
    }

    async fn run(&self, cx: &Context<'_>) -> Result<VerifyResponse, Stop> {
        cx.check_grant_tokens(self.grant_tokens.as_ref())?;
        let key = cx.permit(&self.key_id).await?;
        let algorithm = check_algorithm(key.record(), self.signing_algorithm)?;
        let (_, material) = key.current_material().await?;
        let message = message(&self.message, self.message_type);
        material
            .verify(algorithm, message, self.signature.as_bytes())
            .map_err(|failed| error(failed, self.signing_algorithm, self.message_type))?;
        check_dry_run(self.dry_run)?;
        Ok(VerifyResponse {
            key_id: key.arn().to_owned(),
            signature_valid: true,
            signing_algorithm: self.signing_algorithm,
        })
    }
}
