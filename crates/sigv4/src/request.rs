//! The parts of an HTTP request that a signature speaks about, borrowed from whoever received it.

use http::{HeaderMap, header::HOST};

use crate::SignatureError;

/// A request as it was received. Nothing may have been decoded, normalized, added or removed on the way here,
/// otherwise a true signature is refused.
#[derive(Clone, Copy)]
pub struct SignedRequest<'a> {
    /// The method, as sent.
    pub method: &'a str,
    /// The path, as sent: still percent-encoded.
    pub path: &'a str,
    /// The query, as sent: still percent-encoded, without the `?`; empty if there is none.
    pub query: &'a str,
    /// All headers.
    pub headers: &'a HeaderMap,
    /// The `:authority` of HTTP/2, which stands for the `host` header where that is absent.
    pub authority: Option<&'a str>,
    /// The whole body.
    pub body: &'a [u8],
}

impl<'a> SignedRequest<'a> {
    /// The value of `host`: the header, or else the authority. One request names one host: two headers, or a
    /// header and an authority that differ, are refused, because the signature covers only one of them.
    pub(crate) fn host(&self) -> Result<Option<&'a [u8]>, SignatureError> {
        let mut headers = self.headers.get_all(HOST).iter();
        let header = headers.next().map(http::HeaderValue::as_bytes);
        if headers.next().is_some() {
            return Err(SignatureError::Repeated { name: "host".to_owned() });
        }
        let authority = self.authority.map(str::as_bytes);
        if let (Some(header), Some(authority)) = (header, authority)
            && !header.eq_ignore_ascii_case(authority)
        {
            return Err(SignatureError::HostConflict);
        }
        let host = header.or(authority);
        match host {
            Some(host) if !host.iter().all(u8::is_ascii_graphic) => {
                Err(SignatureError::Malformed { what: "host header" })
            }
            host => Ok(host),
        }
    }
}
