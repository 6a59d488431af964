//! `POST /gen-random`.

use api::GenerateRandom;
use serde_json::json;

use super::data_key::{Wrong, whole_bytes};
use crate::fronts::huawei::answer::Done;
use crate::fronts::huawei::code::Code;
use crate::fronts::huawei::endpoint::Asked;
use crate::fronts::huawei::failure::Failure;
use crate::fronts::huawei::members::{Members, hex_of};

pub(super) async fn call(asked: &Asked<'_>) -> Result<Done, Failure> {
    let bytes = bytes(asked.members)?;
    let request = GenerateRandom { number_of_bytes: Some(bytes), ..GenerateRandom::request() };
    let random = asked.call(request).await?.plaintext.unwrap_or_default();
    Ok(Done::Json(json!({ "random_data": hex_of(random.as_bytes()).as_str() })))
}

/// `random_data_length`, which is in bits.
fn bytes(members: &Members) -> Result<i64, Failure> {
    let bits = members.required_number("random_data_length");
    let bits = bits.map_err(|failure| failure.read_as(Code::KMS_0308, Code::KMS_1801))?;
    whole_bytes(bits).map_err(|wrong| match wrong {
        Wrong::Range => Failure::new(Code::KMS_1801),
        Wrong::Part => Failure::new(Code::KMS_1802),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fronts::huawei::endpoints::tests::members;

    #[test]
    fn lengths_are_whole_bytes_in_bits() {
        for (length, expected) in [
            (json!("512"), Ok(64)),
            (json!(512), Ok(64)),
            (json!(8), Ok(1)),
            (json!("8192"), Ok(1024)),
            (json!(12), Err("KMS.1802")),
            (json!(0), Err("KMS.1801")),
            (json!("8200"), Err("KMS.1801")),
            (json!("many"), Err("KMS.1801")),
            (json!(""), Err("KMS.0204")),
        ] {
            let read = bytes(&members(json!({ "random_data_length": length })));
            assert_eq!(read.map_err(|failure| failure.code().name()), expected, "{length}");
        }
    }
}
