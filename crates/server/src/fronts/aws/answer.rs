//! Answers, whichever API they are of.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, StatusCode, Version, header};
use http_body_util::Full;
use uuid::Uuid;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
/// Answers hold plaintexts, secrets and states of the moment: nothing between here and the client may keep them.
const CACHE_CONTROL: HeaderValue = HeaderValue::from_static("no-cache, no-store");

/// What is answered; the request id is put on at the end.
pub(super) struct Answer {
    status: StatusCode,
    /// What went wrong, for the log.
    code: Option<&'static str>,
    content_type: HeaderValue,
    body: Vec<u8>,
    extra: Vec<(HeaderName, HeaderValue)>,
}

impl Answer {
    /// What an operation gave.
    pub(super) fn success(content_type: HeaderValue, body: Vec<u8>) -> Self {
        Self { status: StatusCode::OK, code: None, content_type, body, extra: Vec::new() }
    }

    /// An error; `body` tells it to the client.
    pub(super) fn failure(status: u16, code: &'static str, content_type: HeaderValue, body: Vec<u8>) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self { status, code: Some(code), content_type, body, extra: Vec::new() }
    }

    /// The same, with a header more.
    pub(super) fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.extra.push((name, value));
        self
    }

    /// The same, ending the connection, of which the rest of a request is still to come. HTTP/2 has no need.
    pub(super) fn closing(self, version: Version) -> Self {
        if version < Version::HTTP_2 {
            return self.with(header::CONNECTION, HeaderValue::from_static("close"));
        }
        self
    }

    pub(super) fn status(&self) -> u16 {
        self.status.as_u16()
    }

    pub(super) fn code(&self) -> Option<&'static str> {
        self.code
    }

    pub(super) fn into_response(self, id: Uuid) -> Response<Full<Bytes>> {
        let mut response = Response::new(Full::new(Bytes::from(self.body)));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, self.content_type);
        headers.insert(header::CACHE_CONTROL, CACHE_CONTROL);
        if let Ok(id) = HeaderValue::from_str(&id.to_string()) {
            headers.insert(REQUEST_ID, id);
        }
        headers.extend(self.extra);
        response
    }
}
