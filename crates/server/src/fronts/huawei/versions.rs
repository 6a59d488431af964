//! Which versions of the API there are: what every client may know.

use http::Method;
use http::request::Parts;
use serde_json::{Value, json};

use super::code::Code;
use super::failure::Failure;
use super::identity;
use super::path::Route;
use crate::fronts::answer::Answer;
use crate::peers::Peer;

/// The version of the API of keys, and when it was last changed, as its documents say (API reference, "Querying All API
/// Versions").
const VERSION: &str = "v1.0";
const UPDATED: &str = "2018-09-05T08:18:05Z";

/// The document that a path is of.
pub(super) fn answer(route: &Route, head: &Parts, peer: &Peer) -> Answer {
    if head.method != Method::GET {
        return Answer::failure(&Failure::new(Code::KMS_0215));
    }
    // With the address by which the client called, which is of use to nobody else.
    let document = document(&identity::base(head, peer.has_tls));
    match route {
        Route::Version(version) if version == VERSION => Answer::success(json!({ "version": document })),
        Route::Version(_) => Answer::failure(&Failure::new(Code::KMS_0201)),
        _ => Answer::success(json!({ "versions": [document] })),
    }
}

fn document(base: &str) -> Value {
    json!({
        "id": VERSION,
        "links": [{ "href": format!("{base}/{VERSION}/"), "rel": "self" }],
        "min_version": "",
        "status": "CURRENT",
        "updated": UPDATED,
        "version": "",
    })
}
