//! The one date format of the scheme, ISO 8601 basic in UTC: `20301231T235959Z`. Both ways, without a calendar library.

const SECONDS_PER_DAY: i64 = 86_400;
const EPOCH_YEAR: i64 = 1970;
/// 9999-12-31T23:59:59Z: the last second four digits of a year can say.
const LAST_SECOND: i64 = 253_402_300_799;

/// Seconds since the epoch of `text`, or `None` if it is not exactly of the format, names a day or time that does
/// not exist (leap seconds too), or lies before 1970.
pub(crate) fn parse_basic(text: &str) -> Option<i64> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let (date, time) = (digits(date, 8)?, digits(time, 6)?);
    let (year, month, day) = (date / 10_000, date / 100 % 100, date % 100);
    let (hour, minute, second) = (time / 10_000, time / 100 % 100, time % 100);
    let exists = year >= EPOCH_YEAR
        && (1..=12).contains(&month)
        && (1..=days_of_month(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60;
    let days = days_before_year(year) + (1..month).map(|m| days_of_month(year, m)).sum::<i64>() + day - 1;
    exists.then_some(days * SECONDS_PER_DAY + hour * 3600 + minute * 60 + second)
}

/// `seconds` since the epoch in the format. Times it cannot say are moved to the nearest it can.
pub(crate) fn basic(seconds: i64) -> String {
    let seconds = seconds.clamp(0, LAST_SECOND);
    let (mut day, time) = (seconds / SECONDS_PER_DAY, seconds % SECONDS_PER_DAY);
    let mut year = EPOCH_YEAR + day / 366;
    while days_before_year(year + 1) <= day {
        year += 1;
    }
    day -= days_before_year(year);
    let mut month = 1;
    while day >= days_of_month(year, month) {
        day -= days_of_month(year, month);
        month += 1;
    }
    let day = day + 1;
    format!("{year:04}{month:02}{day:02}T{:02}{:02}{:02}Z", time / 3600, time / 60 % 60, time % 60)
}

fn digits(text: &str, count: usize) -> Option<i64> {
    (text.len() == count && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_of_month(year: i64, month: i64) -> i64 {
    match month {
        2 => 28 + i64::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from the epoch to the first of January of `year`.
fn days_before_year(year: i64) -> i64 {
    let leap_days_until = |year: i64| year / 4 - year / 100 + year / 400;
    (year - EPOCH_YEAR) * 365 + leap_days_until(year - 1) - leap_days_until(EPOCH_YEAR - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_instants() {
        let cases = [
            ("19700101T000000Z", 0),
            ("20000229T120000Z", 951_825_600),
            ("20150830T123600Z", 1_440_938_160),
            ("20260101T000000Z", 1_767_225_600),
            ("21000301T000000Z", 4_107_542_400),
            ("99991231T235959Z", LAST_SECOND),
        ];
        for (text, seconds) in cases {
            assert_eq!(parse_basic(text), Some(seconds), "{text}");
            assert_eq!(basic(seconds), text);
        }
    }

    #[test]
    fn only_the_exact_format_and_existing_times() {
        for text in [
            "",
            "T",
            "TZ",
            "20150830T123600",
            "20150830 123600Z",
            "2015-08-30T12:36:00Z",
            "20150830T1236000Z",
            "+2015083T123600Z",
            "20150830T-12360Z",
            "20150830t123600Z",
            "20150830T123600z",
            " 20150830T123600Z",
            "20151301T000000Z",
            "20150001T000000Z",
            "20150100T000000Z",
            "20150431T000000Z",
            "20150229T000000Z",
            "21000229T000000Z",
            "20150830T240000Z",
            "20150830T236000Z",
            "20150830T235960Z",
            "19691231T235959Z",
            "２0150830T123600Z",
        ] {
            assert_eq!(parse_basic(text), None, "{text}");
        }
    }

    #[test]
    fn unsayable_times_are_moved_to_the_nearest() {
        assert_eq!(basic(i64::MIN), "19700101T000000Z");
        assert_eq!(basic(i64::MAX), "99991231T235959Z");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(seconds in 0..=LAST_SECOND) {
            prop_assert_eq!(parse_basic(&basic(seconds)), Some(seconds));
        }
    }
}
