//! Session tags.

use std::collections::BTreeSet;

use crate::Error;
use crate::limits;
use crate::records::Tag;
use crate::shapes::sts::is_tag;

/// Beginning of keys that are not anybody's to choose.
const RESERVED: &str = "aws:";

/// That no key is there twice, or reserved.
///
/// # Errors
/// `InvalidParameterValue`.
pub(super) fn check(tags: &[Tag]) -> Result<(), Error> {
    let mut keys = BTreeSet::new();
    for tag in tags {
        let key = tag.key.to_ascii_lowercase();
        if key.starts_with(RESERVED) {
            let text = "Tag keys that begin with aws: are reserved for system use.";
            return Err(invalid(text));
        }
        if !keys.insert(key) {
            let text = "Duplicate tag keys found. Please note that Tag keys are case insensitive.";
            return Err(invalid(text));
        }
    }
    Ok(())
}

/// The tags that a web identity brings, which no model has checked.
///
/// # Errors
/// `InvalidParameterValue`.
pub(super) fn of_web_identity(pairs: Vec<(String, String)>) -> Result<Vec<Tag>, Error> {
    if pairs.len() > limits::TAGS || !pairs.iter().all(|(key, value)| is_tag(key, value)) {
        let text = "The session tags of the web identity token are too many, too long, or have characters that tags \
                    do not have.";
        return Err(invalid(text));
    }
    let tags: Vec<_> = pairs.into_iter().map(|(key, value)| Tag { key, value }).collect();
    check(&tags)?;
    Ok(tags)
}

fn invalid(text: &str) -> Error {
    Error::new("InvalidParameterValue", 400, text)
}
