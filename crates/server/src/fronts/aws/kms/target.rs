//! Which operation is meant, and whether the body is in a form that is read.

use ::kms::Entry;
use api::{Error, ErrorCode};
use http::{HeaderMap, header};

/// Names the operation. There is exactly one, which the signature covers: `sigv4` has seen to that.
const TARGET: &str = "x-amz-target";
/// What stands before the operation's name (KMS service model, `targetPrefix`).
const PREFIX: &str = "TrentService.";

/// The row of the operation that the request names. The error has no text, as the protocol has it.
pub(super) fn find(headers: &HeaderMap) -> Result<&'static Entry, Error> {
    headers
        .get(TARGET)
        .and_then(|target| target.to_str().ok()?.strip_prefix(PREFIX))
        .and_then(::kms::operation)
        .ok_or_else(|| Error::bare(ErrorCode::UnknownOperation))
}

/// Takes `application/x-amz-json-1.1`, which the SDKs send, and `application/json`, with any parameters. Anything
/// else is refused, so that no web page can make a browser send a request by a plain form. As 400, as all that a
/// client does wrong: SDKs of this protocol do not expect 415.
pub(super) fn check_content_type(headers: &HeaderMap) -> Result<(), Error> {
    let sent = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = sent.split(';').next().unwrap_or_default().trim();
    let taken = ["application/x-amz-json-1.1", "application/json"];
    if taken.iter().any(|name| essence.eq_ignore_ascii_case(name)) {
        return Ok(());
    }
    let text = "The Content-Type must be application/x-amz-json-1.1 or application/json.";
    Err(Error::new(ErrorCode::Serialization, text))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn content_types() {
        let check = |value: Option<&'static str>| {
            let mut headers = HeaderMap::new();
            if let Some(value) = value {
                headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(value));
            }
            check_content_type(&headers).is_ok()
        };
        for taken in [
            "application/x-amz-json-1.1",
            "application/json",
            "Application/JSON",
            "application/json; charset=utf-8",
            "application/x-amz-json-1.1;charset=UTF-8",
        ] {
            assert!(check(Some(taken)), "{taken}");
        }
        for refused in
            ["", "text/plain", "application/x-amz-json-1.0", "application/jsonp", "application/cbor"]
        {
            assert!(!check(Some(refused)), "{refused}");
        }
        assert!(!check(None));
    }

    #[test]
    fn targets() {
        let find = |value: &'static str| {
            let headers = HeaderMap::from_iter([(
                http::HeaderName::from_static(TARGET),
                HeaderValue::from_static(value),
            )]);
            find(&headers).map(|entry| entry.spec.name)
        };
        assert_eq!(find("TrentService.ListKeys"), Ok("ListKeys"));
        for target in [
            "",
            "ListKeys",
            "TrentService.",
            "TrentService.listKeys",
            "trentservice.ListKeys",
            "TrentService.ListKeys ",
            "TrentService.NoSuchThing",
        ] {
            assert_eq!(find(target), Err(Error::bare(ErrorCode::UnknownOperation)), "{target}");
        }
    }
}
