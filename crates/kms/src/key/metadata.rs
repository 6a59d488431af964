//! What `CreateKey` and `DescribeKey` say of a key.

use api::{
    EncapsulationAlgorithmSpec, ExpirationModelType, KeyAgreementAlgorithmSpec, KeyManagerType, KeyMetadata,
    KeyState, KeyUsage, MultiRegionConfiguration, MultiRegionKey, OriginType, Timestamp,
};

use super::{KeyRecord, encryption_algorithms, mac_algorithm, signing_algorithms};

/// The metadata of a key in `state` at `now`. Fields stand only where the API shows them.
pub(crate) fn metadata(record: &KeyRecord, partition: &str, state: KeyState, now: Timestamp) -> KeyMetadata {
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
        deletion_date: if state == KeyState::PendingDeletion { record.deletion_date } else { None },
        valid_to,
        origin: record.origin,
        expiration_model,
        key_manager: KeyManagerType::Customer,
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
        multi_region_configuration: multi_region_configuration(record, partition),
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

fn multi_region_configuration(record: &KeyRecord, partition: &str) -> Option<MultiRegionConfiguration> {
    let multi_region = record.multi_region.as_ref()?;
    let key_in = |region: &String| {
        let place = crate::arn::Place { region: region.clone(), ..record.place(partition) };
        MultiRegionKey { arn: place.key_arn(&record.id), region: region.clone() }
    };
    Some(MultiRegionConfiguration {
        multi_region_key_type: multi_region.key_type,
        primary_key: key_in(&multi_region.primary_region),
        replica_keys: multi_region.replica_regions.iter().map(key_in).collect(),
    })
}
