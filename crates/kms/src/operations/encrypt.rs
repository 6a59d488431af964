//! `Encrypt`.

use api::{Encrypt, EncryptResponse, EncryptionAlgorithmSpec, EncryptionContext, GrantOperation};
use crypto::Content;

use super::ciphertext::{self, check_algorithm, conditions};
use super::members::check_dry_run;
use crate::authorize::Intent;
use crate::conditions::Conditions;
use crate::pipeline::{Context, Stop};
use crate::{GrantedOperation, Operation};

impl Operation for Encrypt {
    fn conditions(&self) -> Conditions<'_> {
        conditions(self.encryption_algorithm, self.encryption_context.as_ref())
    }

    async fn run(&self, cx: &Context<'_>) -> Result<EncryptResponse, Stop> {
        cx.check_grant_tokens(self.grant_tokens.as_ref())?;
        let how = How {
            key_id: &self.key_id,
            algorithm: self.encryption_algorithm,
            context: self.encryption_context.as_ref(),
            operation: GrantOperation::Encrypt.into(),
        };
        let response = encrypt(cx, how, self.plaintext.as_bytes()).await?;
        check_dry_run(self.dry_run)?;
        Ok(response)
    }
}

/// How something is to be encrypted.
pub(crate) struct How<'a> {
    pub(crate) key_id: &'a str,
    pub(crate) algorithm: Option<EncryptionAlgorithmSpec>,
    pub(crate) context: Option<&'a EncryptionContext>,
    /// What a grant must list to allow it.
    pub(crate) operation: GrantedOperation,
}

/// Encrypts for whoever may.
pub(crate) async fn encrypt(
    cx: &Context<'_>,
    how: How<'_>,
    plaintext: &[u8],
) -> Result<EncryptResponse, Stop> {
    let intent =
        Intent { operation: Some(how.operation), encryption_context: how.context, ..Intent::default() };
    let key = cx.permit_with(how.key_id, intent).await?;
    let algorithm = check_algorithm(&key, how.algorithm, how.context)?;
    let content = match how.operation {
        GrantedOperation::EncryptDataKey => Content::DataKey,
        _ => Content::Data,
    };
    let encrypted = ciphertext::encrypt(&key, algorithm, how.context, (content, plaintext)).await?;
    Ok(EncryptResponse {
        ciphertext_blob: encrypted.blob,
        key_id: key.arn().to_owned(),
        encryption_algorithm: algorithm,
    })
}
