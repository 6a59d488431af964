//! `POST /generate-mac`.

use api::{GenerateMac, MacAlgorithmSpec};
use serde_json::json;

use super::id_in;
use super::sign::message;
use crate::fronts::huawei::answer::Done;
use crate::fronts::huawei::code::Code;
use crate::fronts::huawei::endpoint::Asked;
use crate::fronts::huawei::failure::Failure;
use crate::fronts::huawei::members::{Members, invalid};

pub(super) async fn call(asked: &Asked<'_>) -> Result<Done, Failure> {
    let (key, message) = (asked.members.key_name()?, message(asked.members)?);
    let algorithm = algorithm(asked.members)?;
    let made = asked.call(GenerateMac::request(message, key, algorithm)).await;
    let made = made.map_err(|failure| failure.read_as(Code::KMS_2105, Code::KMS_0308))?;
    Ok(Done::Json(json!({
        "key_id": id_in(&made.key_id),
        "mac_algorithm": algorithm.as_str(),
        // The one thing that the API writes in lower case.
        "mac": hex::encode(made.mac.as_bytes()),
    })))
}

/// The `mac_algorithm` that must be there.
pub(super) fn algorithm(members: &Members) -> Result<MacAlgorithmSpec, Failure> {
    let name = members.required("mac_algorithm")?;
    name.parse().map_err(|_| invalid("mac_algorithm", "is no algorithm of a MAC"))
}
