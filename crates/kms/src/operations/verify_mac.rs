//! `VerifyMac`.

use api::{Error, ErrorCode, Reason, VerifyMac, VerifyMacResponse};

use super::mac::check_algorithm;
use super::members::check_dry_run;
use crate::Operation;
use crate::authorize::Permit;
use crate::conditions::Conditions;
use crate::pipeline::{Context, Stop};

impl Operation for VerifyMac {
    fn conditions(&self) -> Conditions<'_> {
        Conditions::default().with("kms:MacAlgorithm", self.mac_algorithm.as_str())
    }

    async fn run(&self, cx: &Context<'_>) -> Result<VerifyMacResponse, Stop> {
        let (key, matches) = verify(self, cx).await?;
        matches?;
        check_dry_run(self.dry_run)?;
        Ok(VerifyMacResponse {
            key_id: key.arn().to_owned(),
            mac_valid: true,
            mac_algorithm: self.mac_algorithm,
        })
    }
}

/// Verifies for whoever may: the key, and the error of a MAC that does not match.
pub(crate) async fn verify<'a>(
    request: &VerifyMac,
    cx: &Context<'a>,
) -> Result<(Permit<'a>, Result<(), Error>), Stop> {
    cx.check_grant_tokens(request.grant_tokens.as_ref())?;
    let key = cx.permit(&request.key_id).await?;
    check_algorithm(key.record(), request.mac_algorithm)?;
    let (_, material) = key.current_material().await?;
    let matches = material.verify_mac(request.message.as_bytes(), request.mac.as_bytes());
    let mismatch = || Error::bare(ErrorCode::KmsInvalidMac).because(Reason::Mac);
    Ok((key, matches.then_some(()).ok_or_else(mismatch)))
}
