//! `DescribeKey`.

use api::{DescribeKey, DescribeKeyResponse};

use crate::Operation;
use crate::aws_managed;
use crate::key;
use crate::pipeline::{Context, Stop};

impl Operation for DescribeKey {
    async fn run(&self, cx: &Context<'_>) -> Result<DescribeKeyResponse, Stop> {
        cx.check_grant_tokens(self.grant_tokens.as_ref())?;
        aws_managed::make_if_asked(cx, &self.key_id).await?;
        let key = cx.permit(&self.key_id).await?;
        let partition = &cx.kms().settings().partition;
        let primary = cx.primary(&key).await?;
        Ok(DescribeKeyResponse {
            key_metadata: key::metadata(key.record(), &primary.record, partition, key.state(), cx.now()),
        })
    }
}
