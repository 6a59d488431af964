//! What `GenerateMac` and `VerifyMac` share.

use api::{Error, ErrorCode, MacAlgorithmSpec, Reason};

use crate::key::{KeyRecord, mac_algorithm};

/// Checks that a key authenticates so: each HMAC key spec has one algorithm.
pub(super) fn check_algorithm(record: &KeyRecord, asked: MacAlgorithmSpec) -> Result<(), Error> {
    if mac_algorithm(record.spec) == Some(asked) {
        return Ok(());
    }
    let text = format!("Algorithm {asked} is incompatible with key spec {}.", record.spec);
    Err(Error::new(ErrorCode::InvalidKeyUsage, text).because(Reason::Algorithm))
}
