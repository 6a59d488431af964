//! `Decrypt`.

use api::{Decrypt, DecryptResponse, GrantOperation};

use super::ciphertext::{Decrypted, Source, conditions, decrypt, rehearse};
use super::members::{check_dry_run, ciphertext, dry_run, ignores_ciphertext};
use super::recipient::{Recipient, answer};
use crate::Operation;
use crate::conditions::Conditions;
use crate::pipeline::{Context, Stop};

impl Operation for Decrypt {
    fn conditions(&self) -> Conditions<'_> {
        conditions(self.encryption_algorithm, self.encryption_context.as_ref())
    }

    async fn run(&self, cx: &Context<'_>) -> Result<DecryptResponse, Stop> {
        cx.check_grant_tokens(self.grant_tokens.as_ref())?;
        let recipient = cx.recipient(self.recipient.as_ref()).await?;
        let source = Source {
            key_id: self.key_id.as_deref(),
            algorithm: self.encryption_algorithm,
            context: self.encryption_context.as_ref(),
            conditions: None,
            operation: GrantOperation::Decrypt.into(),
        };
        if ignores_ciphertext(self.dry_run, self.dry_run_modifiers.as_ref())? {
            rehearse(cx, "KeyId", source).await?;
            return Err(dry_run().into());
        }
        let decrypted = decrypt(cx, ciphertext(self.ciphertext_blob.as_ref())?, source).await?;
        check_dry_run(self.dry_run)?;
        response(decrypted, recipient.as_ref())
    }
}

/// The answer, for the recipient if there is one.
pub(crate) fn response(
    decrypted: Decrypted<'_>,
    recipient: Option<&Recipient>,
) -> Result<DecryptResponse, Stop> {
    let (plaintext, ciphertext_for_recipient) = answer(recipient, &decrypted.plaintext)?;
    Ok(DecryptResponse {
        key_id: decrypted.key.arn().to_owned(),
        plaintext,
        ciphertext_for_recipient,
        encryption_algorithm: decrypted.algorithm,
        // AWS omits it for a recipient.
        key_material_id: decrypted.material.filter(|_| recipient.is_none()),
    })
}
