//! `POST /sign`: of a digest, unless `message_type` says otherwise.

use api::{Blob, MessageType, Sign, SigningAlgorithmSpec, limits};
use serde_json::json;

use super::id_in;
use crate::fronts::huawei::answer::Done;
use crate::fronts::huawei::code::Code;
use crate::fronts::huawei::endpoint::Asked;
use crate::fronts::huawei::failure::Failure;
use crate::fronts::huawei::members::{Members, base64_of, invalid, missing};
use crate::fronts::huawei::names;

pub(super) async fn call(asked: &Asked<'_>) -> Result<Done, Failure> {
    let key = asked.members.key_name()?;
    let Signed { message, algorithm, kind } = signed(asked.members)?;
    let request = Sign { message_type: Some(kind), ..Sign::request(key, message, algorithm) };
    let signed =
        asked.call(request).await.map_err(|failure| failure.read_as(Code::KMS_2105, Code::KMS_0332))?;
    Ok(Done::Json(json!({
        "key_id": id_in(&signed.key_id),
        "signature": base64_of(signed.signature.as_bytes()).as_str(),
    })))
}

/// What a signature is of.
pub(super) struct Signed {
    pub(super) message: Blob,
    pub(super) algorithm: SigningAlgorithmSpec,
    pub(super) kind: MessageType,
}

/// What a request wants signed or verified.
pub(super) fn signed(members: &Members) -> Result<Signed, Failure> {
    let message = message(members)?;
    let algorithm = names::signing_algorithm_of(members.required("signing_algorithm")?);
    let algorithm = algorithm.ok_or_else(|| invalid("signing_algorithm", "is no signing algorithm"))?;
    let kind = match members.text("message_type")? {
        None => MessageType::Digest,
        Some(name) => {
            names::message_type_of(name).ok_or_else(|| invalid("message_type", "must be DIGEST or RAW"))?
        }
    };
    Ok(Signed { message, algorithm, kind })
}

/// The `message` in base64.
pub(super) fn message(members: &Members) -> Result<Blob, Failure> {
    let message = members.base64("message")?.ok_or_else(|| missing("message"))?;
    if message.len() > limits::MAX_PLAINTEXT {
        return Err(invalid("message", &format!("may have {} bytes", limits::MAX_PLAINTEXT)));
    }
    Ok(message)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::fronts::huawei::endpoints::tests::members;

    fn read(member: &str, value: Value) -> Result<Signed, &'static str> {
        let mut body = json!({ "message": "aGVsbG8g", "signing_algorithm": "RSASSA_PSS_SHA_256" });
        body[member] = value;
        signed(&members(body)).map_err(|failure| failure.code().name())
    }

    #[test]
    fn a_message_is_a_digest_unless_it_is_said_to_be_raw() {
        let usual = read("message_type", json!("")).unwrap();
        assert_eq!(
            (usual.kind, usual.algorithm),
            (MessageType::Digest, SigningAlgorithmSpec::RsassaPssSha256)
        );
        assert_eq!(usual.message.as_bytes(), b"hello ");
        assert_eq!(read("message_type", json!("RAW")).unwrap().kind, MessageType::Raw);
    }

    #[test]
    fn what_cannot_be_signed_is_refused() {
        for (member, value, expected) in [
            ("message_type", json!("EXTERNAL_MU"), "KMS.0308"),
            ("message", json!(""), "KMS.0204"),
            ("message", json!("not base64"), "KMS.0308"),
            ("message", json!("AAAA".repeat(1366)), "KMS.0308"),
            ("signing_algorithm", json!("SM2DSA"), "KMS.0308"),
            ("signing_algorithm", json!(null), "KMS.0204"),
        ] {
            assert_eq!(read(member, value).err(), Some(expected), "{member}");
        }
    }
}
