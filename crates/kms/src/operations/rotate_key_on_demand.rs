//! `RotateKeyOnDemand`.

use api::{Error, ErrorCode, RotateKeyOnDemand, RotateKeyOnDemandResponse, RotationType, limits};

use super::fits::{check_primary, check_symmetric};
use crate::Operation;
use crate::pipeline::{Context, Stop};
use crate::rotation::rotate;

impl Operation for RotateKeyOnDemand {
    async fn run(&self, cx: &Context<'_>) -> Result<RotateKeyOnDemandResponse, Stop> {
        let key = cx.permit_before_state(&self.key_id, check_symmetric).await?;
        check_primary(key.record(), key.arn())?;
        let record = key.record();
        if record.on_demand_rotations >= limits::MAX_ON_DEMAND_ROTATIONS {
            let text = format!(
                "{} has been rotated on demand {} times, which is the most.",
                key.arn(),
                record.on_demand_rotations
            );
            return Err(Error::new(ErrorCode::LimitExceeded, text).into());
        }
        let records = cx.kms().records();
        let family = cx.family(&key).await?;
        if record.rotation.is_some_and(|schedule| schedule.is_imminent(cx.now())) {
            let text = format!("{} is about to be rotated automatically. Try again after that.", key.arn());
            return Err(Error::new(ErrorCode::Conflict, text).into());
        }
        let mut edit = rotate(records, family, key.arn(), RotationType::OnDemand, cx.now())?;
        edit.primary()?.on_demand_rotations += 1;
        edit.commit(cx.keys()).await?;
        Ok(RotateKeyOnDemandResponse { key_id: key.arn().to_owned() })
    }
}
