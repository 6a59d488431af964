//! `POST /encrypt-datakey`: what is encrypted comes with its SHA-256, so that a slip on the way is seen.

use std::ops::RangeInclusive;

use api::Blob;
use crypto::digest::sha256;
use kms::huawei::EncryptDataKey;
use serde_json::json;

use super::data_key::{refuse_pin, symmetric_only};
use super::id_in;
use crate::fronts::huawei::answer::Done;
use crate::fronts::huawei::code::Code;
use crate::fronts::huawei::endpoint::Asked;
use crate::fronts::huawei::failure::Failure;
use crate::fronts::huawei::members::{Members, hex_of, missing};

/// Bytes of a data key (SDK, `EncryptDatakeyRequestBody`; Open Telekom Cloud has 64 only).
const LENGTHS: RangeInclusive<i64> = 1..=1024;

pub(super) async fn call(asked: &Asked<'_>) -> Result<Done, Failure> {
    let key_id = asked.members.key_name()?;
    let plaintext = data_key(asked.members)?;
    let length = plaintext.len().to_string();
    let encryption_context = asked.members.context()?;
    let encrypted = asked.call(EncryptDataKey { key_id, plaintext, encryption_context }).await;
    let encrypted = encrypted.map_err(symmetric_only)?;
    Ok(Done::Json(json!({
        "key_id": id_in(&encrypted.key_id),
        "cipher_text": hex_of(encrypted.ciphertext_blob.as_bytes()).as_str(),
        "datakey_length": length,
    })))
}

/// The data key in `plain_text`, of the length that `datakey_plain_length` says and with the digest that follows it.
fn data_key(members: &Members) -> Result<Blob, Failure> {
    refuse_pin(members)?;
    members.unsupported("key_spec", &[])?;
    let length = length(members, "datakey_plain_length", Code::KMS_2102)?;
    let text = members.hex("plain_text").map_err(|_| Failure::new(Code::KMS_2101))?;
    let text = text.ok_or_else(|| missing("plain_text"))?;
    let Some((key, digest)) = text.as_bytes().split_last_chunk::<32>().filter(|(key, _)| key.len() == length)
    else {
        return Err(Failure::new(Code::KMS_2104));
    };
    if sha256(key) != *digest {
        return Err(Failure::new(Code::KMS_2103));
    }
    Ok(Blob::new(key))
}

/// The bytes of a data key, as a member says; `code` refuses what is none.
pub(super) fn length(members: &Members, name: &str, code: Code) -> Result<usize, Failure> {
    let length = members.required_number(name).map_err(|failure| failure.read_as(Code::KMS_0308, code))?;
    let length = Some(length).filter(|length| LENGTHS.contains(length));
    length.and_then(|length| usize::try_from(length).ok()).ok_or_else(|| Failure::new(code))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::fronts::huawei::endpoints::tests::members;

    /// SHA-256 of 64 zeros, from the API reference ("Decrypting a DEK").
    const DIGEST: &str = "F5A5FD42D16A20302798EF6ED309979B43003D2320D9F0E8EA9831A92759FB4B";

    fn read(text: &str, length: &Value) -> Result<Blob, &'static str> {
        let members = members(json!({ "plain_text": text, "datakey_plain_length": length }));
        data_key(&members).map_err(|failure| failure.code().name())
    }

    #[test]
    fn the_digest_follows_the_data_key() {
        let zeros = "0".repeat(128);
        let text = format!("{zeros}{DIGEST}");
        assert_eq!(read(&text, &json!("64")), Ok(Blob::new([0; 64])));
        assert_eq!(read(&text.to_lowercase(), &json!(64)), Ok(Blob::new([0; 64])));
        let one = hex_of(&[&[7][..], &sha256(&[7])[..]].concat());
        assert_eq!(read(&one, &json!("1")), Ok(Blob::new([7])));
        for (case, text, length, expected) in [
            ("another digest", text.replace('F', "E"), json!("64"), "KMS.2103"),
            ("another data key", text.replacen('0', "1", 1), json!("64"), "KMS.2103"),
            ("without the digest", zeros.clone(), json!("64"), "KMS.2104"),
            ("another length", text.clone(), json!("63"), "KMS.2104"),
            ("nothing but a digest", DIGEST.to_owned(), json!("0"), "KMS.2102"),
            ("too long", text.clone(), json!("1025"), "KMS.2102"),
            ("no number", text.clone(), json!("long"), "KMS.2102"),
            ("no length", text.clone(), json!(""), "KMS.0204"),
            ("not hexadecimal", text.replace('0', "x"), json!("64"), "KMS.2101"),
            ("half a byte", text[1..].to_owned(), json!("64"), "KMS.2101"),
            ("nothing", String::new(), json!("64"), "KMS.0204"),
        ] {
            assert_eq!(read(&text, &length), Err(expected), "{case}");
        }
    }
}
