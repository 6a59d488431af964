//! `GET /user-quotas`.

use kms::huawei::{CountGrants, CountKeys};
use serde_json::json;

use crate::fronts::huawei::answer::Done;
use crate::fronts::huawei::endpoint::Asked;
use crate::fronts::huawei::failure::Failure;

pub(super) async fn call(asked: &Asked<'_>) -> Result<Done, Failure> {
    let quotas = asked.kms.settings().quotas;
    let keys = asked.call(CountKeys {}).await?;
    let grants = asked.call(CountGrants {}).await?;
    Ok(Done::Json(json!({
        "quotas": {
            "resources": [
                { "type": "CMK", "used": keys, "quota": quotas.told_keys() },
                { "type": "grant_per_CMK", "used": grants, "quota": quotas.grants() },
            ]
        }
    })))
}
