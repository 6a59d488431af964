//! How the API writes points in time: most as milliseconds in a string, those of the import as seconds, and those of
//! aliases in words.
//!
//! Its documents say "seconds" of all of the first, and show 13 digits in every sample of a string.

use api::Timestamp;

use super::failure::Failure;
use super::members::{Members, invalid};

/// 9999-12-31T23:59:59Z, the last second a four-digit year can name. Milliseconds by mistake are beyond it.
const LAST_SECOND: i64 = 253_402_300_799;

/// Milliseconds since 1970-01-01T00:00:00Z, in a string.
pub(super) fn written(date: Timestamp) -> String {
    date.millis().to_string()
}

/// The same of a date that there may be none of: an empty string then.
pub(super) fn written_or_empty(date: Option<Timestamp>) -> String {
    date.map(written).unwrap_or_default()
}

/// A date and a time of day, in UTC and to the second: `2024-04-01T00:00:00Z`.
pub(super) fn in_words(date: Option<Timestamp>) -> String {
    let instant = date.and_then(|date| jiff::Timestamp::from_second(date.seconds()).ok());
    instant.map(|instant| instant.to_string()).unwrap_or_default()
}

/// Seconds since 1970-01-01T00:00:00Z, a number or one in a string, in a member of a request.
pub(super) fn seconds(members: &Members, name: &str) -> Result<Option<Timestamp>, Failure> {
    match members.number(name)? {
        None => Ok(None),
        Some(seconds) if (0..=LAST_SECOND).contains(&seconds) => Ok(Some(Timestamp::from_seconds(seconds))),
        Some(_) => Err(invalid(name, "must be seconds since 1970-01-01T00:00:00Z")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fronts::huawei::endpoints::tests::members;

    #[test]
    fn dates_are_milliseconds_in_strings() {
        assert_eq!(written(Timestamp::from_millis(1_472_442_386_000)), "1472442386000");
        assert_eq!(written_or_empty(Some(Timestamp::from_seconds(1))), "1000");
        assert_eq!(written_or_empty(None), "");
    }

    #[test]
    fn dates_of_aliases_are_in_words() {
        assert_eq!(in_words(Some(Timestamp::from_millis(1_711_929_600_999))), "2024-04-01T00:00:00Z");
        assert_eq!(in_words(None), "");
    }

    #[test]
    fn the_expiry_of_an_import_is_seconds_in_either_form() {
        for (value, expected) in [
            (json!(1_550_291_833), Some(1_550_291_833)),
            (json!("1550291833"), Some(1_550_291_833)),
            (json!(""), None),
            (json!(null), None),
            (json!(0), Some(0)),
        ] {
            let read = seconds(&members(json!({ "expiration_time": value })), "expiration_time");
            assert_eq!(read.ok(), Some(expected.map(Timestamp::from_seconds)), "{value}");
        }
        for value in [json!(1_550_291_833_000_i64), json!(-1), json!("soon"), json!(1.5), json!([])] {
            let read = seconds(&members(json!({ "expiration_time": value })), "expiration_time");
            assert_eq!(read.unwrap_err().code().name(), "KMS.0308", "{value}");
        }
    }
}
