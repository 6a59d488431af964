//! `POST /encrypt-data`: a text, not base64 of one.

use api::{Blob, Encrypt, EncryptionAlgorithmSpec, limits};
use serde_json::json;

use super::id_in;
use crate::fronts::huawei::answer::Done;
use crate::fronts::huawei::code::Code;
use crate::fronts::huawei::endpoint::Asked;
use crate::fronts::huawei::failure::Failure;
use crate::fronts::huawei::members::{Members, base64_of, invalid};
use crate::fronts::huawei::names;

pub(super) async fn call(asked: &Asked<'_>) -> Result<Done, Failure> {
    let (key, text) = (asked.members.key_name()?, asked.members.required("plain_text")?);
    if text.len() > limits::MAX_PLAINTEXT {
        return Err(Failure::new(Code::KMS_2101));
    }
    let request = Encrypt {
        encryption_context: asked.members.context()?,
        encryption_algorithm: algorithm(asked.members, "encryption_algorithm")?,
        ..Encrypt::request(key, Blob::new(text))
    };
    let encrypted = asked.call(request).await?;
    Ok(Done::Json(json!({
        "key_id": id_in(&encrypted.key_id),
        "cipher_text": base64_of(encrypted.ciphertext_blob.as_bytes()).as_str(),
    })))
}

/// The algorithm that a member names.
pub(super) fn algorithm(members: &Members, name: &str) -> Result<Option<EncryptionAlgorithmSpec>, Failure> {
    let Some(text) = members.text(name)? else { return Ok(None) };
    let algorithm = names::encryption_algorithm_of(text);
    algorithm.map(Some).ok_or_else(|| invalid(name, "is no encryption algorithm"))
}
