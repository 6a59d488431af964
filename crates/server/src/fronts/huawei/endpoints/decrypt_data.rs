//! `POST /decrypt-data`.

use api::{Blob, Decrypt, limits};
use serde_json::json;
use zeroize::Zeroizing;

use super::encrypt_data::algorithm;
use super::id_in;
use crate::fronts::huawei::answer::Done;
use crate::fronts::huawei::code::Code;
use crate::fronts::huawei::endpoint::Asked;
use crate::fronts::huawei::failure::Failure;
use crate::fronts::huawei::members::{Members, base64_of, missing};

pub(super) async fn call(asked: &Asked<'_>) -> Result<Done, Failure> {
    let request = Decrypt {
        ciphertext_blob: Some(ciphertext(asked.members)?),
        encryption_context: asked.members.context()?,
        key_id: asked.members.key_name_in("key_id")?,
        encryption_algorithm: algorithm(asked.members, "encryption_algorithm")?,
        ..Decrypt::request()
    };
    let decrypted = asked.call(request).await?;
    let plain = decrypted.plaintext.unwrap_or_default();
    // Bytes that are no text are complete only in base64.
    let text = Zeroizing::new(String::from_utf8_lossy(plain.as_bytes()).into_owned());
    Ok(Done::Json(json!({
        "key_id": id_in(&decrypted.key_id),
        "plain_text": text.as_str(),
        "plain_text_base64": base64_of(plain.as_bytes()).as_str(),
    })))
}

/// The `cipher_text` of data, in base64.
pub(super) fn ciphertext(members: &Members) -> Result<Blob, Failure> {
    let refused = || Failure::new(Code::KMS_2201);
    let bytes =
        members.base64("cipher_text").map_err(|_| refused())?.ok_or_else(|| missing("cipher_text"))?;
    if bytes.len() > limits::MAX_CIPHERTEXT { Err(refused()) } else { Ok(bytes) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fronts::huawei::endpoints::tests::members;

    #[test]
    fn ciphertexts_are_base64_of_bounded_length() {
        for (text, expected) in [
            ("AgDo".to_owned(), Ok(3)),
            ("AAAA".repeat(2048), Ok(6144)),
            ("AAAA".repeat(2049), Err("KMS.2201")),
            ("A-D_".to_owned(), Err("KMS.2201")),
            ("AgD".to_owned(), Err("KMS.2201")),
            (String::new(), Err("KMS.0204")),
        ] {
            let read = ciphertext(&members(json!({ "cipher_text": text })));
            let read = read.map(|bytes| bytes.len()).map_err(|failure| failure.code().name());
            assert_eq!(read, expected, "{} characters", text.len());
        }
    }
}
