//! `POST /decrypt-datakey`.

use api::{Blob, limits};
use crypto::digest::sha256;
use kms::huawei::DecryptDataKey;
use serde_json::json;

use super::data_key::symmetric_only;
use super::encrypt_datakey::length;
use crate::fronts::huawei::answer::Done;
use crate::fronts::huawei::code::Code;
use crate::fronts::huawei::endpoint::Asked;
use crate::fronts::huawei::failure::Failure;
use crate::fronts::huawei::members::{Members, hex_of, missing};

pub(super) async fn call(asked: &Asked<'_>) -> Result<Done, Failure> {
    let key_id = Some(asked.members.key_name()?);
    let length = length(asked.members, "datakey_cipher_length", Code::KMS_2202)?;
    let ciphertext = ciphertext(asked.members)?;
    let encryption_context = asked.members.context()?;
    let decrypted = asked.call(DecryptDataKey { ciphertext, key_id, encryption_context }).await;
    let decrypted = decrypted.map_err(symmetric_only)?;
    let key = decrypted.plaintext.unwrap_or_default();
    if key.len() != length {
        return Err(Failure::new(Code::KMS_2204));
    }
    Ok(Done::Json(json!({
        "data_key": hex_of(key.as_bytes()).as_str(),
        "datakey_length": length.to_string(),
        "datakey_dgst": hex_of(&sha256(key.as_bytes())).as_str(),
    })))
}

/// The `cipher_text` of a data key, in hexadecimal digits.
pub(super) fn ciphertext(members: &Members) -> Result<Blob, Failure> {
    let refused = || Failure::new(Code::KMS_2201);
    let bytes = members.hex("cipher_text").map_err(|_| refused())?.ok_or_else(|| missing("cipher_text"))?;
    if bytes.len() > limits::MAX_CIPHERTEXT { Err(refused()) } else { Ok(bytes) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fronts::huawei::endpoints::tests::members;

    #[test]
    fn ciphertexts_are_hexadecimal_digits_of_bounded_number() {
        for (text, expected) in [
            ("020098".to_owned(), Ok(3)),
            ("0200ff".to_owned(), Ok(3)),
            ("00".repeat(6144), Ok(6144)),
            ("00".repeat(6145), Err("KMS.2201")),
            ("AgDo".to_owned(), Err("KMS.2201")),
            (String::new(), Err("KMS.0204")),
        ] {
            let read = ciphertext(&members(json!({ "cipher_text": text })));
            let read = read.map(|bytes| bytes.len()).map_err(|failure| failure.code().name());
            assert_eq!(read, expected, "{} characters", text.len());
        }
    }
}
