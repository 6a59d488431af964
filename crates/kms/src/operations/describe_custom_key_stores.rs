//! `DescribeCustomKeyStores`.

use api::{DescribeCustomKeyStores, DescribeCustomKeyStoresResponse, Error, ErrorCode};

use crate::Operation;
use crate::arn::shown;
use crate::pipeline::{Context, Stop};

impl Operation for DescribeCustomKeyStores {
    async fn run(&self, cx: &Context<'_>) -> Result<DescribeCustomKeyStoresResponse, Stop> {
        cx.permit_account()?;
        match (&self.custom_key_store_id, &self.custom_key_store_name) {
            (Some(_), Some(_)) => {
                let text = "CustomKeyStoreId and CustomKeyStoreName cannot be used in the same request.";
                return Err(Error::new(ErrorCode::Validation, text).into());
            }
            (Some(store), None) | (None, Some(store)) => return Err(not_found(store).into()),
            (None, None) => {}
        }
        // There are no pages, so there is no marker that could be one of ours.
        cx.after("", self.marker.as_deref())?;
        Ok(DescribeCustomKeyStoresResponse {
            custom_key_stores: Vec::new(),
            truncated: false,
            next_marker: None,
        })
    }
}

fn not_found(store: &str) -> Error {
    let text = format!("Custom key store '{}' does not exist.", shown(store));
    Error::new(ErrorCode::CustomKeyStoreNotFound, text)
}
