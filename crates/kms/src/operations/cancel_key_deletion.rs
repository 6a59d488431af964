//! `CancelKeyDeletion`.

use api::{CancelKeyDeletion, CancelKeyDeletionResponse};

use super::schedule_key_deletion::tell_primary;
use crate::Operation;
use crate::family::Family;
use crate::pipeline::{Context, Stop};

impl Operation for CancelKeyDeletion {
    async fn run(&self, cx: &Context<'_>) -> Result<CancelKeyDeletionResponse, Stop> {
        let key = cx.permit(&self.key_id).await?;
        let mut edit = Family::without_siblings(cx.keys(), key.live()).await?.edit();
        let record = edit.member(&key.record().region)?;
        record.deletion = None;
        record.enabled = false;
        tell_primary(&mut edit, &key.record().region, None)?;
        edit.commit(cx.keys()).await?;
        Ok(CancelKeyDeletionResponse { key_id: key.arn().to_owned() })
    }
}
