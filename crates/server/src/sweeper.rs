//! Doing what is due: erasing expired key material and keys at the end of their waiting period, rotating keys, and
//! writing down which keys were used.

use std::sync::Arc;
use std::time::Duration;

use kms::Kms;
use tokio::time::{MissedTickBehavior, interval};
use tracing::{error, warn};

use crate::contain::contain;

/// How often is looked. What is due to be erased is unusable at its instant anyway, and this is how much longer it may
/// still exist; a rotation is as much late.
const PERIOD: Duration = Duration::from_secs(5);

/// Sweeps until dropped.
pub(crate) async fn run(kms: Arc<Kms>) {
    tokio::join!(sweep(&kms), write_usage(&kms));
}

/// A sweep that fails is tried again at the next turn.
async fn sweep(kms: &Kms) {
    let mut turns = interval(PERIOD);
    turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        turns.tick().await;
        match contain(kms.sweep()).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => {
                warn!(cause = error.cause(), %error, "doing what is due failed and will be tried again");
            }
            Err(_) => error!("doing what is due panicked and will be tried again"),
        }
    }
}

/// Writes down which keys were used when so many were that it should not wait for a sweep that does.
async fn write_usage(kms: &Kms) {
    loop {
        kms.usage_to_write().await;
        flush_usage(kms).await;
    }
}

/// What is left to do once no request runs any more.
pub(crate) async fn end(kms: &Kms) {
    flush_usage(kms).await;
}

async fn flush_usage(kms: &Kms) {
    match contain(kms.flush_usage()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => {
            error!(cause = error.cause(), %error, "the last use of some keys is not written down");
        }
        Err(_) => error!("writing down the last use of keys panicked"),
    }
}
