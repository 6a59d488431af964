//! The credential scope: what a signature by `AWS4-HMAC-SHA256` is for.

use std::fmt;

use crate::aws4::TERMINATOR;

/// `<yyyymmdd>/<region>/<service>/aws4_request` as sent: four parts, of which nothing is known yet but their number.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Scope {
    text: String,
    /// Where the slashes are.
    slashes: [usize; 3],
}

/// The parts of a scope.
#[derive(Clone, Copy, Default)]
pub(crate) struct Parts<'a> {
    pub(crate) date: &'a str,
    pub(crate) region: &'a str,
    pub(crate) service: &'a str,
    pub(crate) terminator: &'a str,
}

impl Scope {
    /// Reads a scope of four parts, no more.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let mut slashes = text.bytes().enumerate().filter(|(_, byte)| *byte == b'/').map(|(index, _)| index);
        let found = [slashes.next()?, slashes.next()?, slashes.next()?];
        slashes.next().is_none().then(|| Self { text: text.to_owned(), slashes: found })
    }

    /// The scope that every signature made here has. `date` is in the format of the scheme.
    pub(crate) fn new(date: &str, region: &str, service: &str) -> Self {
        let day = date.split_once('T').map_or(date, |(day, _)| day);
        let first = day.len();
        let second = first + 1 + region.len();
        let slashes = [first, second, second + 1 + service.len()];
        Self { text: format!("{day}/{region}/{service}/{TERMINATOR}"), slashes }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn parts(&self) -> Parts<'_> {
        let [first, second, third] = self.slashes;
        let part = |from: usize, to: usize| self.text.get(from..to).unwrap_or_default();
        Parts {
            date: part(0, first),
            region: part(first + 1, second),
            service: part(second + 1, third),
            terminator: part(third + 1, self.text.len()),
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_four_parts() {
        let scope = Scope::read("20150830/us-east-1/iam/aws4_request").unwrap();
        let Parts { date, region, service, terminator } = scope.parts();
        assert_eq!([date, region, service, terminator], ["20150830", "us-east-1", "iam", "aws4_request"]);
        assert!(scope == Scope::new("20150830T123600Z", "us-east-1", "iam"));
        let empty = Scope::read("///").unwrap();
        let Parts { date, region, service, terminator } = empty.parts();
        assert_eq!([date, region, service, terminator], [""; 4]);
        for text in ["", "a/b/c", "a/b/c/d/e"] {
            assert!(Scope::read(text).is_none(), "{text}");
        }
    }
}
