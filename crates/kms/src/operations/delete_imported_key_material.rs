//! `DeleteImportedKeyMaterial`.

use api::{DeleteImportedKeyMaterial, DeleteImportedKeyMaterialResponse, Error, ErrorCode, KeyState, Reason};

use super::fits::check_external;
use crate::Operation;
use crate::authorize::Permit;
use crate::family::Family;
use crate::key::{KeyRecord, MaterialId};
use crate::pipeline::{Context, Stop};

impl Operation for DeleteImportedKeyMaterial {
    async fn run(&self, cx: &Context<'_>) -> Result<DeleteImportedKeyMaterialResponse, Stop> {
        let key = cx.permit_before_state(&self.key_id, check_external).await?;
        check_deletable(cx, &key)?;
        let id = which_material(self, key.record(), key.arn())?;
        if let Some(id) = &id
            && let Some(entry) = key.record().material(id)
        {
            // What waits for rotation goes in every Region with the primary's; all else in one Region alone.
            let everywhere = entry.is_pending() && !key.record().is_replica();
            let family = if everywhere {
                cx.family(&key).await?
            } else {
                Family::without_siblings(cx.keys(), key.live()).await?
            };
            let mut edit = family.edit();
            for record in edit.records() {
                if (everywhere || record.region == key.record().region)
                    && let Some(entry) = record.material_mut(id)
                {
                    entry.stored = false;
                }
            }
            edit.commit(cx.keys()).await?;
        }
        Ok(DeleteImportedKeyMaterialResponse {
            key_id: key.arn().to_owned(),
            key_material_id: id.filter(|_| key.record().is_symmetric_encryption()).map(|id| id.to_string()),
        })
    }
}

/// Refuses to take away what stays, and from a key that is in no state for it.
fn check_deletable(cx: &Context<'_>, key: &Permit<'_>) -> Result<(), Error> {
    let rules = cx.rules();
    if rules.private_keys_stay && key.record().is_asymmetric() {
        let text = format!("{} is a key pair, whose key material is not deleted.", key.arn());
        return Err(Error::new(ErrorCode::UnsupportedOperation, text).because(Reason::PrivateKeyStays));
    }
    if rules.delete_material_only_at_rest && !matches!(key.state(), KeyState::Enabled | KeyState::Disabled) {
        let text = format!("{} is neither enabled nor disabled.", key.arn());
        return Err(Error::new(ErrorCode::KmsInvalidState, text).because(Reason::MaterialState));
    }
    Ok(())
}

/// The material that is meant: the named one, or the current one if there ever was one.
fn which_material(
    request: &DeleteImportedKeyMaterial,
    record: &KeyRecord,
    arn: &str,
) -> Result<Option<MaterialId>, Error> {
    let Some(asked) = &request.key_material_id else {
        return Ok(record.current().map(|material| material.id.clone()));
    };
    if !record.is_symmetric_encryption() {
        let text =
            format!("KeyMaterialId is only valid for symmetric encryption keys, not for {}.", record.spec);
        return Err(Error::new(ErrorCode::Validation, text));
    }
    let found = record.materials.iter().find(|material| material.id.as_str() == asked);
    found.map(|material| Some(material.id.clone())).ok_or_else(|| {
        Error::new(ErrorCode::NotFound, format!("Key material '{asked}' does not belong to {arn}."))
    })
}
