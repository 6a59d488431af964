//! Lengths of data keys.

use crate::fronts::huawei::code::Code;
use crate::fronts::huawei::failure::Failure;
use crate::fronts::huawei::members::Members;
use crate::fronts::huawei::names;

/// The least and the most bits of a data key, or of random data (SDK, `CreateDatakeyRequestBody`).
const MIN_BITS: i64 = 8;
const MAX_BITS: i64 = 8192;
/// Bytes of a data key of which nothing is said (the same).
const USUAL_BYTES: i64 = 32;

/// How many bytes the data key is to have: `datakey_length` in bits, or else by `key_spec`.
pub(super) fn bytes(members: &Members) -> Result<i64, Failure> {
    refuse_pin(members)?;
    let refused = || Failure::new(Code::KMS_1901);
    if let Some(bits) = members.number("datakey_length").map_err(|_| refused())? {
        return whole_bytes(bits).map_err(|wrong| match wrong {
            Wrong::Range => refused(),
            Wrong::Part => Failure::new(Code::KMS_1903),
        });
    }
    match members.text("key_spec")? {
        None => Ok(USUAL_BYTES),
        Some(spec) => names::data_key_length(spec).ok_or_else(|| Failure::new(Code::KMS_1902)),
    }
}

/// A refusal as data keys have it: what encrypts them is a symmetric key, whatever else the key could encrypt.
pub(super) fn symmetric_only(failure: Failure) -> Failure {
    failure.read_as(Code::KMS_2105, Code::KMS_0325)
}

/// Refuses a PIN, with which only dedicated clusters protect data keys.
pub(super) fn refuse_pin(members: &Members) -> Result<(), Failure> {
    members.unsupported("pin", &[])
}

/// What a number of bits can be wrong about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    /// They are too few or too many.
    Range,
    /// They are not whole bytes.
    Part,
}

/// Bits in bytes.
pub(super) fn whole_bytes(bits: i64) -> Result<i64, Wrong> {
    match bits {
        MIN_BITS..=MAX_BITS if bits % 8 == 0 => Ok(bits / 8),
        MIN_BITS..=MAX_BITS => Err(Wrong::Part),
        _ => Err(Wrong::Range),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::fronts::huawei::endpoints::tests::members;

    fn read(request: Value) -> Result<i64, &'static str> {
        bytes(&members(request)).map_err(|failure| failure.code().name())
    }

    #[test]
    fn a_length_wins_over_a_spec() {
        for (request, expected) in [
            (json!({}), Ok(32)),
            (json!({ "datakey_length": "512" }), Ok(64)),
            (json!({ "datakey_length": 8192 }), Ok(1024)),
            (json!({ "datakey_length": "", "key_spec": "" }), Ok(32)),
            (json!({ "key_spec": "AES_128" }), Ok(16)),
            (json!({ "key_spec": "HMAC_384" }), Ok(48)),
            (json!({ "datakey_length": "8", "key_spec": "AES_256" }), Ok(1)),
            (json!({ "datakey_length": "8", "key_spec": "none" }), Ok(1)),
            (json!({ "datakey_length": "0" }), Err("KMS.1901")),
            (json!({ "datakey_length": "8200" }), Err("KMS.1901")),
            (json!({ "datakey_length": "-8" }), Err("KMS.1901")),
            (json!({ "datakey_length": "many" }), Err("KMS.1901")),
            (json!({ "datakey_length": "12" }), Err("KMS.1903")),
            (json!({ "key_spec": "SM4" }), Err("KMS.1902")),
            (json!({ "key_spec": "RSA_2048" }), Err("KMS.1902")),
            (json!({ "pin": "1234" }), Err("KMS.0308")),
        ] {
            assert_eq!(read(request.clone()), expected, "{request}");
        }
    }
}
