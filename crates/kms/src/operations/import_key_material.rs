//! `ImportKeyMaterial`: the second half of the ceremony.
//!
//! The order of the checks: what the request says of itself, the key, the token, the wrapping, the material, and last
//! whether this material may come into this key. Nothing is changed before all have passed.

use std::sync::Arc;

use api::{
    AlgorithmSpec, Error, ErrorCode, ExpirationModelType, ImportKeyMaterial, ImportKeyMaterialResponse,
    ImportType, KeyMaterialState, Reason, Timestamp,
};
use crypto::{HybridError, Material, WrappingAlgorithm, WrappingKey};

use super::fits::check_external;
use super::wrapping::{check_pending, wrapping_algorithm};
use crate::authorize::Permit;
use crate::conditions::Conditions;
use crate::key::{KeyRecord, MaterialId, MaterialRecord, crypto_spec};
use crate::pipeline::{Context, Stop};
use crate::{Operation, Rules, spent, token};

/// Seconds in a day.
const DAY: i64 = 24 * 60 * 60;

impl Operation for ImportKeyMaterial {
    fn conditions(&self) -> Conditions<'_> {
        Conditions::default()
            .with("kms:ExpirationModel", expiration_model(self).as_str())
            .maybe("kms:ValidTo", self.valid_to.map(|valid_to| valid_to.seconds().to_string()))
    }

    async fn run(&self, cx: &Context<'_>) -> Result<ImportKeyMaterialResponse, Stop> {
        let valid_to = expiry(self, cx.rules(), cx.now())?;
        let key = cx.permit_before_state(&self.key_id, check_external).await?;
        check_pending(cx, &key)?;
        check_symmetric_members(self, key.record())?;
        if valid_to.is_some() && cx.rules().private_keys_stay && key.record().is_asymmetric() {
            let text = format!("{} is a key pair, whose key material does not expire.", key.arn());
            return Err(Error::new(ErrorCode::Validation, text).because(Reason::PrivateKeyStays).into());
        }
        let (material, algorithm) = unwrap_material(self, cx, &key).await?;
        let id = MaterialId::of(cx.kms().records(), &key.record().id, &material);

        let region = &key.record().region;
        let mut edit = cx.family(&key).await?.edit();
        let record = edit.member(region)?;
        admit(self, record, key.arn(), &id, cx.now()).map_err(|error| blinded(algorithm, error))?;
        if let Some(entry) = record.material_mut(&id) {
            entry.stored = true;
            entry.valid_to = valid_to;
            if self.key_material_description.is_some() {
                entry.description.clone_from(&self.key_material_description);
            }
        }
        if key.record().lacks_material(cx.now()) && !record.lacks_material(cx.now()) {
            // From PendingImport a key comes back Enabled, whatever it had been before.
            record.enabled = true;
        }
        let symmetric = record.is_symmetric_encryption();
        edit.put_material(region, &id, &material)?;
        edit.commit(cx.keys()).await?;
        Ok(ImportKeyMaterialResponse {
            key_id: key.arn().to_owned(),
            key_material_id: symmetric.then(|| id.to_string()),
        })
    }
}

/// Whether the material expires, which a request need not say.
fn expiration_model(request: &ImportKeyMaterial) -> ExpirationModelType {
    request.expiration_model.unwrap_or(ExpirationModelType::KeyMaterialExpires)
}

/// When the material expires, if it does.
fn expiry(request: &ImportKeyMaterial, rules: &Rules, now: Timestamp) -> Result<Option<Timestamp>, Error> {
    let invalid = |text: String| Error::new(ErrorCode::Validation, text);
    let refused = |text: String| Err(invalid(text));
    match (expiration_model(request), request.valid_to) {
        (ExpirationModelType::KeyMaterialExpires, None) => {
            refused("A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES".to_owned())
        }
        (ExpirationModelType::KeyMaterialDoesNotExpire, Some(_)) => refused(
            "A validTo date must not be set if the ExpirationModel is KEY_MATERIAL_DOES_NOT_EXPIRE"
                .to_owned(),
        ),
        (ExpirationModelType::KeyMaterialDoesNotExpire, None) => Ok(None),
        (ExpirationModelType::KeyMaterialExpires, Some(valid_to)) => {
            if valid_to <= now {
                let text = "The validTo date must be in the future".to_owned();
                return Err(invalid(text).because(Reason::ExpiryPast));
            }
            if let Some(life) = rules.material_life
                && valid_to > now.plus_seconds(life)
            {
                let text = format!("The validTo date must be within {} days of the request", life / DAY);
                return Err(invalid(text).because(Reason::ExpiryTooFar));
            }
            Ok(Some(valid_to))
        }
    }
}

/// Refuses the members that only symmetric encryption keys know, and what contradicts itself.
fn check_symmetric_members(request: &ImportKeyMaterial, record: &KeyRecord) -> Result<(), Error> {
    let refused = |text: String| Err(Error::new(ErrorCode::Validation, text));
    if !record.is_symmetric_encryption() {
        let members = [
            ("ImportType", request.import_type.is_some()),
            ("KeyMaterialDescription", request.key_material_description.is_some()),
            ("KeyMaterialId", request.key_material_id.is_some()),
        ];
        if let Some((member, _)) = members.iter().find(|(_, given)| *given) {
            return refused(format!(
                "{member} is only valid for symmetric encryption keys, not for {}.",
                record.spec
            ));
        }
    }
    if request.key_material_id.is_some() && request.import_type == Some(ImportType::NewKeyMaterial) {
        return refused("KeyMaterialId cannot be set if the ImportType is NEW_KEY_MATERIAL".to_owned());
    }
    Ok(())
}

/// The material out of its wrapping, checked to be one of the key's spec; and how it had been wrapped.
async fn unwrap_material(
    request: &ImportKeyMaterial,
    cx: &Context<'_>,
    key: &Permit<'_>,
) -> Result<(Arc<Material>, AlgorithmSpec), Stop> {
    let (record, records) = (key.record(), cx.kms().records());
    let (token, wrapped) = (&request.import_token, request.encrypted_key_material.clone());
    let whose = (record.account.as_str(), record.region.as_str(), &record.id);
    let (claims, private_key) = token::open(records, token.as_bytes(), whose, cx.now())?;
    let algorithm = wrapping_algorithm(cx.rules(), cx.kms().settings(), claims.algorithm)?;
    let key_lengths = cx.rules().temporary_key_lengths;
    let spec =
        crypto_spec(record.spec).ok_or_else(|| Error::internal("a key of a spec that is not offered"))?;
    if claims.algorithm == AlgorithmSpec::RsaesPkcs1V1_5 {
        spent::bind(records, token.as_bytes(), wrapped.as_bytes(), claims.expires).await?;
    }
    let place = cx.kms().wrapping_keys().of(token.as_bytes(), cx.now());
    let work = move || {
        let wrapping_key = place.key(&private_key).map_err(|error| NotMaterial::Token(error.to_string()))?;
        open_wrapping(algorithm, key_lengths, &wrapping_key, wrapped.as_bytes(), spec)
    };
    // Whether RSA's factors are prime takes as long to find out as to find some.
    let gate = if matches!(spec, crypto::KeySpec::Rsa(_)) { cx.kms().making() } else { cx.kms().gate() };
    let opened = gate.run(work).await?;
    let material = opened.map_err(|reason| {
        let error = match reason {
            NotMaterial::Wrapping(reason) => Error::bare(ErrorCode::InvalidCiphertext).because(reason),
            NotMaterial::Material(text) => {
                let pair = key.record().is_asymmetric();
                let reason = if pair { Reason::PrivateKeyInvalid } else { Reason::MaterialLength };
                Error::new(ErrorCode::IncorrectKeyMaterial, text).because(reason)
            }
            NotMaterial::Token(cause) => Error::internal(cause),
        };
        blinded(claims.algorithm, error)
    })?;
    Ok((Arc::new(material), claims.algorithm))
}

/// In PKCS#1 v1.5 a padding that did not open and content that is refused, for whatever reason, must look the same,
/// or the pair of answers is a padding oracle (RFC 8017, 7.2.2). The other algorithms tell them apart.
fn blinded(algorithm: AlgorithmSpec, error: Error) -> Error {
    if algorithm == AlgorithmSpec::RsaesPkcs1V1_5 && error.code() != ErrorCode::Internal {
        return Error::bare(ErrorCode::InvalidCiphertext);
    }
    error
}

/// Decides whether the material may come into the key, and gives it its place there.
fn admit(
    request: &ImportKeyMaterial,
    record: &mut KeyRecord,
    arn: &str,
    id: &MaterialId,
    now: Timestamp,
) -> Result<(), Error> {
    let incorrect = |text: String| {
        Err(Error::new(ErrorCode::IncorrectKeyMaterial, text).because(Reason::MaterialDiffers))
    };
    if let Some(asked) = &request.key_material_id
        && asked != id.as_str()
    {
        return incorrect(format!("The key material has the id {id}, not {asked}."));
    }
    let default = if record.materials.is_empty() {
        ImportType::NewKeyMaterial
    } else {
        ImportType::ExistingKeyMaterial
    };
    match (request.import_type.unwrap_or(default), record.material(id).map(MaterialRecord::is_pending)) {
        (ImportType::ExistingKeyMaterial, Some(_)) | (ImportType::NewKeyMaterial, Some(true)) => Ok(()),
        (ImportType::ExistingKeyMaterial, None) if record.is_replica() => incorrect(format!(
            "The key material is not one that {arn} shares with its primary key. A replica key takes the key material \
             of its primary key in {} and no other: import that, or import new key material into the primary key \
             first.",
            record.primary_region()
        )),
        (ImportType::ExistingKeyMaterial, None) => incorrect(format!(
            "The key material is not one that {arn} has had before. Import the same key material again, or new \
             material with ImportType NEW_KEY_MATERIAL where the key can be rotated."
        )),
        (ImportType::NewKeyMaterial, Some(false)) => incorrect(format!(
            "The key material (id: {id}) already belongs to {arn}. Import it as EXISTING_KEY_MATERIAL."
        )),
        (ImportType::NewKeyMaterial, None) if record.is_replica() => {
            let text = format!(
                "New key material cannot be imported into the replica key {arn}. Import it into the primary key, then \
                 the same key material into each replica key."
            );
            Err(Error::new(ErrorCode::UnsupportedOperation, text).because(Reason::OtherRegion))
        }
        (ImportType::NewKeyMaterial, None) => {
            let state = if record.materials.is_empty() {
                KeyMaterialState::Current
            } else {
                make_way(record, arn, id, now)?;
                KeyMaterialState::PendingRotation
            };
            record.materials.push(MaterialRecord::new(id.clone(), state));
            Ok(())
        }
    }
}

/// Only one material may wait for rotation. One that waits but is no longer there makes way: it never encrypted
/// anything.
fn make_way(record: &mut KeyRecord, arn: &str, id: &MaterialId, now: Timestamp) -> Result<(), Error> {
    if let Some(pending) = record.pending()
        && pending.is_present(now)
    {
        let text = format!(
            "New key material (id: {id}) cannot be imported into KMS key {arn}, because another key material (id: {}) \
             is pending rotation.",
            pending.id
        );
        return Err(Error::new(ErrorCode::KmsInvalidState, text));
    }
    record.materials.retain(|material| !material.is_pending());
    Ok(())
}

/// Why there is no material.
enum NotMaterial {
    /// The wrapping did not open.
    Wrapping(Reason),
    /// What it held does not fit the key.
    Material(String),
    /// The token's own key cannot be used.
    Token(String),
}

fn open_wrapping(
    algorithm: WrappingAlgorithm,
    key_lengths: &[usize],
    wrapping_key: &WrappingKey,
    wrapped: &[u8],
    spec: crypto::KeySpec,
) -> Result<Material, NotMaterial> {
    let plain = match algorithm {
        WrappingAlgorithm::RsaAesKeyWrap(hash) => {
            wrapping_key.unwrap_hybrid(hash, key_lengths, wrapped).map_err(step_that_failed)
        }
        _ => wrapping_key.unwrap(algorithm, wrapped).map_err(|_| NotMaterial::Wrapping(Reason::Wrapping)),
    }?;
    Material::import(spec, &plain).map_err(|error| NotMaterial::Material(error.to_string()))
}

fn step_that_failed(error: HybridError) -> NotMaterial {
    NotMaterial::Wrapping(match error {
        HybridError::MaterialMissing => Reason::PrivateKeyMissing,
        HybridError::KeyLength => Reason::TemporaryKeyLength,
        HybridError::Material => Reason::PrivateKeyInvalid,
        _ => Reason::Wrapping,
    })
}
