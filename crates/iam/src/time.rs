//! Times as the IAM API writes them.

use jiff::Timestamp;

/// `2026-11-22T12:00:00Z`, from seconds since the epoch. Beyond what a calendar has: the epoch.
pub(crate) fn iso8601(seconds: i64) -> String {
    Timestamp::from_second(seconds).unwrap_or_default().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_written_as_the_api_does() {
        assert_eq!(iso8601(0), "1970-01-01T00:00:00Z");
        assert_eq!(iso8601(1_795_300_000), "2026-11-21T22:26:40Z");
        assert_eq!(iso8601(i64::MAX), "1970-01-01T00:00:00Z");
    }
}
