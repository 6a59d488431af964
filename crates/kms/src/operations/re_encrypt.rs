//! `ReEncrypt`.

use api::{EncryptionAlgorithmSpec, Error, ErrorCode, GrantOperation, ReEncrypt, ReEncryptResponse, Reason};
use crypto::Content;

use super::ciphertext::{
    Decrypted, Source, check_algorithm, conditions, decrypt, encrypt, id_of_key, id_of_named, rehearse,
};
use super::members::{check_dry_run, ciphertext, dry_run, flag, ignores_ciphertext};
use crate::Operation;
use crate::authorize::{Intent, Permit};
use crate::conditions::Conditions;
use crate::pipeline::{Context, Stop};

impl Operation for ReEncrypt {
    async fn run(&self, cx: &Context<'_>) -> Result<ReEncryptResponse, Stop> {
        cx.check_grant_tokens(self.grant_tokens.as_ref())?;
        let presumed = is_on_same_key(cx, self).await?;
        let mut opened = open(cx, self, presumed).await?;
        if opened.is_on_same_key() != presumed {
            // Only now it shows what another account's alias stands for; or an alias was moved meanwhile.
            opened = open(cx, self, !presumed).await?;
            if opened.is_on_same_key() == presumed {
                return Err(Stop::Conflict);
            }
        }
        let Opened { destination, algorithm, decrypted } = opened;
        let context = self.destination_encryption_context.as_ref();
        check_stays(cx, algorithm, decrypted.content)?;
        let what = (decrypted.content, decrypted.plaintext.expose());
        let encrypted = encrypt(&destination, algorithm, context, what).await?;
        check_dry_run(self.dry_run)?;
        Ok(ReEncryptResponse {
            ciphertext_blob: encrypted.blob,
            source_key_id: decrypted.key.arn().to_owned(),
            key_id: destination.arn().to_owned(),
            source_encryption_algorithm: decrypted.algorithm,
            destination_encryption_algorithm: algorithm,
            source_key_material_id: decrypted.material,
            destination_key_material_id: encrypted.material,
        })
    }
}

/// Refuses to make data of a data key, where somebody may open the one and not the other: ciphertexts of asymmetric keys
/// do not tell what is in them.
fn check_stays(cx: &Context<'_>, algorithm: EncryptionAlgorithmSpec, content: Content) -> Result<(), Error> {
    let symmetric = algorithm == EncryptionAlgorithmSpec::SymmetricDefault;
    if !cx.rules().data_keys_apart || symmetric || content == Content::Data {
        return Ok(());
    }
    let text = "A data key can be encrypted anew with a symmetric encryption key only.";
    Err(Error::new(ErrorCode::UnsupportedOperation, text).because(Reason::NotSymmetric))
}

/// A ciphertext that was opened, and the key that it may be encrypted with.
struct Opened<'a> {
    destination: Permit<'a>,
    /// How to encrypt with it.
    algorithm: EncryptionAlgorithmSpec,
    decrypted: Decrypted<'a>,
}

impl Opened<'_> {
    fn is_on_same_key(&self) -> bool {
        self.destination.record().id == self.decrypted.key.record().id
    }
}

/// Asks for both keys, and opens the ciphertext with one of them.
async fn open<'a>(cx: &Context<'a>, request: &ReEncrypt, on_same_key: bool) -> Result<Opened<'a>, Stop> {
    let [from, to] = sides(request, on_same_key);
    // The destination first: where it refuses, nothing is decrypted.
    let context = request.destination_encryption_context.as_ref();
    let to = Intent {
        operation: Some(GrantOperation::ReEncryptTo.into()),
        encryption_context: context,
        conditions: Some(&to),
        ..Intent::default()
    };
    let destination = cx.permit_with(&request.destination_key_id, to).await?;
    let algorithm = check_algorithm(&destination, request.destination_encryption_algorithm, context)?;
    let source = Source {
        key_id: request.source_key_id.as_deref(),
        algorithm: request.source_encryption_algorithm,
        context: request.source_encryption_context.as_ref(),
        conditions: Some(&from),
        operation: GrantOperation::ReEncryptFrom.into(),
    };
    if ignores_ciphertext(request.dry_run, request.dry_run_modifiers.as_ref())? {
        rehearse(cx, "SourceKeyId", source).await?;
        return Err(dry_run().into());
    }
    let decrypted = decrypt(cx, ciphertext(request.ciphertext_blob.as_ref())?, source).await?;
    Ok(Opened { destination, algorithm, decrypted })
}

/// What policies may ask about the source and about the destination: not the same of both.
fn sides(request: &ReEncrypt, on_same_key: bool) -> [Conditions<'_>; 2] {
    let from = conditions(request.source_encryption_algorithm, request.source_encryption_context.as_ref());
    let context = request.destination_encryption_context.as_ref();
    let to = conditions(request.destination_encryption_algorithm, context);
    [from, to].map(|side| side.with("kms:ReEncryptOnSameKey", flag(Some(on_same_key))))
}

/// Whether both keys are one, as far as the request tells. Where a ciphertext is of another key than the one named
/// for it, it is not opened.
async fn is_on_same_key(cx: &Context<'_>, request: &ReEncrypt) -> Result<bool, Error> {
    let source = id_of_key(cx, request.source_key_id.as_deref(), request.ciphertext_blob.as_ref()).await?;
    Ok(source.is_some() && source == id_of_named(cx, &request.destination_key_id).await?)
}
