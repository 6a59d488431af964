//! `POST /get-parameters-for-import`: a wrapping key and a token, for 24 hours.

use api::{GetParametersForImport, WrappingKeySpec};
use serde_json::json;

use super::id_in;
use crate::fronts::huawei::answer::Done;
use crate::fronts::huawei::code::Code;
use crate::fronts::huawei::endpoint::Asked;
use crate::fronts::huawei::failure::Failure;
use crate::fronts::huawei::members::{base64_of, invalid};
use crate::fronts::huawei::names;

pub(super) async fn call(asked: &Asked<'_>) -> Result<Done, Failure> {
    let key_id = asked.members.key_id()?;
    let algorithm = names::wrapping_algorithm_of(asked.members.required("wrapping_algorithm")?);
    let algorithm =
        algorithm.ok_or_else(|| invalid("wrapping_algorithm", "is not one that wraps key material"))?;
    // The only kind of wrapping key that the API has: what it wraps has the length of one block of it.
    let request = GetParametersForImport::request(key_id, algorithm, WrappingKeySpec::Rsa2048);
    let parameters = asked.call(request).await;
    let parameters = parameters.map_err(|failure| failure.read_as(Code::KMS_2105, Code::KMS_0308))?;
    Ok(Done::Json(json!({
        "key_id": id_in(&parameters.key_id),
        "import_token": base64_of(parameters.import_token.as_bytes()).as_str(),
        "expiration_time": parameters.parameters_valid_to.seconds(),
        "public_key": base64_of(parameters.public_key.as_bytes()).as_str(),
    })))
}
