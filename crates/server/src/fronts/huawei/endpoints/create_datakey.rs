//! `POST /create-datakey`.

use api::GenerateDataKey;
use serde_json::json;

use super::{data_key, id_in};
use crate::fronts::huawei::answer::Done;
use crate::fronts::huawei::endpoint::Asked;
use crate::fronts::huawei::failure::Failure;
use crate::fronts::huawei::members::hex_of;

pub(super) async fn call(asked: &Asked<'_>) -> Result<Done, Failure> {
    let key = asked.members.key_name()?;
    let request = GenerateDataKey {
        number_of_bytes: Some(data_key::bytes(asked.members)?),
        encryption_context: asked.members.context()?,
        ..GenerateDataKey::request(key)
    };
    let made = asked.call(request).await.map_err(data_key::symmetric_only)?;
    let plain = made.plaintext.unwrap_or_default();
    Ok(Done::Json(json!({
        "key_id": id_in(&made.key_id),
        "plain_text": hex_of(plain.as_bytes()).as_str(),
        "cipher_text": hex_of(made.ciphertext_blob.as_bytes()).as_str(),
    })))
}
