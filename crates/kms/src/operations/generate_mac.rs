//! `GenerateMac`.

use api::{Blob, Error, GenerateMac, GenerateMacResponse};

use super::mac::check_algorithm;
use super::members::check_dry_run;
use crate::Operation;
use crate::conditions::Conditions;
use crate::pipeline::{Context, Stop};

impl Operation for GenerateMac {
    fn conditions(&self) -> Conditions<'_> {
        Conditions::default().with("kms:MacAlgorithm", self.mac_algorithm.as_str())
    }

    async fn run(&self, cx: &Context<'_>) -> Result<GenerateMacResponse, Stop> {
        cx.check_grant_tokens(self.grant_tokens.as_ref())?;
        let key = cx.permit(&self.key_id).await?;
        check_algorithm(key.record(), self.mac_algorithm)?;
        let (_, material) = key.current_material().await?;
        let mac = material.mac(self.message.as_bytes());
        let mac = mac.ok_or_else(|| Error::internal("material of another spec than its key"))?;
        check_dry_run(self.dry_run)?;
        Ok(GenerateMacResponse {
            mac: Blob::new(mac),
            mac_algorithm: self.mac_algorithm,
            key_id: key.arn().to_owned(),
        })
    }
}
