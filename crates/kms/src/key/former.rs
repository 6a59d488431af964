//! Records as earlier versions wrote them, read as what they mean today. They are written anew when they change.
//!
//! Before there were replicas, a key had a `deletion_date` in the place of `deletion`, its multi-Region record was
//! always that of a primary without replicas, and every key was managed by its customer.

use api::{KeyManagerType, Timestamp};
use serde::{Deserialize, Deserializer};

use super::record::{Deletion, MultiRegion};

#[derive(Deserialize)]
#[serde(untagged)]
enum Either<Now, Former> {
    Now(Now),
    Former(Former),
}

/// A primary of which nothing else could be said.
#[derive(Deserialize)]
struct FormerMultiRegion {
    replica_regions: [String; 0],
}

pub(super) fn manager() -> KeyManagerType {
    KeyManagerType::Customer
}

pub(super) fn deletion<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Deletion>, D::Error> {
    let read: Option<Either<Deletion, Timestamp>> = Option::deserialize(from)?;
    Ok(read.map(|read| match read {
        Either::Now(deletion) => deletion,
        Either::Former(date) => Deletion::On(date),
    }))
}

pub(super) fn multi_region<'de, D: Deserializer<'de>>(from: D) -> Result<Option<MultiRegion>, D::Error> {
    let read: Option<Either<MultiRegion, FormerMultiRegion>> = Option::deserialize(from)?;
    Ok(read.map(|read| match read {
        Either::Now(multi_region) => multi_region,
        Either::Former(FormerMultiRegion { replica_regions: [] }) => {
            MultiRegion::Primary { replicas: Vec::new() }
        }
    }))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::KeyRecord;
    use super::*;

    fn former() -> serde_json::Value {
        json!({
            "id": "mrk-1234abcd12ab34cd56ef1234567890ab", "account": "000000000000", "region": "eu-west-1",
            "created": 1_767_225_600, "description": "", "spec": "SYMMETRIC_DEFAULT", "usage": "ENCRYPT_DECRYPT",
            "origin": "EXTERNAL", "policy": "{}", "tags": [], "multi_region": null, "enabled": true,
            "deletion_date": null, "materials": [], "on_demand_rotations": 0,
        })
    }

    #[test]
    fn a_former_record_is_read() {
        let record: KeyRecord = serde_json::from_value(former()).unwrap();
        assert_eq!((record.manager, record.deletion), (KeyManagerType::Customer, None));
        assert_eq!((record.multi_region, record.rotation, record.transition), (None, None, None));
    }

    #[test]
    fn a_former_deletion_still_counts() {
        let mut former = former();
        former["deletion_date"] = json!(1_767_830_400);
        let record: KeyRecord = serde_json::from_value(former).unwrap();
        let date = Timestamp::from_seconds(1_767_830_400);
        assert_eq!(record.deletion, Some(Deletion::On(date)));
        assert_eq!(record.state(date), None);
    }

    #[test]
    fn a_former_primary_is_one() {
        let mut former = former();
        former["multi_region"] =
            json!({"key_type": "PRIMARY", "primary_region": "eu-west-1", "replica_regions": []});
        let record: KeyRecord = serde_json::from_value(former).unwrap();
        assert_eq!(record.multi_region, Some(MultiRegion::Primary { replicas: Vec::new() }));
    }

    #[test]
    fn what_is_written_is_read_again() {
        let mut record: KeyRecord = serde_json::from_value(former()).unwrap();
        let date = Timestamp::from_seconds(1_767_830_400);
        for deletion in
            [None, Some(Deletion::On(date)), Some(Deletion::AfterReplicas { days: 7, since: date })]
        {
            for multi_region in [None, Some(MultiRegion::Replica { primary_region: "eu-west-1".to_owned() })]
            {
                record.deletion = deletion;
                record.multi_region = multi_region;
                let written = serde_json::to_vec(&record).unwrap();
                assert_eq!(serde_json::from_slice::<KeyRecord>(&written).unwrap(), record);
            }
        }
    }

    #[test]
    fn what_a_later_version_adds_is_not_passed_over() {
        let mut later = former();
        later["frozen"] = json!(true);
        assert!(serde_json::from_value::<KeyRecord>(later).is_err());
    }
}
