//! Pairs of data keys. Their parts are in base64: the public key as SubjectPublicKeyInfo, the private key as PKCS#8.

use api::{Blob, DataKeyPairSpec, GenerateDataKeyPair, GenerateDataKeyPairWithoutPlaintext};
use serde_json::{Value, json};

use super::data_key::{refuse_pin, symmetric_only};
use super::id_in;
use crate::fronts::huawei::answer::Done;
use crate::fronts::huawei::endpoint::Asked;
use crate::fronts::huawei::failure::Failure;
use crate::fronts::huawei::members::{base64_of, invalid};

/// Makes a pair of the kind that `key_spec` names in `known`.
pub(super) async fn create(
    asked: &Asked<'_>,
    known: fn(&str) -> Option<DataKeyPairSpec>,
) -> Result<Done, Failure> {
    let members = asked.members;
    refuse_pin(members)?;
    let (key, name) = (members.key_name()?, members.required("key_spec")?);
    let spec = known(name).ok_or_else(|| invalid("key_spec", "is not one of a pair that is made here"))?;
    let context = members.context()?;
    if members.flag("with_plain_text")?.unwrap_or(true) {
        let request =
            GenerateDataKeyPair { encryption_context: context, ..GenerateDataKeyPair::request(key, spec) };
        let pair = asked.call(request).await.map_err(symmetric_only)?;
        let mut answer = answer(&pair.key_id, name, &pair.public_key, &pair.private_key_ciphertext_blob);
        if let (Some(members), Some(plain)) = (answer.as_object_mut(), &pair.private_key_plaintext) {
            let plain = base64_of(plain.as_bytes());
            members.insert("private_key_plain_text".to_owned(), Value::from(plain.as_str()));
        }
        return Ok(Done::Json(answer));
    }
    let request = GenerateDataKeyPairWithoutPlaintext {
        encryption_context: context,
        ..GenerateDataKeyPairWithoutPlaintext::request(key, spec)
    };
    let pair = asked.call(request).await.map_err(symmetric_only)?;
    Ok(Done::Json(answer(&pair.key_id, name, &pair.public_key, &pair.private_key_ciphertext_blob)))
}

fn answer(key_id: &str, spec: &str, public: &Blob, encrypted: &Blob) -> Value {
    json!({
        "key_id": id_in(key_id),
        "key_spec": spec,
        "public_key": base64_of(public.as_bytes()).as_str(),
        "private_key_cipher_text": base64_of(encrypted.as_bytes()).as_str(),
    })
}
