//! `CancelKeyDeletion`.

use api::{CancelKeyDeletion, CancelKeyDeletionResponse};

use crate::Operation;
use crate::pipeline::{Context, Stop};

impl Operation for CancelKeyDeletion {
    async fn run(&self, cx: &Context<'_>) -> Result<CancelKeyDeletionResponse, Stop> {
        let key = cx.permit(&self.key_id).await?;
        let mut record = key.record().clone();
        record.deletion_date = None;
        record.enabled = false;
        key.replace(&record, |_| Ok(())).await?;
        Ok(CancelKeyDeletionResponse { key_id: key.arn().to_owned() })
    }
}
