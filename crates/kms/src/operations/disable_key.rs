//! `DisableKey`.

use api::{DisableKey, Empty};

use super::switch::switch;
use crate::Operation;
use crate::pipeline::{Context, Stop};

impl Operation for DisableKey {
    async fn run(&self, cx: &Context<'_>) -> Result<Empty, Stop> {
        switch(cx, &self.key_id, false).await
    }
}
