//! How long material is to live.

use api::Timestamp;
use api::limits::MAX_MATERIAL_LIFE;

use crate::Failure;

/// A duration such as `30d`, `12h` or `90m`, in seconds.
pub(super) fn duration(text: &str) -> Result<i64, String> {
    let units = [('d', 24 * 60 * 60), ('h', 60 * 60), ('m', 60)];
    let seconds = units.into_iter().find_map(|(unit, seconds)| {
        let digits = text.strip_suffix(unit)?;
        let count = digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse::<i64>().ok())??;
        count.checked_mul(seconds)
    });
    match seconds {
        Some(1..=MAX_MATERIAL_LIFE) => Ok(seconds.unwrap_or_default()),
        Some(0) => Err("material cannot expire at once".to_owned()),
        Some(_) => Err("material lives at most 365d".to_owned()),
        None => Err("a duration is a number and a unit: 30d, 12h or 90m".to_owned()),
    }
}

/// A point in time in RFC 3339.
pub(super) fn instant(text: &str) -> Result<Timestamp, String> {
    let instant: jiff::Timestamp = text
        .parse()
        .map_err(|_| "an instant has a date, a time and a zone: 2027-01-01T00:00:00Z".to_owned())?;
    Ok(Timestamp::from_millis(instant.as_millisecond()))
}

/// When the material expires, if it does; checked before anything is done.
pub(super) fn valid_to(
    expires_in: Option<i64>,
    valid_to: Option<Timestamp>,
) -> Result<Option<Timestamp>, Failure> {
    let now = Timestamp::from_millis(jiff::Timestamp::now().as_millisecond());
    check(valid_to, now)?;
    // Whole seconds: the instant is shown to people, and is safely within the service's year.
    Ok(expires_in.map(|seconds| Timestamp::from_seconds(now.seconds()).plus_seconds(seconds)).or(valid_to))
}

fn check(valid_to: Option<Timestamp>, now: Timestamp) -> Result<(), Failure> {
    match valid_to {
        Some(instant) if instant <= now => Err(Failure::new(format!(
            "--valid-to {} is in the past: the material would never be usable",
            written(instant)
        ))),
        Some(instant) if instant > now.plus_seconds(MAX_MATERIAL_LIFE) => Err(Failure::new(format!(
            "--valid-to {} is more than 365 days from now, and imported material lives at most so long. Leave it \
             out for material that does not expire",
            written(instant)
        ))),
        _ => Ok(()),
    }
}

/// An instant as people and scripts read it.
pub(super) fn written(instant: Timestamp) -> String {
    match jiff::Timestamp::from_millisecond(instant.millis()) {
        Ok(instant) => instant.to_string(),
        Err(_) => instant.seconds().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        let cases =
            [("30d", 30 * 86_400), ("365d", 365 * 86_400), ("12h", 43_200), ("90m", 5_400), ("1m", 60)];
        for (text, seconds) in cases {
            assert_eq!(duration(text), Ok(seconds), "{text}");
        }
        for text in [
            "",
            "d",
            "30",
            "30s",
            "0d",
            "-1d",
            "+1d",
            "1.5d",
            "366d",
            "8761h",
            "1d12h",
            "99999999999999999999d",
        ] {
            assert!(duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn instants_have_a_zone() {
        let instant_of = |text| instant(text).map(written);
        assert_eq!(instant_of("2027-01-01T00:00:00Z").unwrap(), "2027-01-01T00:00:00Z");
        assert_eq!(instant_of("2027-01-01T02:00:00+02:00").unwrap(), "2027-01-01T00:00:00Z");
        for text in ["2027-01-01", "2027-01-01T00:00:00", "tomorrow", "1800000000"] {
            assert!(instant(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_instant_lies_within_the_next_year() {
        let now = Timestamp::from_seconds(1_800_000_000);
        for (seconds, good) in
            [(-1, false), (0, false), (1, true), (MAX_MATERIAL_LIFE, true), (MAX_MATERIAL_LIFE + 1, false)]
        {
            assert_eq!(check(Some(now.plus_seconds(seconds)), now).is_ok(), good, "{seconds}");
        }
        assert!(check(None, now).is_ok());
    }
}
