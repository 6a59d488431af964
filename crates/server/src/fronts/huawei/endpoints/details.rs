//! What there is to say of a key.

use api::KeyManagerType;
use kms::huawei::KeyDetails;
use serde_json::{Value, json};

use crate::fronts::huawei::endpoint::Asked;
use crate::fronts::huawei::{dates, names};

/// `key_type` of every key in the API's documents.
const KEY_TYPE: &str = "1";
/// The enterprise project of all keys, as of those who have no enterprise projects.
pub(super) const ENTERPRISE_PROJECT: &str = "0";
/// The key store of all keys: the service's own.
pub(super) const KEY_STORE: &str = "0";

/// A key in detail.
pub(super) fn details(asked: &Asked<'_>, key: &KeyDetails) -> Value {
    let metadata = &key.metadata;
    let is_default = metadata.key_manager == KeyManagerType::Aws;
    json!({
        "key_id": metadata.key_id,
        "domain_id": asked.domain_id(),
        "key_alias": key.alias,
        "realm": asked.region(),
        "key_spec": names::spec(metadata.key_spec),
        "key_usage": metadata.key_usage.as_str(),
        "key_description": metadata.description,
        "creation_date": dates::written(metadata.creation_date),
        "scheduled_deletion_date": dates::written_or_empty(metadata.deletion_date),
        "key_state": names::state(metadata.key_state),
        "default_key_flag": if is_default { "1" } else { "0" },
        "key_type": KEY_TYPE,
        "expiration_time": dates::written_or_empty(metadata.valid_to),
        "origin": names::origin(metadata.origin),
        "key_rotation_enabled": if key.rotation_enabled { "true" } else { "false" },
        "sys_enterprise_project_id": ENTERPRISE_PROJECT,
        "keystore_id": KEY_STORE,
    })
}
