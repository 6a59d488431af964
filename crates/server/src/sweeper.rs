//! Erasing what is due: expired key material, keys at the end of their waiting period.

use std::sync::Arc;
use std::time::Duration;

use kms::Kms;
use tokio::time::{MissedTickBehavior, interval};
use tracing::{error, warn};

use crate::contain::contain;

/// How often is looked. What is due is unusable at its instant anyway; this is how much longer it may still exist.
const PERIOD: Duration = Duration::from_secs(5);

/// Sweeps until dropped. A sweep that fails is tried again at the next turn.
pub(crate) async fn run(kms: Arc<Kms>) {
    let mut turns = interval(PERIOD);
    turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        turns.tick().await;
        match contain(kms.sweep()).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => {
                warn!(cause = error.cause(), %error, "erasing what is due failed and will be tried again");
            }
            Err(_) => error!("erasing what is due panicked and will be tried again"),
        }
    }
}
