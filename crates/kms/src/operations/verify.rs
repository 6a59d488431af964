//! `Verify`.

use api::{Error, ErrorCode, KeySpec, Verify, VerifyResponse};

use super::members::check_dry_run;
use super::signature::{check_algorithm, conditions, error, message};
use crate::Operation;
use crate::authorize::Permit;
use crate::conditions::Conditions;
use crate::pipeline::{Context, Stop};

impl Operation for Verify {
    fn conditions(&self) -> Conditions<'_> {
        conditions(self.signing_algorithm, self.message_type)
    }

    async fn run(&self, cx: &Context<'_>) -> Result<VerifyResponse, Stop> {
        let (key, matches) = verify(self, cx).await?;
        matches?;
        check_dry_run(self.dry_run)?;
        Ok(VerifyResponse {
            key_id: key.arn().to_owned(),
            signature_valid: true,
            signing_algorithm: self.signing_algorithm,
        })
    }
}

/// Verifies for whoever may: the key, and the error of a signature that does not match.
pub(crate) async fn verify<'a>(
    request: &Verify,
    cx: &Context<'a>,
) -> Result<(Permit<'a>, Result<(), Error>), Stop> {
    cx.check_grant_tokens(request.grant_tokens.as_ref())?;
    let key = cx.permit(&request.key_id).await?;
    let algorithm = check_algorithm(key.record(), request.signing_algorithm)?;
    let (_, material) = key.current_material().await?;
    let verified = if is_light(key.record().spec) {
        let message = message(&request.message, request.message_type);
        material.verify(algorithm, message, request.signature.as_bytes())
    } else {
        let (text, kind, signature) =
            (request.message.clone(), request.message_type, request.signature.clone());
        let verify = move || material.verify(algorithm, message(&text, kind), signature.as_bytes());
        cx.kms().gate().run(verify).await?
    };
    match verified.map_err(|failed| error(failed, request.signing_algorithm, request.message_type)) {
        Err(error) if error.code() != ErrorCode::KmsInvalidSignature => Err(error.into()),
        matches => Ok((key, matches)),
    }
}

/// Whether a verification takes about a tenth of a millisecond at most. On these curves it takes a third and more.
fn is_light(spec: KeySpec) -> bool {
    !matches!(spec, KeySpec::EccNistP384 | KeySpec::EccNistP521 | KeySpec::EccSecgP256k1)
}
