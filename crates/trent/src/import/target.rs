//! The key that the material is for.

use api::{CreateAlias, CreateKey, DescribeKey, KeyMetadata, KeySpec, KeyUsage, OriginType};
use client::{Client, ClientError};

use super::advice;
use super::arguments::Args;
use crate::{Failure, output};

/// A key that can be imported into.
pub(super) struct Target {
    pub(super) arn: String,
    pub(super) spec: KeySpec,
    /// Whether this command made it.
    pub(super) created: bool,
}

/// Creates the key.
pub(super) async fn create(client: &Client, args: &Args) -> Result<Target, Failure> {
    let wanted = &args.create;
    let mut request = CreateKey::request();
    request.origin = Some(OriginType::External);
    request.key_spec = Some(wanted.key_spec);
    request.key_usage = Some(wanted.key_usage.unwrap_or(usual(wanted.key_spec)));
    request.description.clone_from(&wanted.description);
    request.multi_region = wanted.multi_region.then_some(true);
    request.tags = (!wanted.tags.is_empty()).then(|| wanted.tags.clone());
    let key = call(client, &request, "no key was created").await?.key_metadata;
    // At once, so that even an interruption after this leaves a trace of the key.
    output::note(&format!("created key {}", key.arn));
    Ok(Target { arn: key.arn, spec: key.key_spec, created: true })
}

/// What keys of a spec are mostly for.
fn usual(spec: KeySpec) -> KeyUsage {
    match spec {
        KeySpec::SymmetricDefault => KeyUsage::EncryptDecrypt,
        KeySpec::Hmac224 | KeySpec::Hmac256 | KeySpec::Hmac384 | KeySpec::Hmac512 => {
            KeyUsage::GenerateVerifyMac
        }
        KeySpec::MlKem512 | KeySpec::MlKem768 | KeySpec::MlKem1024 => KeyUsage::EncapsulateDecapsulate,
        _ => KeyUsage::SignVerify,
    }
}

/// Looks the named key up, by alias too, which the import operations themselves do not take.
pub(super) async fn find(client: &Client, args: &Args) -> Result<Target, Failure> {
    let name = args.key_id.as_deref().unwrap_or_default();
    let key = call(client, &DescribeKey::request(name), "the key was not found").await?.key_metadata;
    if key.origin != OriginType::External {
        return Err(Failure::new(format!(
            "key {} has origin {}: its material was not imported, and never can be. Import into a key of origin \
             EXTERNAL, or let this command make one with --create",
            key.arn, key.origin
        )));
    }
    args.check_for(key.key_spec)?;
    output::note(&format!("key {}, {}", key.arn, key.key_state));
    Ok(Target { arn: key.arn, spec: key.key_spec, created: false })
}

/// Refuses an alias that names a key already, before another key is made.
pub(super) async fn check_alias_is_free(client: &Client, alias: Option<&str>) -> Result<(), Failure> {
    let Some(alias) = alias else { return Ok(()) };
    match holder(client, alias).await? {
        Some(key) => Err(taken(alias, &key)),
        None => Ok(()),
    }
}

/// Refuses an alias that names another key.
pub(super) async fn check_alias(
    client: &Client,
    alias: Option<&str>,
    target: &Target,
) -> Result<(), Failure> {
    let Some(alias) = alias else { return Ok(()) };
    match holder(client, alias).await? {
        Some(key) if key.arn != target.arn => Err(taken(alias, &key)),
        _ => Ok(()),
    }
}

/// Gives the key its name, unless it has it.
pub(super) async fn name(client: &Client, alias: &str, target: &Target) -> Result<(), Failure> {
    if holder(client, alias).await?.is_some_and(|key| key.arn == target.arn) {
        return Ok(());
    }
    let request = CreateAlias::request(alias, target.arn.as_str());
    let what = format!("key {} has its material, but not the name {alias}", target.arn);
    call(client, &request, &what).await.map(|_| ())
}

/// The key an alias names. Who may not look learns of a conflict from the service later.
async fn holder(client: &Client, alias: &str) -> Result<Option<KeyMetadata>, Failure> {
    match client.call(&DescribeKey::request(alias)).await {
        Ok(answer) => Ok(Some(answer.key_metadata)),
        Err(ClientError::Service(refusal))
            if matches!(refusal.code.as_str(), "NotFoundException" | "AccessDeniedException") =>
        {
            Ok(None)
        }
        Err(error) => Err(Failure::new(advice::on_call(&error, "the alias could not be looked up", client))),
    }
}

fn taken(alias: &str, key: &KeyMetadata) -> Failure {
    Failure::new(format!("{alias} names key {} already; choose another name. Nothing was done.", key.arn))
}

async fn call<R: api::Request>(
    client: &Client,
    request: &R,
    otherwise: &str,
) -> Result<R::Response, Failure> {
    client.call(request).await.map_err(|error| Failure::new(advice::on_call(&error, otherwise, client)))
}
