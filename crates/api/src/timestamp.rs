//! Points in time as the API writes them.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Milliseconds since 1970-01-01T00:00:00Z. On the wire: a JSON number of seconds, with the milliseconds as a
/// fraction. Integer, fractional and exponent forms are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// 9999-12-31T23:59:59Z, the last second a four-digit year can name.
const LAST_SECOND: i64 = 253_402_300_799;
const SECONDS_A_DAY: i64 = 24 * 60 * 60;

impl Timestamp {
    /// From milliseconds since the epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// From whole seconds since the epoch.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// Milliseconds since the epoch.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch, rounded down.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// This instant and `seconds` more.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1000)))
    }

    /// This instant and `days` of 24 hours more.
    #[must_use]
    pub const fn plus_days(self, days: i64) -> Self {
        self.plus_seconds(days.saturating_mul(SECONDS_A_DAY))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 % 1000 == 0 {
            serializer.serialize_i64(self.0 / 1000)
        } else {
            #[expect(clippy::cast_precision_loss, reason = "milliseconds of four-digit years fit 53 bits")]
            serializer.serialize_f64(self.0 as f64 / 1000.0)
        }
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let seconds = f64::deserialize(deserializer)?;
        #[expect(clippy::cast_precision_loss, reason = "a bound, not a value")]
        if !(0.0..=LAST_SECOND as f64).contains(&seconds) {
            return Err(D::Error::custom("a timestamp is out of range"));
        }
        #[expect(clippy::cast_possible_truncation, reason = "bounded above")]
        Ok(Self((seconds * 1000.0).round() as i64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<i64, serde_json::Error> {
        serde_json::from_str::<Timestamp>(json).map(Timestamp::millis)
    }

    #[test]
    fn reads_every_number_form() {
        assert_eq!(read("1668815672").unwrap(), 1_668_815_672_000);
        assert_eq!(read("1796086923.456789").unwrap(), 1_796_086_923_457);
        assert_eq!(read("1.608639949636E9").unwrap(), 1_608_639_949_636);
    }

    #[test]
    fn a_day_is_24_hours() {
        assert_eq!(Timestamp::from_seconds(5).plus_days(2), Timestamp::from_seconds(5 + 48 * 60 * 60));
        assert_eq!(Timestamp::default().plus_days(i64::MAX), Timestamp::from_millis(i64::MAX));
        assert_eq!(Timestamp::default().plus_days(-1).seconds(), -86_400);
    }

    #[test]
    fn refuses_text_and_nonsense() {
        for json in ["\"2021-09-21T19:00:00Z\"", "-1", "1e300", "true"] {
            assert!(read(json).is_err(), "{json}");
        }
    }

    #[test]
    fn writes_seconds_with_a_fraction_only_where_there_is_one() {
        assert_eq!(serde_json::to_string(&Timestamp::from_seconds(1_668_815_672)).unwrap(), "1668815672");
        assert_eq!(
            serde_json::to_string(&Timestamp::from_millis(1_668_815_672_250)).unwrap(),
            "1668815672.25"
        );
    }
}
