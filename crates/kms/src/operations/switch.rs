//! What `EnableKey` and `DisableKey` share.

use api::Empty;

use crate::pipeline::{Context, Stop};

/// Switches a key on or off; one that is so already stays so.
pub(super) async fn switch(cx: &Context<'_>, key_id: &str, enabled: bool) -> Result<Empty, Stop> {
    let key = cx.permit(key_id).await?;
    if key.record().enabled != enabled {
        let mut record = key.record().clone();
        record.enabled = enabled;
        key.replace(&record, |_| Ok(())).await?;
    }
    Ok(Empty)
}
