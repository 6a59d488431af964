//! `DescribeKey`.

use api::{DescribeKey, DescribeKeyResponse};

use super::members::refuse_grant_tokens;
use crate::Operation;
use crate::key;
use crate::pipeline::{Context, Stop};

impl Operation for DescribeKey {
    async fn run(&self, cx: &Context<'_>) -> Result<DescribeKeyResponse, Stop> {
        refuse_grant_tokens(self.grant_tokens.as_ref())?;
        let key = cx.permit(&self.key_id).await?;
        let partition = &cx.kms().settings().partition;
        Ok(DescribeKeyResponse {
            key_metadata: key::metadata(key.record(), partition, key.state(), cx.now()),
        })
    }
}
