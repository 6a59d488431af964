//! `CreateKey`.

use std::sync::Arc;

use api::{
    CreateKey, CreateKeyResponse, Error, ErrorCode, KeyManagerType, KeySpec, KeyUsage, MultiRegionKeyType,
    OriginType, Reason,
};
use crypto::Material;
use seal::Changes;

use super::members::flag;
use super::tags::tags_of_new_key;
use crate::Operation;
use crate::arn::KeyId;
use crate::conditions::Conditions;
use crate::key::{self, KeyRecord, MultiRegion};
use crate::pipeline::{Context, Stop};
use crate::policy;
use crate::quotas::check_room_for_key;

impl Operation for CreateKey {
    fn conditions(&self) -> Conditions<'_> {
        // Of both names of the spec at once, which is refused, either may stand here.
        let spec = self.key_spec.or(self.customer_master_key_spec).unwrap_or(KeySpec::SymmetricDefault);
        let usage = self.key_usage.unwrap_or(KeyUsage::EncryptDecrypt);
        let primary = (self.multi_region == Some(true)).then_some(MultiRegionKeyType::Primary.as_str());
        Conditions::default()
            .with("kms:KeySpec", spec.as_str())
            .with("kms:CustomerMasterKeySpec", spec.as_str())
            .with("kms:KeyUsage", usage.as_str())
            .with("kms:CustomerMasterKeyUsage", usage.as_str())
            .with("kms:KeyOrigin", self.origin.unwrap_or(OriginType::AwsKms).as_str())
            .with("kms:MultiRegion", flag(self.multi_region))
            .maybe("kms:MultiRegionKeyType", primary)
            .with("kms:BypassPolicyLockoutSafetyCheck", flag(self.bypass_policy_lockout_safety_check))
            .request_tags(self.tags.as_deref().unwrap_or_default())
    }

    async fn run(&self, cx: &Context<'_>) -> Result<CreateKeyResponse, Stop> {
        create(self, cx, |_, _| Ok(())).await
    }
}

/// Makes a key, and in the same commit what else belongs to it.
pub(crate) async fn create(
    request: &CreateKey,
    cx: &Context<'_>,
    also: impl FnOnce(&mut Changes, &KeyRecord) -> Result<(), Error> + Send,
) -> Result<CreateKeyResponse, Stop> {
    let account = cx.permit_account()?;
    check_room_for_key(cx, &cx.caller().region).await?;
    let mut record = record_of(request, cx).await?;
    let material = match record.origin {
        OriginType::AwsKms => Some(generate(cx, &record).await?),
        _ => None,
    };
    let mut changes = account.keys.create(&mut record, material.as_ref())?;
    also(&mut changes, &record)?;
    account.keys.commit(&record, changes).await?;
    let state = record.state(cx.now()).ok_or_else(|| Error::internal("a new key without a state"))?;
    let partition = &cx.kms().settings().partition;
    Ok(CreateKeyResponse { key_metadata: key::metadata(&record, &record, partition, state, cx.now()) })
}

/// The record of the key that is asked for, without material.
async fn record_of(request: &CreateKey, cx: &Context<'_>) -> Result<KeyRecord, Error> {
    let spec = spec(request)?;
    let usage = key::check_usage(spec, request.key_usage)?;
    let origin = origin(request, spec)?;
    let multi_region = request.multi_region == Some(true);
    let (id, place) = (KeyId::generate(multi_region), cx.place());
    let tags = tags_of_new_key(cx, &place.key_arn(&id), request.tags.as_ref())?;
    let bypass = request.bypass_policy_lockout_safety_check == Some(true);
    let mut record = KeyRecord {
        id,
        created: cx.now(),
        description: request.description.clone().unwrap_or_default(),
        spec,
        usage,
        origin,
        policy: Arc::default(),
        policy_principals: Arc::default(),
        tags,
        manager: KeyManagerType::Customer,
        multi_region: multi_region.then(|| MultiRegion::Primary { replicas: Vec::new() }),
        enabled: true,
        deletion: None,
        transition: None,
        rotation: None,
        materials: Vec::new(),
        on_demand_rotations: 0,
        account: place.account,
        region: place.region,
    };
    policy::give(cx, &mut record, request.policy.as_deref(), bypass).await?;
    Ok(record)
}

fn spec(request: &CreateKey) -> Result<KeySpec, Error> {
    let spec = match (request.key_spec, request.customer_master_key_spec) {
        (Some(_), Some(_)) => {
            let text = "You cannot specify KeySpec and CustomerMasterKeySpec in the same request. \
                        CustomerMasterKeySpec is deprecated.";
            return Err(Error::new(ErrorCode::Validation, text));
        }
        (Some(spec), None) | (None, Some(spec)) => spec,
        (None, None) => KeySpec::SymmetricDefault,
    };
    if key::crypto_spec(spec).is_none() {
        let text = format!("KeySpec {spec} is not supported in this Region.");
        return Err(Error::new(ErrorCode::UnsupportedOperation, text).because(Reason::Spec));
    }
    Ok(spec)
}

fn origin(request: &CreateKey, spec: KeySpec) -> Result<OriginType, Error> {
    let unsupported =
        |text: String| Err(Error::new(ErrorCode::UnsupportedOperation, text).because(Reason::Origin));
    if request.custom_key_store_id.is_some() || request.xks_key_id.is_some() {
        return unsupported("Custom key stores are not offered by this server.".to_owned());
    }
    match request.origin.unwrap_or(OriginType::AwsKms) {
        origin @ (OriginType::AwsCloudHsm | OriginType::ExternalKeyStore) => unsupported(format!(
            "Origin {origin} needs a custom key store, which this server does not offer."
        )),
        OriginType::External
            if matches!(spec, KeySpec::MlKem512 | KeySpec::MlKem768 | KeySpec::MlKem1024) =>
        {
            unsupported(format!("Key material of KeySpec {spec} cannot be imported."))
        }
        origin => Ok(origin),
    }
}

async fn generate(cx: &Context<'_>, record: &KeyRecord) -> Result<Material, Error> {
    let spec = key::crypto_spec(record.spec)
        .ok_or_else(|| Error::internal("a key of a spec that is not offered"))?;
    let made = match spec {
        crypto::KeySpec::Rsa(_) => cx.kms().making().run(move || Material::generate(spec)).await?,
        _ => Material::generate(spec),
    };
    made.map_err(Error::internal)
}
