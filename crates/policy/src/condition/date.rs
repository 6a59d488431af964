//! Instants, as conditions write them: ISO 8601 in the W3C's profile, or seconds since 1970.
//!
//! Read by hand, because a decision allocates nothing and the errors of a library would.

/// Days from 0000-03-01 to 1970-01-01 in the Gregorian calendar.
const DAYS_TO_1970: i64 = 719_468;
/// Days of 400 years, after which the calendar repeats.
const DAYS_OF_ERA: i64 = 146_097;
const DAY: i64 = 86_400;
/// Most digits of a second's fraction that count; what is finer is cut off.
const FRACTION: usize = 9;

/// Seconds since 1970, and nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Instant(i64, u32);

impl Instant {
    /// Reads seconds since 1970, `2026-01`, `2026-01-31`, or a day with a time and its offset, as
    /// `2026-01-31T23:59:59.5+01:00` or `2026-01-31T23:59Z`. A month and a day begin at midnight UTC. A year alone
    /// cannot be told from seconds, and is seconds.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return text.parse().ok().map(|seconds| Self(seconds, 0));
        }
        let mut rest = text;
        let (year, month) = (number(&mut rest, 4)?, (skip(&mut rest, b"-")?, number(&mut rest, 2)?).1);
        let day = match skip(&mut rest, b"-") {
            Some(()) => number(&mut rest, 2)?,
            None => return if rest.is_empty() { midnight(year, month, 1) } else { None },
        };
        let Self(midnight, _) = midnight(year, month, day)?;
        if rest.is_empty() {
            return Some(Self(midnight, 0));
        }
        skip(&mut rest, b"Tt")?;
        let (seconds, nanoseconds) = time(&mut rest)?;
        let offset = offset(&mut rest)?;
        rest.is_empty().then_some(Self(midnight + seconds - offset, nanoseconds))
    }
}

fn midnight(year: i64, month: i64, day: i64) -> Option<Instant> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        _ => return None,
    };
    if !(1..=days).contains(&day) {
        return None;
    }
    // Years that begin in March have the leap day at their end, and months of 31, 30, 31, 30, 31 days.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let (era, year) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    let days = era * DAYS_OF_ERA + year * 365 + year / 4 - year / 100 + day_of_year - DAYS_TO_1970;
    Some(Instant(days * DAY, 0))
}

/// `23:59`, with seconds and a fraction of them or without.
fn time(rest: &mut &str) -> Option<(i64, u32)> {
    let (hours, minutes) = hours_and_minutes(rest)?;
    let mut time = (hours * 3600 + minutes * 60, 0);
    if skip(rest, b":").is_some() {
        // A leap second is the one before it.
        let seconds = number(rest, 2).filter(|seconds| *seconds <= 60)?.min(59);
        time.0 += seconds;
        if skip(rest, b".,").is_some() {
            time.1 = fraction(rest)?;
        }
    }
    Some(time)
}

fn hours_and_minutes(rest: &mut &str) -> Option<(i64, i64)> {
    let hours = number(rest, 2).filter(|hours| *hours < 24)?;
    skip(rest, b":")?;
    let minutes = number(rest, 2).filter(|minutes| *minutes < 60)?;
    Some((hours, minutes))
}

/// Nanoseconds.
fn fraction(rest: &mut &str) -> Option<u32> {
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (found, after) = rest.split_at_checked(digits).filter(|(found, _)| !found.is_empty())?;
    *rest = after;
    let known = found.bytes().chain(std::iter::repeat(b'0')).take(FRACTION);
    Some(known.fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0')))
}

/// Seconds east of Greenwich.
fn offset(rest: &mut &str) -> Option<i64> {
    if skip(rest, b"Zz").is_some() {
        return Some(0);
    }
    let east = match skip(rest, b"+") {
        Some(()) => 1,
        None => skip(rest, b"-").map(|()| -1)?,
    };
    let (hours, minutes) = hours_and_minutes(rest)?;
    Some(east * (hours * 3600 + minutes * 60))
}

/// Takes a number of so many digits.
fn number(rest: &mut &str, digits: usize) -> Option<i64> {
    let (found, after) = rest.split_at_checked(digits)?;
    let all_digits = found.bytes().all(|byte| byte.is_ascii_digit());
    *rest = after;
    if all_digits { found.parse().ok() } else { None }
}

/// Takes one of some ASCII characters.
fn skip(rest: &mut &str, one_of: &[u8]) -> Option<()> {
    let first = rest.bytes().next().filter(|byte| one_of.contains(byte))?;
    *rest = rest.strip_prefix(char::from(first))?;
    Some(())
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_an_instant_is() {
        for (text, seconds, nanoseconds) in [
            ("0", 0, 0),
            ("-1", -1, 0),
            ("2026", 2026, 0),
            ("1970-01", 0, 0),
            ("1970-01-02", 86_400, 0),
            ("2000-02-29", 951_782_400, 0),
            ("0000-01-01", -62_167_219_200, 0),
            ("9999-12-31T23:59:59Z", 253_402_300_799, 0),
            ("2026-01-01T00:00Z", 1_767_225_600, 0),
            ("2026-01-01t00:00:00z", 1_767_225_600, 0),
            ("2026-01-01T01:30:00+01:30", 1_767_225_600, 0),
            ("2025-12-31T16:00:00-08:00", 1_767_225_600, 0),
            ("2025-12-31T23:59:59.999Z", 1_767_225_599, 999_000_000),
            ("2025-12-31T23:59:59.0000000019Z", 1_767_225_599, 1),
            ("2016-12-31T23:59:60Z", 1_483_228_799, 0),
        ] {
            assert_eq!(Instant::parse(text), Some(Instant(seconds, nanoseconds)), "{text}");
        }
    }

    #[test]
    fn what_is_none() {
        for text in [
            "",
            "-",
            "+1",
            "1.5",
            "99999999999999999999",
            "2026-",
            "2026-1",
            "2026-01-",
            "2026-00-01",
            "2026-13-01",
            "2026-02-29",
            "2100-02-29",
            "2026-04-31",
            "2026-01-00",
            "2026-01-01T",
            "2026-01-01T00",
            "2026-01-01T00:00",
            "2026-01-01T00:00:00",
            "2026-01-01T24:00:00Z",
            "2026-01-01T00:60:00Z",
            "2026-01-01T00:00:61Z",
            "2026-01-01T00:00:00.Z",
            "2026-01-01T00:00:00Zx",
            "2026-01-01T00:00:00+1",
            "2026-01-01T00:00:00+0100",
            "2026-01-01 00:00:00Z",
            "2026-01-01é",
            "202é-01-01",
            "12026-01-01",
            "soon",
        ] {
            assert_eq!(Instant::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn agrees_with_the_calendar(seconds in -62_167_219_200_i64..253_402_207_200, nanoseconds in 0..1_000_000_000_i32) {
            let time = Timestamp::new(seconds, nanoseconds).unwrap();
            let found = Instant::parse(&time.to_string()).unwrap();
            let nanoseconds = time.as_nanosecond().rem_euclid(1_000_000_000);
            prop_assert_eq!(found, Instant(time.as_nanosecond().div_euclid(1_000_000_000).try_into().unwrap(), nanoseconds.try_into().unwrap()));
        }
    }
}
