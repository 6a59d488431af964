//! Pagination markers: opaque, sealed, good for one operation in one place, and for ever.

use api::{Error, ErrorCode};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::pipeline::Context;

impl Context<'_> {
    /// The marker that continues after `last`. `about` is what else the listing depends on.
    pub(crate) fn marker(&self, about: &str, last: &str) -> String {
        URL_SAFE_NO_PAD.encode(self.kms().records().seal(&self.marker_purpose(about), last.as_bytes()))
    }

    /// Reads a marker of the same listing.
    pub(crate) fn after(&self, about: &str, marker: Option<&str>) -> Result<Option<String>, Error> {
        let Some(marker) = marker else {
            return Ok(None);
        };
        let sealed = URL_SAFE_NO_PAD.decode(marker).map_err(|_| invalid())?;
        let records = self.kms().records();
        let opened = records.open_sealed(&self.marker_purpose(about), &sealed).map_err(|_| invalid())?;
        String::from_utf8(opened.expose().to_vec()).map(Some).map_err(|_| invalid())
    }

    fn marker_purpose(&self, about: &str) -> String {
        let caller = self.caller();
        format!("marker/{}/{}/{}/{about}", self.spec().name, caller.account(), caller.region)
    }
}

/// The answer to a marker that this server never gave out for this listing.
pub(crate) fn invalid() -> Error {
    let text = "The marker is not valid: use the NextMarker of the page before, with the same parameters.";
    Error::new(ErrorCode::InvalidMarker, text)
}

/// One page: the first `limit` of `items`, and whether there are more.
pub(crate) fn page<T>(mut items: Vec<T>, limit: usize) -> (Vec<T>, bool) {
    let truncated = items.len() > limit;
    items.truncate(limit);
    (items, truncated)
}
