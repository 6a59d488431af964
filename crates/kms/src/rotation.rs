//! Rotation: another material becomes current, in the primary and in all its replicas at once. The one that was
//! keeps decrypting what it encrypted.

use api::{Error, ErrorCode, KeyMaterialState, OriginType, Reason, RotationType, Timestamp};
use crypto::Material;
use seal::Records;

use crate::family::{Edit, Family};
use crate::key::{KeyRecord, MaterialId, MaterialRecord, Rotation};

/// Rotates a family whose key is symmetric: to the imported material that waits for it, or to a new one.
///
/// # Errors
/// `KMSInvalidStateException` if the material is imported and none is waiting, or not everywhere.
pub(crate) fn rotate(
    records: &Records,
    family: Family,
    arn: &str,
    kind: RotationType,
    now: Timestamp,
) -> Result<Edit, Error> {
    let rotation = Rotation { date: now, kind };
    let generated = match family.primary.record.origin {
        OriginType::External => None,
        _ => Some(Material::generate(crypto::KeySpec::Symmetric).map_err(Error::internal)?),
    };
    let id = match &generated {
        Some(material) => MaterialId::of(records, &family.primary.record.id, material),
        None => waiting(&family, arn, now)?,
    };
    let mut edit = family.edit();
    if let Some(material) = &generated {
        let pending = MaterialRecord::new(id.clone(), KeyMaterialState::PendingRotation);
        edit.primary()?.materials.push(pending);
        edit.put_material_everywhere(&id, material);
    }
    make_current(edit.primary()?, &id, rotation);
    Ok(edit)
}

/// The imported material that can be rotated to.
fn waiting(family: &Family, arn: &str, now: Timestamp) -> Result<MaterialId, Error> {
    let Some(pending) = family.primary.record.pending().filter(|pending| pending.is_present(now)) else {
        let text = format!("No available key material pending rotation for the key: {arn}.");
        return Err(Error::new(ErrorCode::KmsInvalidState, text).because(Reason::External));
    };
    if family.material_state(pending, now) != KeyMaterialState::PendingRotation {
        let text = format!(
            "The key material pending rotation of {arn} (id: {}) is not imported into every replica key yet.",
            pending.id
        );
        return Err(Error::new(ErrorCode::KmsInvalidState, text));
    }
    Ok(pending.id.clone())
}

fn make_current(record: &mut KeyRecord, id: &MaterialId, rotation: Rotation) {
    for material in &mut record.materials {
        if material.id == *id {
            material.state = KeyMaterialState::Current;
            material.rotation = Some(rotation);
        } else if material.state == KeyMaterialState::Current {
            material.state = KeyMaterialState::NonCurrent;
        }
    }
}
