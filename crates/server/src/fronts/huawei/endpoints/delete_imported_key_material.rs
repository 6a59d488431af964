//! `POST /delete-imported-key-material`.

use api::DeleteImportedKeyMaterial;

use crate::fronts::huawei::answer::Done;
use crate::fronts::huawei::endpoint::Asked;
use crate::fronts::huawei::failure::Failure;

pub(super) async fn call(asked: &Asked<'_>) -> Result<Done, Failure> {
    asked.call(DeleteImportedKeyMaterial::request(asked.members.key_id()?)).await?;
    Ok(Done::empty())
}
