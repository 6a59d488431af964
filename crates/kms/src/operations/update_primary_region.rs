//! `UpdatePrimaryRegion`: a replica becomes the primary, and the primary a replica.

use api::{Empty, Error, ErrorCode, UpdatePrimaryRegion};

use super::fits::{check_multi_region, check_primary};
use crate::Operation;
use crate::conditions::Conditions;
use crate::family::Family;
use crate::key::{KeyRecord, MultiRegion, Replica, TransitionKind};
use crate::pipeline::{Context, Stop};

impl Operation for UpdatePrimaryRegion {
    fn conditions(&self) -> Conditions<'_> {
        Conditions::default().with("kms:PrimaryRegion", self.primary_region.as_str())
    }

    async fn run(&self, cx: &Context<'_>) -> Result<Empty, Stop> {
        let key = cx.permit_before_state(&self.key_id, check_multi_region).await?;
        check_primary(key.record(), key.arn())?;
        let (old, new) = (&key.record().region, &self.primary_region);
        let family = cx.family(&key).await?;
        check_new_primary(cx, &family, key.arn(), new).await?;

        let mut replicas = key.record().replicas().to_vec();
        replicas.retain(|replica| replica.is_alive(cx.now()));
        for replica in replicas.iter_mut().filter(|replica| replica.region == *new) {
            *replica = Replica { region: old.clone(), deletion_date: None };
        }
        let mut edit = family.edit();
        let rotation = edit.primary()?.rotation.take();
        for record in edit.records() {
            record.multi_region = Some(MultiRegion::Replica { primary_region: new.clone() });
        }
        let primary = edit.member(new)?;
        primary.multi_region = Some(MultiRegion::Primary { replicas });
        primary.rotation = rotation;
        for region in [old, new] {
            edit.member(region)?.transition = cx.transition(TransitionKind::Updating);
        }
        edit.commit(cx.keys()).await?;
        Ok(Empty)
    }
}

/// Refuses a Region without a replica, or whose replica the caller may not change, or is in no state for it.
async fn check_new_primary(cx: &Context<'_>, family: &Family, arn: &str, region: &str) -> Result<(), Error> {
    if region == family.primary.record.region {
        let text = format!("{region} is the primary Region of {arn} already.");
        return Err(Error::new(ErrorCode::Validation, text));
    }
    let Some(replica) = family.replicas.iter().find(|replica| replica.record.region == region) else {
        let text = format!("{arn} has no replica key in {region}. Make one with ReplicateKey first.");
        return Err(Error::new(ErrorCode::NotFound, text));
    };
    let record: &KeyRecord = &replica.record;
    let place = record.place(&cx.kms().settings().partition);
    cx.check_key(place.clone(), &record.id).await?;
    cx.check_state(record, &place.key_arn(&record.id)).map(drop)
}
