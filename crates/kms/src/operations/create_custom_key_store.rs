//! `CreateCustomKeyStore`.

use api::{CreateCustomKeyStore, CreateCustomKeyStoreResponse};

use super::custom_key_stores::not_offered;
use crate::Operation;
use crate::pipeline::{Context, Stop};

impl Operation for CreateCustomKeyStore {
    async fn run(&self, cx: &Context<'_>) -> Result<CreateCustomKeyStoreResponse, Stop> {
        cx.permit_account()?;
        Err(not_offered().into())
    }
}
