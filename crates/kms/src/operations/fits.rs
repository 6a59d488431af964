//! Which keys an operation is for at all, by origin, spec and part in their family.

use api::{Error, ErrorCode, OriginType, Reason};

use crate::key::KeyRecord;

/// Refuses keys whose material is not imported.
pub(super) fn check_external(record: &KeyRecord, arn: &str) -> Result<(), Error> {
    check_origin(record, arn, OriginType::External, Reason::NotExternal)
}

/// Refuses keys that are never rotated by themselves.
pub(super) fn check_schedulable(record: &KeyRecord, arn: &str) -> Result<(), Error> {
    check_origin(record, arn, OriginType::AwsKms, Reason::External)?;
    check_symmetric(record, arn)
}

fn check_origin(record: &KeyRecord, arn: &str, origin: OriginType, other: Reason) -> Result<(), Error> {
    if record.origin == origin {
        return Ok(());
    }
    let text = format!("{arn} origin is {} which is not valid for this operation.", record.origin);
    Err(Error::new(ErrorCode::UnsupportedOperation, text).because(other))
}

/// Refuses keys that hold one material for life.
pub(super) fn check_symmetric(record: &KeyRecord, arn: &str) -> Result<(), Error> {
    if record.is_symmetric_encryption() {
        return Ok(());
    }
    let text = format!("{arn} key spec is {} which is not valid for this operation.", record.spec);
    Err(Error::new(ErrorCode::UnsupportedOperation, text).because(Reason::RotationUnsupported))
}

/// Refuses keys of a single Region.
pub(super) fn check_multi_region(record: &KeyRecord, arn: &str) -> Result<(), Error> {
    if record.multi_region.is_some() {
        return Ok(());
    }
    let text = format!("{arn} is not a multi-Region key, which is not valid for this operation.");
    Err(Error::new(ErrorCode::UnsupportedOperation, text).because(Reason::NotMultiRegion))
}

/// Refuses replicas: what concerns the whole family is asked of its primary.
pub(super) fn check_primary(record: &KeyRecord, arn: &str) -> Result<(), Error> {
    if !record.is_replica() {
        return Ok(());
    }
    let text = format!(
        "{arn} is a multi-Region replica key which is not valid for this operation. Use the primary key in {}.",
        record.primary_region()
    );
    Err(Error::new(ErrorCode::UnsupportedOperation, text).because(Reason::Replica))
}
