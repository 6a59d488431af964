//! `ListKeyRotations`.

use api::{
    IncludeKeyMaterial, ListKeyRotations, ListKeyRotationsResponse, OriginType, RotationsListEntry, limits,
};

use super::fits::check_symmetric;
use super::members::page_size;
use crate::Operation;
use crate::key::MaterialRecord;
use crate::marker::{self, page};
use crate::pipeline::{Context, Stop};

impl Operation for ListKeyRotations {
    async fn run(&self, cx: &Context<'_>) -> Result<ListKeyRotationsResponse, Stop> {
        let limit = page_size(self.limit, limits::DEFAULT_PAGE, limits::MAX_PAGE)?;
        let key = cx.permit_before_state(&self.key_id, check_symmetric).await?;
        let all = self.include_key_material == Some(IncludeKeyMaterial::AllKeyMaterial);
        let record = key.record();
        let family = cx.family(&key).await?;
        let about = format!("{}/{all}", record.id);
        // How many materials the pages before went through. That stays true: a material that makes way for another
        // was the last one, and its place is taken.
        let passed = match cx.after(&about, self.marker.as_deref())? {
            None => 0,
            Some(passed) => passed.parse().map_err(|_| marker::invalid())?,
        };
        let numbered = (1..).zip(&record.materials).skip(passed);
        let rest = numbered.filter(|(_, material)| all || material.rotation.is_some()).collect();
        let (materials, truncated) = page::<(usize, &MaterialRecord)>(rest, limit);
        let next_marker =
            materials.last().filter(|_| truncated).map(|(number, _)| cx.marker(&about, &number.to_string()));
        let external = record.origin == OriginType::External;
        let entry = |material: &MaterialRecord| RotationsListEntry {
            key_id: key.arn().to_owned(),
            key_material_id: material.id.to_string(),
            key_material_state: family.material_state(material, cx.now()),
            key_material_description: material.description.clone().filter(|_| external),
            import_state: external.then(|| material.import_state(cx.now())),
            expiration_model: external.then(|| material.expiration_model()),
            valid_to: material.valid_to.filter(|_| external),
            rotation_date: material.rotation.map(|rotation| rotation.date),
            rotation_type: material.rotation.map(|rotation| rotation.kind),
        };
        Ok(ListKeyRotationsResponse {
            rotations: materials.into_iter().map(|(_, material)| entry(material)).collect(),
            truncated,
            next_marker,
        })
    }
}
