//! `POST /re-encrypt`: of data, in base64; or, if `datakey_cipher_length` says that it is one, of a data key, in
//! hexadecimal digits.

use api::ReEncrypt;
use serde_json::json;

use super::encrypt_data::algorithm;
use super::{decrypt_data, decrypt_datakey, id_in};
use crate::fronts::huawei::answer::Done;
use crate::fronts::huawei::endpoint::Asked;
use crate::fronts::huawei::failure::Failure;
use crate::fronts::huawei::members::{base64_of, hex_of, missing};
use crate::fronts::huawei::names;

pub(super) async fn call(asked: &Asked<'_>) -> Result<Done, Failure> {
    let members = asked.members;
    let destination =
        members.key_name_in("destination_key_id")?.ok_or_else(|| missing("destination_key_id"))?;
    let is_data_key = members.has("datakey_cipher_length");
    let ciphertext =
        if is_data_key { decrypt_datakey::ciphertext(members)? } else { decrypt_data::ciphertext(members)? };
    let request = ReEncrypt {
        ciphertext_blob: Some(ciphertext),
        source_key_id: members.key_name_in("source_key_id")?,
        source_encryption_context: members
            .context_in("source_encryption_context", "source_additional_authenticated_data")?,
        source_encryption_algorithm: algorithm(members, "source_encryption_algorithm")?,
        destination_encryption_context: members
            .context_in("destination_encryption_context", "destination_additional_authenticated_data")?,
        destination_encryption_algorithm: algorithm(members, "destination_encryption_algorithm")?,
        ..ReEncrypt::request(destination)
    };
    let done = asked.call(request).await?;
    let bytes = done.ciphertext_blob.as_bytes();
    let ciphertext = if is_data_key { hex_of(bytes) } else { base64_of(bytes) };
    Ok(Done::Json(json!({
        "key_id": id_in(&done.key_id),
        "source_key_id": id_in(&done.source_key_id),
        "source_encryption_algorithm": names::encryption_algorithm(done.source_encryption_algorithm),
        "destination_encryption_algorithm": names::encryption_algorithm(done.destination_encryption_algorithm),
        "cipher_text": ciphertext.as_str(),
    })))
}
