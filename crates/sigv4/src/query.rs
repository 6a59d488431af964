//! The query string: decoded strictly, written canonically.
//!
//! One query has one reading, here and for whoever acts on its parameters: this is the only decoder. What different
//! decoders read differently (a raw `+`, a broken escape, an empty parameter) is refused rather than guessed.

use std::fmt::Write as _;

use crate::SignatureError;

/// Longest query taken, in bytes: as long as the longest target the HTTP library reads (65,534 bytes).
const MAX_BYTES: usize = 65_534;
/// Most parameters taken. The largest request of the API has fewer than 30 members and 7 more sign it.
const MAX_PARAMETERS: usize = 128;

/// The parameters of a query in the order sent, percent-decoded.
pub struct Query {
    parameters: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Query {
    /// Reads a raw query, without its `?`. A parameter without `=` has the empty value. Refuses a raw `+`, an
    /// incomplete escape, an empty parameter, a second parameter of an `X-Amz-` name (whatever its case), and what
    /// exceeds the limits.
    pub fn parse(raw: &str) -> Result<Self, SignatureError> {
        if raw.len() > MAX_BYTES {
            return Err(SignatureError::TooLarge {
                what: "length in bytes of the query string",
                limit: MAX_BYTES,
            });
        }
        let mut parameters = Vec::new();
        if raw.is_empty() {
            return Ok(Self { parameters });
        }
        for parameter in raw.split('&') {
            if parameters.len() == MAX_PARAMETERS {
                let what = "number of query parameters";
                return Err(SignatureError::TooLarge { what, limit: MAX_PARAMETERS });
            }
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            let malformed = || SignatureError::Malformed { what: "query string" };
            if parameter.is_empty() {
                return Err(malformed());
            }
            let (name, value) = (decode(name).ok_or_else(malformed)?, decode(value).ok_or_else(malformed)?);
            parameters.push((name, value));
        }
        let query = Self { parameters };
        query.refuse_repetition()?;
        Ok(query)
    }

    /// The decoded value of the first parameter called `name`, exactly.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.iter().find(|(candidate, _)| *candidate == name.as_bytes()).map(|(_, value)| value)
    }

    /// All parameters, decoded, in the order sent.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.parameters.iter().map(|(name, value)| (name.as_slice(), value.as_slice()))
    }

    /// As [`get`](Self::get), whatever the case of the name.
    pub(crate) fn get_any_case(&self, name: &str) -> Option<&[u8]> {
        self.iter()
            .find(|(candidate, _)| candidate.eq_ignore_ascii_case(name.as_bytes()))
            .map(|(_, value)| value)
    }

    /// The canonical query string: every parameter but those called `without`, encoded anew, sorted by encoded name,
    /// then by encoded value.
    pub(crate) fn canonical(&self, without: Option<&str>) -> String {
        let without = without.map(str::as_bytes);
        let mut pairs: Vec<_> = self
            .iter()
            .filter(|(name, _)| Some(*name) != without)
            .map(|(name, value)| (encode(name), encode(value)))
            .collect();
        pairs.sort();
        let parameters: Vec<_> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
        parameters.join("&")
    }

    /// As [`canonical`](Self::canonical), but sorted before they are encoded: what is encoded is sorted elsewhere than
    /// what it stands for.
    pub(crate) fn canonical_by_decoded(&self) -> String {
        let mut pairs: Vec<_> = self.iter().collect();
        pairs.sort();
        let parameters: Vec<_> =
            pairs.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
        parameters.join("&")
    }

    fn refuse_repetition(&self) -> Result<(), SignatureError> {
        let mut names: Vec<_> = self
            .iter()
            .map(|(name, _)| name.to_ascii_lowercase())
            .filter(|name| name.starts_with(b"x-amz-"))
            .collect();
        names.sort();
        match names.array_windows().find(|[a, b]| a == b) {
            Some([name, _]) => Err(SignatureError::Repeated { name: printable(name) }),
            None => Ok(()),
        }
    }
}

/// Percent-encodes everything but the unreserved characters of RFC 3986, with upper-case digits.
pub(crate) fn encode(bytes: &[u8]) -> String {
    encode_except(bytes, b"")
}

/// Percent-encodes everything but the unreserved characters and those of `kept`.
pub(crate) fn encode_except(bytes: &[u8], kept: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for &byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || kept.contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// Percent-decodes; `None` for an incomplete escape or a `+`.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'%' => out.push(hex_digit(bytes.next()?)? << 4 | hex_digit(bytes.next()?)?),
            b'+' => return None,
            byte => out.push(byte),
        }
    }
    Some(out)
}

fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// A name fit for an error text: escaped and at most 64 bytes of it.
fn printable(name: &[u8]) -> String {
    name.iter().take(64).copied().flat_map(std::ascii::escape_default).map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn canonical(raw: &str) -> String {
        Query::parse(raw).map(|query| query.canonical(None)).unwrap()
    }

    #[test]
    fn canonical_forms() {
        for (raw, expected) in [
            ("", ""),
            ("a", "a="),
            ("a=", "a="),
            ("b=2&a=1", "a=1&b=2"),
            ("a=2&a=1", "a=1&a=2"),
            ("a=b=c", "a=b%3Dc"),
            ("%61=%62", "a=b"),
            ("a=%7e%2f%20", "a=~%2F%20"),
            ("B=1&a=1", "B=1&a=1"),
            ("a-b=1&a=2", "a=2&a-b=1"),
            ("ü=%C3%BC", "%C3%BC=%C3%BC"),
            ("a=%ff", "a=%FF"),
        ] {
            assert_eq!(canonical(raw), expected, "{raw}");
        }
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_refused() {
        for raw in
            ["a=%", "a=%4", "a=%4g", "%zz=1", "a=%%41", "a=b+c", "a+b=c", "&", "a=1&", "&a=1", "a=1&&b=2"]
        {
            let error = Query::parse(raw).err();
            assert_eq!(error, Some(SignatureError::Malformed { what: "query string" }), "{raw}");
        }
    }

    #[test]
    fn parameters_of_the_scheme_are_single() {
        for raw in
            ["X-Amz-Date=1&X-Amz-Date=1", "X-Amz-Date=1&x-amz-date=2", "X-Amz-Date=1&b=c&X-Amz-D%61te=2"]
        {
            let error = Query::parse(raw).err();
            assert_eq!(error, Some(SignatureError::Repeated { name: "x-amz-date".into() }), "{raw}");
        }
        assert!(Query::parse("a=1&a=1").is_ok());
    }

    #[test]
    fn bounded() {
        let many = |count| vec!["a=1"; count].join("&");
        assert!(Query::parse(&many(MAX_PARAMETERS)).is_ok());
        assert!(Query::parse(&many(MAX_PARAMETERS + 1)).is_err());
        assert!(Query::parse(&"a".repeat(MAX_BYTES)).is_ok());
        assert!(Query::parse(&"a".repeat(MAX_BYTES + 1)).is_err());
    }

    #[test]
    fn one_parameter_can_be_left_out() {
        let query = Query::parse("b=2&X-Amz-Signature=00&a=1").unwrap();
        assert_eq!(query.canonical(Some("X-Amz-Signature")), "a=1&b=2");
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded(name in ".{1,20}", value in prop::collection::vec(any::<u8>(), 0..40)) {
            prop_assume!(!name.to_ascii_lowercase().starts_with("x-amz-"));
            let raw = format!("{}={}", encode(name.as_bytes()), encode(&value));
            let query = Query::parse(&raw).unwrap();
            prop_assert_eq!(query.get(&name), Some(value.as_slice()));
            prop_assert_eq!(query.canonical(None), raw);
        }

        #[test]
        fn canonical_form_is_stable(raw in "[ -~]{0,60}") {
            if let Ok(query) = Query::parse(&raw) {
                let once = query.canonical(None);
                prop_assert_eq!(Query::parse(&once).unwrap().canonical(None), once);
            }
        }
    }
}
