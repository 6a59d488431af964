//! What `EnableKey` and `DisableKey` share.

use api::{Empty, Error, ErrorCode, Reason};

use crate::pipeline::{Context, Stop};

/// Switches a key on or off; one that is so already stays so, where that is no error.
pub(super) async fn switch(cx: &Context<'_>, key_id: &str, enabled: bool) -> Result<Empty, Stop> {
    let key = cx.permit(key_id).await?;
    if key.record().enabled != enabled {
        let mut record = key.record().clone();
        record.enabled = enabled;
        key.replace(&record, |_| Ok(())).await?;
    } else if cx.rules().switches_once {
        let (what, reason) =
            if enabled { ("disabled", Reason::KeyNotDisabled) } else { ("enabled", Reason::KeyNotEnabled) };
        let text = format!("{} is not {what}.", key.arn());
        return Err(Error::new(ErrorCode::KmsInvalidState, text).because(reason).into());
    }
    Ok(Empty)
}
