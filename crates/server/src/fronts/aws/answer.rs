//! Answers as the API gives them.
//!
//! An error's text is under `message`, whichever layer it comes from: AWS's identity layer writes `Message`, but
//! every SDK reads `message`, and some read nothing else.

use api::{Error, ErrorCode};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, StatusCode, Version, header};
use http_body_util::Full;
use serde::Serialize;
use uuid::Uuid;

use crate::limits::MAX_HEADERS;

const CONTENT_TYPE: HeaderValue = HeaderValue::from_static("application/x-amz-json-1.1");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
/// Answers hold plaintexts and states of the moment: nothing between here and the client may keep them.
const CACHE_CONTROL: HeaderValue = HeaderValue::from_static("no-cache, no-store");

/// What is answered; the request id is put on at the end.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    /// What went wrong, for the log.
    pub(super) code: Option<ErrorCode>,
    body: Vec<u8>,
    extra: Vec<(HeaderName, HeaderValue)>,
}

#[derive(Serialize)]
struct Body<'a> {
    #[serde(rename = "__type")]
    code: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
}

impl Answer {
    /// What an operation gave: JSON, or nothing.
    pub(super) fn success(body: Vec<u8>) -> Self {
        Self { status: StatusCode::OK, code: None, body, extra: Vec::new() }
    }

    /// An error, without its cause.
    pub(super) fn failure(error: &Error) -> Self {
        let code = error.code();
        let status = StatusCode::from_u16(code.http_status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self { status, code: Some(code), body: json(code, error.message()), extra: Vec::new() }
    }

    /// A request that is none of the API's: another path or method. Says what to do instead.
    pub(super) fn misplaced(status: StatusCode, text: &str) -> Self {
        let code = ErrorCode::UnknownOperation;
        let allow = (header::ALLOW, HeaderValue::from_static("POST"));
        let extra = (status == StatusCode::METHOD_NOT_ALLOWED).then_some(allow).into_iter().collect();
        Self { status, code: Some(code), body: json(code, Some(text)), extra }
    }

    /// A request with more headers than are looked at.
    pub(super) fn too_many_headers() -> Self {
        let code = ErrorCode::RequestEntityTooLarge;
        let text = format!("A request may have {MAX_HEADERS} headers.");
        let status = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
        Self { status, code: Some(code), body: json(code, Some(&text)), extra: Vec::new() }
    }

    /// The same, ending the connection, of which the rest of a request is still to come. HTTP/2 has no need.
    pub(super) fn closing(mut self, version: Version) -> Self {
        if version < Version::HTTP_2 {
            self.extra.push((header::CONNECTION, HeaderValue::from_static("close")));
        }
        self
    }

    pub(super) fn into_response(self, id: Uuid) -> Response<Full<Bytes>> {
        let mut response = Response::new(Full::new(Bytes::from(self.body)));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, CONTENT_TYPE);
        headers.insert(header::CACHE_CONTROL, CACHE_CONTROL);
        if let Ok(id) = HeaderValue::from_str(&id.to_string()) {
            headers.insert(REQUEST_ID, id);
        }
        headers.extend(self.extra);
        response
    }
}

fn json(code: ErrorCode, message: Option<&str>) -> Vec<u8> {
    // Two strings always have a JSON form.
    serde_json::to_vec(&Body { code: code.as_str(), message }).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_has_its_type_and_text_and_never_its_cause() {
        let with = Answer::failure(&Error::new(ErrorCode::NotFound, "Key 'a\"b' does not exist"));
        assert_eq!(with.body, br#"{"__type":"NotFoundException","message":"Key 'a\"b' does not exist"}"#);
        assert_eq!(with.status, 400);
        let without = Answer::failure(&Error::bare(ErrorCode::InvalidCiphertext));
        assert_eq!(without.body, br#"{"__type":"InvalidCiphertextException"}"#);
        let internal = Answer::failure(&Error::internal("disk sda1 is full"));
        assert_eq!(internal.status, 500);
        assert!(!String::from_utf8_lossy(&internal.body).contains("sda1"));
    }
}
