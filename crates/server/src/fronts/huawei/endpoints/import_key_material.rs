//! `POST /import-key-material`.

use std::ops::RangeInclusive;

use api::{Blob, ExpirationModelType, ImportKeyMaterial};

use crate::fronts::huawei::answer::Done;
use crate::fronts::huawei::code::Code;
use crate::fronts::huawei::dates;
use crate::fronts::huawei::endpoint::Asked;
use crate::fronts::huawei::failure::Failure;
use crate::fronts::huawei::members::{Members, invalid, missing};

/// Characters of an import token in base64 (API reference, "Importing CMK Material").
const TOKEN: RangeInclusive<usize> = 200..=6144;
/// Characters of the one block that the wrapping key makes (the same).
const BLOCK: RangeInclusive<usize> = 344..=360;
/// Characters of a private key that is wrapped by a temporary key. The SDK says 200 to 6144
/// (`ImportKeyMaterialRequestBody`), which leaves out keys of SECP256K1 as OpenSSL writes them.
const PRIVATE_KEY: RangeInclusive<usize> = 24..=6144;

pub(super) async fn call(asked: &Asked<'_>) -> Result<Done, Failure> {
    let imported = asked.call(request(asked.members)?).await;
    // Where the engine says no more than that something does not open, it is the wrapping.
    imported.map_err(|failure| failure.read_as(Code::KMS_2201, Code::KMS_0311))?;
    Ok(Done::empty())
}

fn request(members: &Members) -> Result<ImportKeyMaterial, Failure> {
    let key_id = members.key_id()?;
    let token = sized(members, "import_token", TOKEN)?.ok_or_else(|| missing("import_token"))?;
    let block = sized(members, "encrypted_key_material", BLOCK)?;
    let block = block.ok_or_else(|| missing("encrypted_key_material"))?;
    // The engine takes the temporary key and what it wraps as AWS has them: one after the other.
    let material = match sized(members, "encrypted_privatekey", PRIVATE_KEY)? {
        None => block,
        Some(private) => Blob::new([block.as_bytes(), private.as_bytes()].concat()),
    };
    let valid_to = dates::seconds(members, "expiration_time")?;
    let model = match valid_to {
        Some(_) => ExpirationModelType::KeyMaterialExpires,
        None => ExpirationModelType::KeyMaterialDoesNotExpire,
    };
    Ok(ImportKeyMaterial {
        valid_to,
        expiration_model: Some(model),
        ..ImportKeyMaterial::request(key_id, token, material)
    })
}

/// Bytes in base64 of a certain length.
fn sized(members: &Members, name: &str, characters: RangeInclusive<usize>) -> Result<Option<Blob>, Failure> {
    match members.text(name)? {
        Some(text) if !characters.contains(&text.len()) => {
            let (least, most) = characters.into_inner();
            Err(invalid(name, &format!("must have {least} to {most} characters")))
        }
        _ => members.base64(name),
    }
}

#[cfg(test)]
mod tests {
    use api::Timestamp;
    use serde_json::{Value, json};

    use super::*;
    use crate::fronts::huawei::endpoints::tests::members;
    use crate::fronts::huawei::members::base64_of;

    fn body() -> Value {
        json!({
            "key_id": "0d0466b0-e727-4d9c-b35d-f84bb474a37f",
            "import_token": *base64_of(&[1; 1676]),
            "encrypted_key_material": *base64_of(&[2; 256]),
        })
    }

    fn read(member: &str, value: Value) -> Result<ImportKeyMaterial, &'static str> {
        let mut body = body();
        body[member] = value;
        request(&members(body)).map_err(|failure| failure.code().name())
    }

    #[test]
    fn material_expires_if_the_request_says_when() {
        let never = request(&members(body())).unwrap();
        assert_eq!((never.import_token.len(), never.encrypted_key_material.len()), (1676, 256));
        assert_eq!(never.valid_to, None);
        assert_eq!(never.expiration_model, Some(ExpirationModelType::KeyMaterialDoesNotExpire));
        for value in [json!(1_550_291_833), json!("1550291833")] {
            let request = read("expiration_time", value).unwrap();
            assert_eq!(request.valid_to, Some(Timestamp::from_seconds(1_550_291_833)));
            assert_eq!(request.expiration_model, Some(ExpirationModelType::KeyMaterialExpires));
        }
    }

    #[test]
    fn a_private_key_follows_the_temporary_key() {
        let request = read("encrypted_privatekey", json!(*base64_of(&[3; 1224]))).unwrap();
        let bytes = request.encrypted_key_material.as_bytes();
        assert_eq!((bytes.len(), bytes[255], bytes[256]), (256 + 1224, 2, 3));
    }

    #[test]
    fn what_has_not_its_size_is_refused() {
        for (member, value, expected) in [
            ("import_token", json!(""), "KMS.0204"),
            ("import_token", json!("a".repeat(196)), "KMS.0308"),
            ("import_token", json!("a".repeat(6148)), "KMS.0308"),
            ("import_token", json!("!".repeat(400)), "KMS.0308"),
            ("encrypted_key_material", json!(null), "KMS.0204"),
            ("encrypted_key_material", json!(*base64_of(&[2; 384])), "KMS.0308"),
            ("encrypted_privatekey", json!("a".repeat(20)), "KMS.0308"),
            ("expiration_time", json!("2030-01-01"), "KMS.0308"),
            ("key_id", json!("alias/a"), "KMS.0205"),
        ] {
            assert_eq!(read(member, value).err(), Some(expected), "{member}");
        }
    }
}
