//! `GetParametersForImport`.

use api::{
    AlgorithmSpec, Blob, Error, ErrorCode, GetParametersForImport, GetParametersForImportResponse, KeySpec,
    Reason, WrappingKeySpec, limits,
};
use crypto::RsaBits;

use super::fits::check_external;
use super::wrapping::{check_pending, meant, wrapping_algorithm};
use crate::Operation;
use crate::conditions::Conditions;
use crate::pipeline::{Context, Stop};
use crate::stock::Asker;
use crate::token::{self, Claims};

impl Operation for GetParametersForImport {
    fn conditions(&self) -> Conditions<'_> {
        Conditions::default()
            .with("kms:WrappingAlgorithm", self.wrapping_algorithm.as_str())
            .with("kms:WrappingKeySpec", self.wrapping_key_spec.as_str())
    }

    async fn run(&self, cx: &Context<'_>) -> Result<GetParametersForImportResponse, Stop> {
        let key = cx.permit_before_state(&self.key_id, check_external).await?;
        check_pending(cx, &key)?;
        let algorithm = meant(cx.rules(), key.record(), self.wrapping_algorithm)?;
        wrapping_algorithm(cx.rules(), cx.kms().settings(), algorithm)?;
        let bits = wrapping_bits(self.wrapping_key_spec)?;
        check_fits(key.record().spec, algorithm, self.wrapping_key_spec)?;
        let wrapping_key = cx.kms().stock().take(asker(cx), bits).await?;
        let expires = cx.now().plus_seconds(limits::IMPORT_TOKEN_LIFE);
        let record = key.record();
        let claims = Claims {
            key: record.id.clone(),
            account: record.account.clone(),
            region: record.region.clone(),
            algorithm,
            wrapping_key_spec: self.wrapping_key_spec,
            issued: cx.now(),
            expires,
        };
        let import_token = token::issue(cx.kms().records(), &claims, &wrapping_key.private)?;
        drop(cx.kms().wrapping_keys().prepare(&import_token, wrapping_key.private, cx.now()));
        Ok(GetParametersForImportResponse {
            key_id: key.arn().to_owned(),
            import_token: Blob::new(import_token),
            public_key: Blob::new(wrapping_key.public),
            parameters_valid_to: expires,
        })
    }
}

/// Who waits in one line for wrapping keys: a user, or a role whatever its sessions call themselves.
fn asker<'a>(cx: &Context<'a>) -> Asker<'a> {
    let principal = &cx.caller().principal;
    let who = principal.names.first().map_or(principal.arn.as_str(), |name| name.arn.as_str());
    Asker { account: cx.caller().account(), who }
}

fn wrapping_bits(spec: WrappingKeySpec) -> Result<RsaBits, Error> {
    match spec {
        WrappingKeySpec::Rsa2048 => Ok(RsaBits::B2048),
        WrappingKeySpec::Rsa3072 => Ok(RsaBits::B3072),
        WrappingKeySpec::Rsa4096 => Ok(RsaBits::B4096),
        WrappingKeySpec::Sm2 => {
            let text = "WrappingKeySpec SM2 is not supported in this Region.";
            Err(Error::new(ErrorCode::UnsupportedOperation, text).because(Reason::Algorithm))
        }
    }
}

/// Refuses what a single RSA block cannot hold (service model, `WrappingAlgorithm` and `WrappingKeySpec`): RSA
/// private keys under any wrapping key, P-521 private keys under RSA_2048. Said now, and not after the
/// owner has wrapped in vain.
fn check_fits(spec: KeySpec, algorithm: AlgorithmSpec, wrapping: WrappingKeySpec) -> Result<(), Error> {
    let hybrid = matches!(algorithm, AlgorithmSpec::RsaAesKeyWrapSha1 | AlgorithmSpec::RsaAesKeyWrapSha256);
    let too_long = match spec {
        KeySpec::Rsa2048 | KeySpec::Rsa3072 | KeySpec::Rsa4096 => true,
        KeySpec::EccNistP521 => wrapping == WrappingKeySpec::Rsa2048,
        _ => false,
    };
    if too_long && !hybrid {
        let text = format!(
            "A private key of KeySpec {spec} is too long for {algorithm} with a wrapping key of {wrapping}. Use \
             RSA_AES_KEY_WRAP_SHA_256 or RSA_AES_KEY_WRAP_SHA_1."
        );
        return Err(Error::new(ErrorCode::UnsupportedOperation, text).because(Reason::Algorithm));
    }
    Ok(())
}
