//! `DisconnectCustomKeyStore`.

use api::{DisconnectCustomKeyStore, DisconnectCustomKeyStoreResponse};

use super::custom_key_stores::not_offered;
use crate::Operation;
use crate::pipeline::{Context, Stop};

impl Operation for DisconnectCustomKeyStore {
    async fn run(&self, cx: &Context<'_>) -> Result<DisconnectCustomKeyStoreResponse, Stop> {
        cx.permit_account()?;
        Err(not_offered().into())
    }
}
