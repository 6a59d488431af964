//! `ConnectCustomKeyStore`.

use api::{ConnectCustomKeyStore, ConnectCustomKeyStoreResponse};

use super::custom_key_stores::not_offered;
use crate::Operation;
use crate::pipeline::{Context, Stop};

impl Operation for ConnectCustomKeyStore {
    async fn run(&self, cx: &Context<'_>) -> Result<ConnectCustomKeyStoreResponse, Stop> {
        cx.permit_account()?;
        Err(not_offered().into())
    }
}
