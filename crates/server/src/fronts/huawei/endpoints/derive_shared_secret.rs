//! `POST /derive-shared-secret`.

use api::{DeriveSharedSecret, KeyAgreementAlgorithmSpec, RecipientInfo};
use serde_json::{Value, json};

use super::id_in;
use crate::fronts::huawei::answer::Done;
use crate::fronts::huawei::code::Code;
use crate::fronts::huawei::endpoint::Asked;
use crate::fronts::huawei::failure::Failure;
use crate::fronts::huawei::members::{Members, base64_of, invalid, missing};

/// Most bytes of a public key, of which those on curves have a fraction.
const MAX_PUBLIC_KEY: usize = 8192;
/// Most bytes of an attestation document.
const MAX_ATTESTATION: usize = 262_144;

pub(super) async fn call(asked: &Asked<'_>) -> Result<Done, Failure> {
    let members = asked.members;
    let key = members.key_name()?;
    let algorithm = members.required("key_agreement_algorithm")?.parse::<KeyAgreementAlgorithmSpec>();
    let algorithm = algorithm.map_err(|_| invalid("key_agreement_algorithm", "must be ECDH"))?;
    let public_key = members.base64("public_key")?.ok_or_else(|| missing("public_key"))?;
    if !(1..=MAX_PUBLIC_KEY).contains(&public_key.len()) {
        return Err(invalid("public_key", "is longer than any"));
    }
    let recipient = members.object("recipient")?.as_ref().map(recipient).transpose()?;
    let request = DeriveSharedSecret { recipient, ..DeriveSharedSecret::request(key, algorithm, public_key) };
    let derived = asked.call(request).await;
    let derived = derived.map_err(|failure| failure.read_as(Code::KMS_2105, Code::KMS_0308))?;
    let mut answer = json!({
        "key_id": id_in(&derived.key_id),
        "key_agreement_algorithm": derived.key_agreement_algorithm.as_str(),
    });
    // One or the other: for a recipient the secret is encrypted.
    let secrets = [
        ("shared_secret", derived.shared_secret),
        ("ciphertext_recipient", derived.ciphertext_for_recipient),
    ];
    for (name, secret) in secrets {
        if let (Some(members), Some(secret)) = (answer.as_object_mut(), secret) {
            members.insert(name.to_owned(), Value::from(base64_of(secret.as_bytes()).as_str()));
        }
    }
    Ok(Done::Json(answer))
}

fn recipient(members: &Members) -> Result<RecipientInfo, Failure> {
    let algorithm = members.text("key_encryption_algorithm")?.map(str::parse).transpose();
    let document = members.base64("attestation_document")?;
    if document.as_ref().is_some_and(|document| document.len() > MAX_ATTESTATION) {
        return Err(invalid("attestation_document", "is longer than any"));
    }
    Ok(RecipientInfo {
        key_encryption_algorithm: algorithm
            .map_err(|_| invalid("key_encryption_algorithm", "must be RSAES_OAEP_SHA_256"))?,
        attestation_document: document,
    })
}
