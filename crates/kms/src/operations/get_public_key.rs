//! `GetPublicKey`.

use api::{Blob, Error, ErrorCode, GetPublicKey, GetPublicKeyResponse, Reason};

use crate::Operation;
use crate::key::{self, KeyRecord, mac_algorithm};
use crate::pipeline::{Context, Stop};

impl Operation for GetPublicKey {
    async fn run(&self, cx: &Context<'_>) -> Result<GetPublicKeyResponse, Stop> {
        cx.check_grant_tokens(self.grant_tokens.as_ref())?;
        let key = cx.permit_before_state(&self.key_id, check_pair).await?;
        let (_, material) = key.current_material().await?;
        let public_key =
            material.public_key().ok_or_else(|| Error::internal("a key pair without a public key"))?;
        let metadata =
            key::metadata(key.record(), key.record(), &cx.kms().settings().partition, key.state(), cx.now());
        Ok(GetPublicKeyResponse {
            key_id: metadata.arn,
            public_key: Blob::new(public_key),
            customer_master_key_spec: metadata.key_spec,
            key_spec: metadata.key_spec,
            key_usage: metadata.key_usage,
            encryption_algorithms: metadata.encryption_algorithms,
            signing_algorithms: metadata.signing_algorithms,
            key_agreement_algorithms: metadata.key_agreement_algorithms,
            encapsulation_algorithms: metadata.encapsulation_algorithms,
        })
    }
}

/// Refuses keys that have no public half.
fn check_pair(record: &KeyRecord, arn: &str) -> Result<(), Error> {
    if record.is_symmetric_encryption() || mac_algorithm(record.spec).is_some() {
        let text = format!("{arn} key spec is {} which is not valid for GetPublicKey.", record.spec);
        return Err(Error::new(ErrorCode::UnsupportedOperation, text).because(Reason::Symmetric));
    }
    Ok(())
}
