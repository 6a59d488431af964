//! `VerifyMac`.

use api::{Error, ErrorCode, Reason, VerifyMac, VerifyMacResponse};

use super::mac::check_algorithm;
use super::members::check_dry_run;
use crate::Operation;
use crate::conditions::Conditions;
use crate::pipeline::{Context, Stop};

impl Operation for VerifyMac {
    fn conditions(&self) -> Conditions<'_> {
        Conditions::default().with("kms:MacAlgorithm", self.mac_algorithm.as_str())
    }

    async fn run(&self, cx: &Context<'_>) -> Result<VerifyMacResponse, Stop> {
        cx.check_grant_tokens(self.grant_tokens.as_ref())?;
        let key = cx.permit(&self.key_id).await?;
        check_algorithm(key.record(), self.mac_algorithm)?;
        let (_, material) = key.current_material().await?;
        if !material.verify_mac(self.message.as_bytes(), self.mac.as_bytes()) {
            return Err(Error::bare(ErrorCode::KmsInvalidMac).because(Reason::Mac).into());
        }
        check_dry_run(self.dry_run)?;
        Ok(VerifyMacResponse {
            key_id: key.arn().to_owned(),
            mac_valid: true,
            mac_algorithm: self.mac_algorithm,
        })
    }
}
