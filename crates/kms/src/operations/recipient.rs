//! Answers for an attested recipient alone: encrypted under the key that its attestation document shows, so that
//! nobody who relays the answer can read it, the caller included.
//!
//! The document is verified before any key is touched and before anything is permitted: policies ask what it says.

use api::{Blob, Error, ErrorCode, KeyEncryptionMechanism, RecipientInfo};
use attestation::Document;
use crypto::SecretBytes;

use crate::pipeline::Context;

/// Someone whose attestation document is genuine and recent.
pub(crate) struct Recipient<'c> {
    document: &'c Document,
}

impl Context<'_> {
    /// Verifies the document of a request that names a recipient.
    pub(super) async fn recipient(
        &self,
        named: Option<&RecipientInfo>,
    ) -> Result<Option<Recipient<'_>>, Error> {
        let Some(info) = named else {
            return Ok(None);
        };
        // The only mechanism there is, so that being named is all there is to check.
        let (Some(KeyEncryptionMechanism::RsaesOaepSha256), Some(document)) =
            (info.key_encryption_algorithm, &info.attestation_document)
        else {
            return Err(invalid("Recipient needs both KeyEncryptionAlgorithm and AttestationDocument."));
        };
        let (document, root) = (document.clone(), self.kms().settings().attestation_root);
        let now = u64::try_from(self.now().millis()).unwrap_or_default();
        // Five verifications of signatures on P-384: a few milliseconds.
        let verify = move || attestation::verify(document.as_bytes(), &root, now);
        match self.kms().gate().run(verify).await? {
            Ok(document) => Ok(Some(Recipient { document: self.attested().get_or_init(|| document) })),
            Err(reason) => Err(invalid(format!("Recipient.AttestationDocument was not accepted: {reason}."))),
        }
    }
}

/// The plaintext of an answer and what stands in its place for a recipient: one of the two.
pub(super) fn answer(
    recipient: Option<&Recipient<'_>>,
    plaintext: &SecretBytes,
) -> Result<(Option<Blob>, Option<Blob>), Error> {
    match recipient {
        None => Ok((Some(Blob::new(plaintext.expose())), None)),
        Some(recipient) => Ok((None, Some(recipient.seal(plaintext)?))),
    }
}

impl Recipient<'_> {
    /// Encrypts for the recipient: CMS EnvelopedData, AES-256-CBC under a key encrypted by RSAES_OAEP_SHA_256.
    fn seal(&self, plaintext: &SecretBytes) -> Result<Blob, Error> {
        let envelope = crypto::enveloped_data(&self.document.public_key, plaintext.expose());
        envelope.map(Blob::new).map_err(Error::internal)
    }
}

fn invalid(text: impl Into<String>) -> Error {
    Error::new(ErrorCode::Validation, text.into())
}
