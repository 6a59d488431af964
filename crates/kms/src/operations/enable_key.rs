//! `EnableKey`.

use api::{Empty, EnableKey};

use super::switch::switch;
use crate::Operation;
use crate::pipeline::{Context, Stop};

impl Operation for EnableKey {
    async fn run(&self, cx: &Context<'_>) -> Result<Empty, Stop> {
        switch(cx, &self.key_id, true).await
    }
}
