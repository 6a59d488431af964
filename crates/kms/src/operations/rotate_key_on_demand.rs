//! `RotateKeyOnDemand`.

use api::{
    Error, ErrorCode, KeyMaterialState, OriginType, RotateKeyOnDemand, RotateKeyOnDemandResponse,
    RotationType, limits,
};
use crypto::Material;

use super::origin::check_symmetric;
use crate::Operation;
use crate::key::{KeyRecord, MaterialId, MaterialRecord, Rotation};
use crate::keys::Keys;
use crate::pipeline::{Context, Stop};

impl Operation for RotateKeyOnDemand {
    async fn run(&self, cx: &Context<'_>) -> Result<RotateKeyOnDemandResponse, Stop> {
        let key = cx.permit_before_state(&self.key_id, check_symmetric).await?;
        let mut record = key.record().clone();
        if record.on_demand_rotations >= limits::MAX_ON_DEMAND_ROTATIONS {
            let text = format!(
                "{} has been rotated on demand {} times, which is the most.",
                key.arn(),
                record.on_demand_rotations
            );
            return Err(Error::new(ErrorCode::LimitExceeded, text).into());
        }
        let rotation = Rotation { date: cx.now(), kind: RotationType::OnDemand };
        let generated = if record.origin == OriginType::External {
            let pending = record.pending().filter(|pending| pending.is_present(cx.now()));
            let Some(id) = pending.map(|pending| pending.id.clone()) else {
                let text = format!("No available key material pending rotation for the key: {}.", key.arn());
                return Err(Error::new(ErrorCode::KmsInvalidState, text).into());
            };
            make_current(&mut record, &id, rotation);
            None
        } else {
            let material = Material::generate(crypto::KeySpec::Symmetric).map_err(Error::internal)?;
            let id = MaterialId::of(cx.kms().records(), &record.id, &material);
            record.materials.push(MaterialRecord {
                id: id.clone(),
                state: KeyMaterialState::PendingRotation,
                stored: true,
                valid_to: None,
                description: None,
                rotation: None,
            });
            make_current(&mut record, &id, rotation);
            Some((id, material))
        };
        record.on_demand_rotations += 1;
        key.replace(&record, |changes| {
            if let Some((id, material)) = &generated {
                Keys::put_material(changes, &record, id, material);
            }
            Ok(())
        })
        .await?;
        Ok(RotateKeyOnDemandResponse { key_id: key.arn().to_owned() })
    }
}

/// Makes one material current; the one that was keeps decrypting what it encrypted.
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
