//! `POST /create-key`.

use api::{KeySpec, KeyUsage, OriginType};
use kms::huawei::CreateKey;
use serde_json::json;

use super::alias;
use super::details::{ENTERPRISE_PROJECT, KEY_STORE};
use super::update_key_description::check;
use crate::fronts::huawei::answer::Done;
use crate::fronts::huawei::code::Code;
use crate::fronts::huawei::endpoint::Asked;
use crate::fronts::huawei::failure::Failure;
use crate::fronts::huawei::members::{Members, invalid};
use crate::fronts::huawei::names;

pub(super) async fn call(asked: &Asked<'_>) -> Result<Done, Failure> {
    let request = request(asked.members)?;
    let unfit = unfit(&request);
    let created = asked.call(request).await.map_err(|failure| failure.read_as(Code::KMS_1110, unfit))?;
    Ok(Done::Json(json!({
        "key_info": {
            "key_id": created.key_metadata.key_id,
            "domain_id": asked.domain_id(),
            "region_id": asked.region(),
        }
    })))
}

/// What it is called that a key of this kind has not this usage.
fn unfit(request: &CreateKey) -> Code {
    let spec = request.key.key_spec.unwrap_or(KeySpec::SymmetricDefault);
    match (names::usual_usage(spec), request.key.key_usage) {
        (KeyUsage::SignVerify, Some(KeyUsage::EncryptDecrypt)) => Code::KMS_1114,
        (KeyUsage::EncryptDecrypt, Some(KeyUsage::SignVerify)) => Code::KMS_1115,
        _ => Code::KMS_1110,
    }
}

fn request(members: &Members) -> Result<CreateKey, Failure> {
    members.unsupported("enterprise_project_id", &[ENTERPRISE_PROJECT])?;
    members.unsupported("keystore_id", &[KEY_STORE])?;
    members.unsupported("vm_id", &[])?;
    let alias = members.required("key_alias")?.to_owned();
    alias::check(&alias)?;
    let spec = match members.text("key_spec")? {
        None => KeySpec::SymmetricDefault,
        Some(name) => names::spec_of(name)
            .ok_or_else(|| Failure::with(Code::KMS_1110, "There is no such kind of key here."))?,
    };
    let usage = match members.text("key_usage")? {
        None => names::usual_usage(spec),
        Some(name) => name.parse().map_err(|_| invalid("key_usage", "is no usage of a key"))?,
    };
    let origin = match members.text("origin")? {
        None => OriginType::AwsKms,
        Some(name) => names::origin_of(name).ok_or_else(|| invalid("origin", "must be kms or external"))?,
    };
    let description = members.text("key_description")?;
    description.map(check).transpose()?;
    let key = api::CreateKey {
        description: description.map(str::to_owned),
        key_spec: Some(spec),
        key_usage: Some(usage),
        origin: Some(origin),
        ..api::CreateKey::request()
    };
    Ok(CreateKey { alias, key })
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::fronts::huawei::endpoints::tests::members;

    fn read(body: Value) -> Result<CreateKey, &'static str> {
        request(&members(body)).map_err(|failure| failure.code().name())
    }

    #[test]
    fn what_is_left_out_is_usual() {
        let request = read(json!({ "key_alias": "test" })).unwrap();
        let api::CreateKey { key_spec, key_usage, origin, description, .. } = request.key;
        assert_eq!(request.alias, "test");
        assert_eq!((key_spec, key_usage), (Some(KeySpec::SymmetricDefault), Some(KeyUsage::EncryptDecrypt)));
        assert_eq!((origin, description), (Some(OriginType::AwsKms), None));
    }

    #[test]
    fn every_member_is_taken() {
        let request = read(json!({
            "key_alias": "test", "key_spec": "EC_P256", "key_usage": "KEY_AGREEMENT", "key_description": "d",
            "origin": "external", "enterprise_project_id": "0", "keystore_id": "0",
            "sequence": "919c82d4-8046-4722-9094-35c3c6524cff",
        }));
        let api::CreateKey { key_spec, key_usage, origin, description, .. } = request.unwrap().key;
        assert_eq!((key_spec, key_usage), (Some(KeySpec::EccNistP256), Some(KeyUsage::KeyAgreement)));
        assert_eq!((origin, description.as_deref()), (Some(OriginType::External), Some("d")));
    }

    #[test]
    fn what_is_not_offered_is_refused() {
        for (case, member, value, expected) in [
            ("an empty alias", "key_alias", json!(""), "KMS.0204"),
            ("a number as alias", "key_alias", json!(7), "KMS.0308"),
            ("an unknown spec", "key_spec", json!("SM4"), "KMS.1110"),
            ("AWS's name of a spec", "key_spec", json!("SYMMETRIC_DEFAULT"), "KMS.1110"),
            ("an unknown usage", "key_usage", json!("WRAP"), "KMS.0308"),
            ("an unknown origin", "origin", json!("EXTERNAL"), "KMS.0308"),
            ("a long description", "key_description", json!("d".repeat(256)), "KMS.1103"),
            ("an enterprise project", "enterprise_project_id", json!("1"), "KMS.0308"),
            ("a key store", "keystore_id", json!("1"), "KMS.0308"),
            ("a machine", "vm_id", json!("1"), "KMS.0308"),
        ] {
            let mut body = json!({ "key_alias": "test" });
            body[member] = value;
            assert_eq!(read(body).err(), Some(expected), "{case}");
        }
    }
}
