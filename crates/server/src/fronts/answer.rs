//! Answers, whichever API they are of.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, StatusCode, Version, header};
use http_body_util::Full;
use uuid::Uuid;

/// Answers hold plaintexts, secrets, tokens and states of the moment: nothing between here and the client may keep them.
const CACHE_CONTROL: HeaderValue = HeaderValue::from_static("no-cache, no-store");

/// Seconds, after which there may be room.
const SOON: HeaderValue = HeaderValue::from_static("1");

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
    pub(super) fn new(status: u16, content_type: HeaderValue, body: Vec<u8>) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self { status, code: None, content_type, body, extra: Vec::new() }
    }

    /// The same, as an error of this code.
    pub(super) fn failed(mut self, code: &'static str) -> Self {
        self.code = Some(code);
        self
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

    /// The same, for a client for whose connection there is no room: it is to come again, on another.
    pub(super) fn and_try_again(self, version: Version) -> Self {
        self.closing(version).with(header::RETRY_AFTER, SOON)
    }

    pub(super) fn status(&self) -> u16 {
        self.status.as_u16()
    }

    pub(super) fn code(&self) -> Option<&'static str> {
        self.code
    }

    /// The response, with the request's `id` in the header of this `name`.
    pub(super) fn into_response(self, name: HeaderName, id: Uuid) -> Response<Full<Bytes>> {
        let mut response = Response::new(Full::new(Bytes::from(self.body)));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        if self.status != StatusCode::NO_CONTENT {
            headers.insert(header::CONTENT_TYPE, self.content_type);
        }
        headers.insert(header::CACHE_CONTROL, CACHE_CONTROL);
        let mut text = Uuid::encode_buffer();
        if let Ok(id) = HeaderValue::from_str(id.hyphenated().encode_lower(&mut text)) {
            headers.insert(name, id);
        }
        headers.extend(self.extra);
        response
    }
}
