//! `ListKeyRotations`.

use api::{
    IncludeKeyMaterial, ListKeyRotations, ListKeyRotationsResponse, OriginType, RotationsListEntry, limits,
};

use super::origin::check_symmetric;
use crate::Operation;
use crate::key::MaterialRecord;
use crate::marker::page;
use crate::pipeline::{Context, Stop};

impl Operation for ListKeyRotations {
    async fn run(&self, cx: &Context<'_>) -> Result<ListKeyRotationsResponse, Stop> {
        let key = cx.permit_before_state(&self.key_id, check_symmetric).await?;
        let all = self.include_key_material == Some(IncludeKeyMaterial::AllKeyMaterial);
        let record = key.record();
        let about = format!("{}/{all}", record.id);
        let after = cx.after(&about, self.marker.as_deref())?;
        let shown = record.materials.iter().filter(|material| all || material.rotation.is_some());
        let rest: Vec<_> = match &after {
            None => shown.collect(),
            Some(after) => shown.skip_while(|material| material.id.as_str() != after).skip(1).collect(),
        };
        let limit = self.limit.unwrap_or(limits::DEFAULT_PAGE);
        let (materials, truncated) = page(rest, usize::try_from(limit).unwrap_or(1));
        let next_marker =
            materials.last().filter(|_| truncated).map(|last| cx.marker(&about, last.id.as_str()));
        let external = record.origin == OriginType::External;
        let entry = |material: &MaterialRecord| RotationsListEntry {
            key_id: key.arn().to_owned(),
            key_material_id: material.id.to_string(),
            key_material_state: material.state,
            key_material_description: material.description.clone().filter(|_| external),
            import_state: external.then(|| material.import_state(cx.now())),
            expiration_model: external.then(|| material.expiration_model()),
            valid_to: material.valid_to.filter(|_| external),
            rotation_date: material.rotation.map(|rotation| rotation.date),
            rotation_type: material.rotation.map(|rotation| rotation.kind),
        };
        Ok(ListKeyRotationsResponse {
            rotations: materials.into_iter().map(entry).collect(),
            truncated,
            next_marker,
        })
    }
}
