//! What `CreateKey` and `DescribeKey` say of a key.

use api::{
    EncapsulationAlgorithmSpec, ExpirationModelType, KeyAgreementAlgorithmSpec, KeyMetadata, KeyState,
    KeyUsage, MultiRegionConfiguration, MultiRegionKey, MultiRegionKeyType, OriginType, Timestamp,
};

use super::{Deletion, KeyRecord, MultiRegion, encryption_algorithms, mac_algorithm, signing_algorithms};

/// The metadata of a key in `state` at `now`. Fields stand only where the API shows them. `primary` is the record of
/// its primary, itself if it is one: a replica does not know its siblings.
pub(crate) fn metadata(
    record: &KeyRecord,
    primary: &KeyRecord,
    partition: &str,
    state: KeyState,
    now: Timestamp,
) -> KeyMetadata {
    let place = record.place(partition);
    let usage = record.usage;
    let (expiration_model, valid_to) = expiration(record, now);
    KeyMetadata {
        aws_account_id: record.account.clone(),
        key_id: record.id.to_string(),
        arn: place.key_arn(&record.id),
        creation_date: record.created,
        enabled: state == KeyState::Enabled,
        description: record.description.clone(),
        key_usage: usage,
        key_state: state,
        deletion_date: if state == KeyState::PendingDeletion { record.deletion_date() } else { None },
        pending_deletion_window_in_days: pending_window(record, state),
        valid_to,
        origin: record.origin,
        custom_key_store_id: None,
        cloud_hsm_cluster_id: None,
        xks_key_configuration: None,
        expiration_model,
        key_manager: record.manager,
        customer_master_key_spec: record.spec,
        key_spec: record.spec,
        encryption_algorithms: (usage == KeyUsage::EncryptDecrypt)
            .then(|| encryption_algorithms(record.spec).to_vec()),
        signing_algorithms: (usage == KeyUsage::SignVerify).then(|| signing_algorithms(record.spec).to_vec()),
        key_agreement_algorithms: (usage == KeyUsage::KeyAgreement)
            .then(|| vec![KeyAgreementAlgorithmSpec::Ecdh]),
        encapsulation_algorithms: (usage == KeyUsage::EncapsulateDecapsulate)
            .then(|| vec![EncapsulationAlgorithmSpec::MlKem]),
        mac_algorithms: mac_algorithm(record.spec).map(|algorithm| vec![algorithm]),
        multi_region: record.multi_region.is_some(),
        multi_region_configuration: multi_region_configuration(record, primary, partition, now),
        current_key_material_id: record
            .current()
            .filter(|_| record.is_symmetric_encryption())
            .map(|material| material.id.to_string()),
    }
}

/// The expiration model and the earliest expiry of what is there; neither where nothing is.
fn expiration(record: &KeyRecord, now: Timestamp) -> (Option<ExpirationModelType>, Option<Timestamp>) {
    let present = || record.materials.iter().filter(|material| material.is_present(now));
    if record.origin != OriginType::External || present().next().is_none() {
        return (None, None);
    }
    match present().filter_map(|material| material.valid_to).min() {
        Some(earliest) => (Some(ExpirationModelType::KeyMaterialExpires), Some(earliest)),
        None => (Some(ExpirationModelType::KeyMaterialDoesNotExpire), None),
    }
}

fn pending_window(record: &KeyRecord, state: KeyState) -> Option<i64> {
    match record.deletion {
        Some(Deletion::AfterReplicas { days, .. }) if state == KeyState::PendingReplicaDeletion => Some(days),
        _ => None,
    }
}

fn multi_region_configuration(
    record: &KeyRecord,
    primary: &KeyRecord,
    partition: &str,
    now: Timestamp,
) -> Option<MultiRegionConfiguration> {
    let multi_region_key_type = match record.multi_region.as_ref()? {
        MultiRegion::Primary { .. } => MultiRegionKeyType::Primary,
        MultiRegion::Replica { .. } => MultiRegionKeyType::Replica,
    };
    let key_in = |region: &str| {
        let place = crate::arn::Place { region: region.to_owned(), ..record.place(partition) };
        MultiRegionKey { arn: place.key_arn(&record.id), region: region.to_owned() }
    };
    let alive = primary.replicas().iter().filter(|replica| replica.is_alive(now));
    Some(MultiRegionConfiguration {
        multi_region_key_type,
        primary_key: key_in(record.primary_region()),
        replica_keys: alive.map(|replica| key_in(&replica.region)).collect(),
    })
}
