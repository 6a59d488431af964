//! `DisableKeyRotation`.

use api::{DisableKeyRotation, Empty};

use super::rotation_schedule::schedule;
use crate::Operation;
use crate::pipeline::{Context, Stop};

impl Operation for DisableKeyRotation {
    async fn run(&self, cx: &Context<'_>) -> Result<Empty, Stop> {
        schedule(cx, &self.key_id, None).await
    }
}
