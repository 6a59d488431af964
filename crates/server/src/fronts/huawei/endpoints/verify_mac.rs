//! `POST /verify-mac`: a MAC that does not match is an answer, not an error.

use api::{VerifyMac, limits};
use kms::huawei;
use serde_json::json;

use super::generate_mac::algorithm;
use super::sign::message;
use crate::fronts::huawei::answer::Done;
use crate::fronts::huawei::code::Code;
use crate::fronts::huawei::endpoint::Asked;
use crate::fronts::huawei::failure::Failure;
use crate::fronts::huawei::members::{invalid, missing};

pub(super) async fn call(asked: &Asked<'_>) -> Result<Done, Failure> {
    let (key, message) = (asked.members.key_name()?, message(asked.members)?);
    let algorithm = algorithm(asked.members)?;
    let mac = asked.members.hex("mac")?.ok_or_else(|| missing("mac"))?;
    if mac.len() > limits::MAX_CIPHERTEXT {
        return Err(invalid("mac", "is longer than any"));
    }
    let request = VerifyMac::request(message, key, algorithm, mac);
    let verified = asked.call(huawei::VerifyMac(request)).await;
    let verified = verified.map_err(|failure| failure.read_as(Code::KMS_2105, Code::KMS_0308))?;
    Ok(Done::Json(json!({
        "key_id": verified.key_id,
        "mac_algorithm": algorithm.as_str(),
        "mac_valid": verified.valid,
    })))
}
