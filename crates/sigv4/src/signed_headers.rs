//! The list of the headers that a signature covers.

use http::HeaderMap;

use crate::SignatureError;

/// Longest list, in bytes and in headers. An SDK signs about ten.
const MAX_BYTES: usize = 4096;
const MAX_HEADERS: usize = 64;

/// Names in lower case, each once, in ascending order, joined by `;`: as the scheme demands and every client sends.
pub(crate) struct SignedHeaders(String);

impl SignedHeaders {
    /// Reads a list as it was sent.
    pub(crate) fn read(list: &str) -> Result<Self, SignatureError> {
        if list.len() > MAX_BYTES {
            let what = "length in bytes of the list of SignedHeaders";
            return Err(SignatureError::TooLarge { what, limit: MAX_BYTES });
        }
        if list.bytes().filter(|byte| *byte == b';').count() >= MAX_HEADERS {
            return Err(SignatureError::TooLarge { what: "number of SignedHeaders", limit: MAX_HEADERS });
        }
        let is_token =
            |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"!#$%&'*+-.^_`|~".contains(&b);
        let well_formed = list.split(';').all(|name| !name.is_empty() && name.bytes().all(is_token))
            && list.split(';').is_sorted_by(|a, b| a < b)
            // They would have to hold a signature over themselves.
            && !list.split(';').any(|name| name == "authorization" || name == "x-amz-signature");
        well_formed
            .then(|| Self(list.to_owned()))
            .ok_or(SignatureError::Malformed { what: "list of SignedHeaders" })
    }

    /// The list of those in `headers` that are wanted.
    pub(crate) fn of(headers: &HeaderMap, wanted: impl Fn(&str) -> bool) -> Self {
        let mut names: Vec<_> =
            headers.keys().map(http::HeaderName::as_str).filter(|name| wanted(name)).collect();
        names.sort_unstable();
        Self(names.join(";"))
    }

    /// The list as it is sent and signed.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.split(';')
    }

    pub(crate) fn contains(&self, name: &str) -> bool {
        self.iter().any(|signed| signed == name)
    }
}

#[cfg(test)]
impl From<&[&str]> for SignedHeaders {
    fn from(names: &[&str]) -> Self {
        Self(names.join(";"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_ascending_and_each_is_there_once() {
        for list in ["host", "content-type;host;x-amz-date", "!;a;a!;~"] {
            let read = SignedHeaders::read(list).ok().unwrap();
            assert_eq!((read.as_str(), read.iter().count()), (list, list.split(';').count()));
        }
        for list in
            ["", ";", "a;", ";a", "a;;b", "b;a", "a;a", "A", "a b", "ä", "authorization", "a;x-amz-signature"]
        {
            let refused = Some(SignatureError::Malformed { what: "list of SignedHeaders" });
            assert_eq!(SignedHeaders::read(list).err(), refused, "{list}");
        }
    }

    #[test]
    fn bounded() {
        let list =
            |count: usize| (0..count).map(|number| format!("h{number:02}")).collect::<Vec<_>>().join(";");
        assert!(SignedHeaders::read(&list(MAX_HEADERS)).is_ok());
        assert!(SignedHeaders::read(&list(MAX_HEADERS + 1)).is_err());
        assert!(SignedHeaders::read(&"a".repeat(MAX_BYTES)).is_ok());
        assert!(SignedHeaders::read(&"a".repeat(MAX_BYTES + 1)).is_err());
    }

    #[test]
    fn a_name_is_in_the_list_whole_or_not() {
        let signed = SignedHeaders::from(["host", "x-amz-date"].as_slice());
        assert!(signed.contains("host") && signed.contains("x-amz-date"));
        assert!(!signed.contains("x-amz") && !signed.contains("date") && !signed.contains("host;x-amz-date"));
    }
}
