//! `POST /verify`: a signature that does not match is an answer, not an error.

use api::{Verify, limits};
use kms::huawei;
use serde_json::json;

use super::sign::{Signed, signed};
use crate::fronts::huawei::answer::Done;
use crate::fronts::huawei::code::Code;
use crate::fronts::huawei::endpoint::Asked;
use crate::fronts::huawei::failure::Failure;
use crate::fronts::huawei::members::{invalid, missing};

pub(super) async fn call(asked: &Asked<'_>) -> Result<Done, Failure> {
    let key = asked.members.key_name()?;
    let Signed { message, algorithm, kind } = signed(asked.members)?;
    let signature = asked.members.base64("signature")?.ok_or_else(|| missing("signature"))?;
    if signature.len() > limits::MAX_CIPHERTEXT {
        return Err(invalid("signature", "is longer than any"));
    }
    let request = Verify { message_type: Some(kind), ..Verify::request(key, message, signature, algorithm) };
    let verified = asked.call(huawei::Verify(request)).await;
    let verified = verified.map_err(|failure| failure.read_as(Code::KMS_2105, Code::KMS_0332))?;
    Ok(Done::Json(json!({
        "key_id": verified.key_id,
        "signature_valid": if verified.valid { "true" } else { "false" },
    })))
}
