//! `UpdateKeyDescription`.

use api::{Empty, UpdateKeyDescription};

use crate::Operation;
use crate::pipeline::{Context, Stop};

impl Operation for UpdateKeyDescription {
    async fn run(&self, cx: &Context<'_>) -> Result<Empty, Stop> {
        let key = cx.permit(&self.key_id).await?;
        let mut record = key.record().clone();
        record.description.clone_from(&self.description);
        key.replace(&record, |_| Ok(())).await?;
        Ok(Empty)
    }
}
