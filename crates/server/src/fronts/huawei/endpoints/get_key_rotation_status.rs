//! `POST /get-key-rotation-status`.

use api::{
    GetKeyRotationStatus, IncludeKeyMaterial, KeyMaterialState, ListKeyRotations, RotationsListEntry,
    Timestamp,
};
use serde_json::{Value, json};

use crate::fronts::huawei::answer::Done;
use crate::fronts::huawei::code::Code;
use crate::fronts::huawei::dates;
use crate::fronts::huawei::endpoint::Asked;
use crate::fronts::huawei::failure::Failure;

/// Days between rotations, of a key that has none yet: those it would have.
const USUAL_INTERVAL: i64 = api::limits::DEFAULT_ROTATION_PERIOD;
/// Materials on a page of the engine.
const PAGE: i64 = 1000;
/// `state` of a material that waits for `rotate-on-demand`, and of one that is in use (SDK,
/// `GetkeyRotationStatusResponseBodyKeyMaterials`).
const PENDING_ROTATION: u8 = 0;
const ENABLED: u8 = 2;
/// Digits of a UUID, in the groups that it is written in.
const UUID_GROUPS: [usize; 5] = [8, 4, 4, 4, 12];

pub(super) async fn call(asked: &Asked<'_>) -> Result<Done, Failure> {
    let key_id = asked.members.key_id()?;
    let status = asked.call(GetKeyRotationStatus::request(key_id)).await?;
    let materials = match materials(asked, key_id).await {
        // Such a key is never rotated: it has a status, and it is "off".
        Err(failure) if failure.code() == Code::KMS_0319 => Vec::new(),
        found => found?,
    };
    let rotated: Vec<Timestamp> = materials.iter().filter_map(|material| material.rotation_date).collect();
    Ok(Done::Json(json!({
        "key_rotation_enabled": status.key_rotation_enabled,
        "rotation_interval": status.rotation_period_in_days.unwrap_or(USUAL_INTERVAL),
        "last_rotation_time": dates::written_or_empty(rotated.iter().max().copied()),
        "number_of_rotations": rotated.len(),
        "key_materials": materials.iter().map(shown).collect::<Vec<_>>(),
    })))
}

/// All materials of a key, in the order in which it got them.
async fn materials(asked: &Asked<'_>, key_id: &str) -> Result<Vec<RotationsListEntry>, Failure> {
    let (mut materials, mut marker) = (Vec::new(), None);
    loop {
        let request = ListKeyRotations {
            include_key_material: Some(IncludeKeyMaterial::AllKeyMaterial),
            limit: Some(PAGE),
            marker,
            ..ListKeyRotations::request(key_id)
        };
        let page = asked.call(request).await?;
        materials.extend(page.rotations);
        match page.next_marker {
            Some(next) if page.truncated => marker = Some(next),
            _ => return Ok(materials),
        }
    }
}

fn shown(material: &RotationsListEntry) -> Value {
    let waits = matches!(
        material.key_material_state,
        KeyMaterialState::PendingRotation | KeyMaterialState::PendingMultiRegionImportAndRotation
    );
    json!({
        "material_id": as_uuid(&material.key_material_id),
        "charge_id": "",
        "create_time": dates::written_or_empty(material.rotation_date),
        "expiration_time": dates::written_or_empty(material.valid_to),
        "state": if waits { PENDING_ROTATION } else { ENABLED },
    })
}

/// The first half of a material's id, as the API writes ids.
fn as_uuid(id: &str) -> String {
    let mut rest = id;
    let groups = UUID_GROUPS.map(|length| {
        let (group, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        rest = after;
        group
    });
    groups.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn material_ids_are_written_as_uuids() {
        let id = format!("0d0466b0e7274d9cb35df84bb474a37f{}", "e".repeat(32));
        assert_eq!(as_uuid(&id), "0d0466b0-e727-4d9c-b35d-f84bb474a37f");
        assert_eq!(as_uuid("0d0466b0e7"), "0d0466b0-e7---");
    }

    #[test]
    fn a_material_waits_or_is_in_use() {
        let entry = |key_material_state| RotationsListEntry {
            key_id: String::new(),
            key_material_id: "a".repeat(64),
            key_material_state,
            key_material_description: None,
            import_state: None,
            expiration_model: None,
            valid_to: Some(Timestamp::from_seconds(2)),
            rotation_date: None,
            rotation_type: None,
        };
        let expected = json!({
            "material_id": "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa", "charge_id": "", "create_time": "",
            "expiration_time": "2000", "state": 2,
        });
        assert_eq!(shown(&entry(KeyMaterialState::Current)), expected);
        assert_eq!(shown(&entry(KeyMaterialState::NonCurrent)), expected);
        assert_eq!(shown(&entry(KeyMaterialState::PendingRotation))["state"], 0);
    }
}
