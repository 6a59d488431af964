//! `UpdateCustomKeyStore`.

use api::{UpdateCustomKeyStore, UpdateCustomKeyStoreResponse};

use super::custom_key_stores::not_offered;
use crate::Operation;
use crate::pipeline::{Context, Stop};

impl Operation for UpdateCustomKeyStore {
    async fn run(&self, cx: &Context<'_>) -> Result<UpdateCustomKeyStoreResponse, Stop> {
        cx.permit_account()?;
        Err(not_offered().into())
    }
}
