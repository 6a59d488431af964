//! `POST /create-datakey-without-plaintext`.

use api::GenerateDataKeyWithoutPlaintext;
use serde_json::json;

use super::{data_key, id_in};
use crate::fronts::huawei::answer::Done;
use crate::fronts::huawei::endpoint::Asked;
use crate::fronts::huawei::failure::Failure;
use crate::fronts::huawei::members::hex_of;

pub(super) async fn call(asked: &Asked<'_>) -> Result<Done, Failure> {
    let key = asked.members.key_name()?;
    let request = GenerateDataKeyWithoutPlaintext {
        number_of_bytes: Some(data_key::bytes(asked.members)?),
        encryption_context: asked.members.context()?,
        ..GenerateDataKeyWithoutPlaintext::request(key)
    };
    let made = asked.call(request).await.map_err(data_key::symmetric_only)?;
    Ok(Done::Json(json!({
        "key_id": id_in(&made.key_id),
        "cipher_text": hex_of(made.ciphertext_blob.as_bytes()).as_str(),
    })))
}
