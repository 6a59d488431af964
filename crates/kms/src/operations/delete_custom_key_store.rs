//! `DeleteCustomKeyStore`.

use api::{DeleteCustomKeyStore, DeleteCustomKeyStoreResponse};

use super::custom_key_stores::not_offered;
use crate::Operation;
use crate::pipeline::{Context, Stop};

impl Operation for DeleteCustomKeyStore {
    async fn run(&self, cx: &Context<'_>) -> Result<DeleteCustomKeyStoreResponse, Stop> {
        cx.permit_account()?;
        Err(not_offered().into())
    }
}
