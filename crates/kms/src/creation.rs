//! How a key comes to be.

use api::{Error, KeyMaterialState};
use crypto::Material;
use seal::Changes;

use crate::key::{KeyRecord, MaterialId, MaterialRecord};
use crate::keys::Keys;

impl Keys {
    /// The changes that make a key, with its first material unless that is still to be imported; the record comes to
    /// know it.
    pub(crate) fn create(
        &self,
        record: &mut KeyRecord,
        material: Option<&Material>,
    ) -> Result<Changes, Error> {
        let Some(material) = material else {
            return Self::replace(None, record);
        };
        let id = MaterialId::of(self.records(), &record.id, material);
        record.materials.push(MaterialRecord::new(id.clone(), KeyMaterialState::Current));
        let mut changes = Self::replace(None, record)?;
        Self::put_material(&mut changes, record, &id, material);
        Ok(changes)
    }
}
