//! The address by which a client called, as links and catalogs name it.

use http::header::HOST;
use http::request::Parts;
use http::uri::Authority;
use http::{HeaderName, HeaderValue};

/// What a proxy that speaks TLS in front of this server says of it.
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
/// For a request that names no host.
const NO_HOST: &str = "localhost";

/// What the URLs in the answer to this request begin with, such as `http://localhost:4599`.
///
/// All of it comes from the client, or from what is between; so it is for the client alone, and nothing that is decided
/// here depends on it. A proxy can say that its clients call by https, and nobody that they do not.
pub(in super::super) fn base(head: &Parts, has_tls: bool) -> String {
    let forwarded = head.headers.get(FORWARDED_PROTO).map(HeaderValue::as_bytes);
    let is_https = has_tls || forwarded.is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"https"));
    let in_header = || head.headers.get(HOST)?.to_str().ok()?.parse().ok();
    let authority: Option<Authority> = head.uri.authority().cloned().or_else(in_header);
    let authority = authority.filter(|authority| !authority.as_str().contains('@'));
    let host = authority.as_ref().map_or(NO_HOST, Authority::as_str);
    format!("{}://{host}", if is_https { "https" } else { "http" })
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn of(uri: &str, headers: &[(&str, &str)], has_tls: bool) -> String {
        let request = headers
            .iter()
            .fold(Request::builder().uri(uri), |request, (name, value)| request.header(*name, *value));
        base(&request.body(()).unwrap().into_parts().0, has_tls)
    }

    #[test]
    fn it_is_the_one_that_the_client_used() {
        for (case, uri, headers, has_tls, expected) in [
            ("plain", "/v3", &[("host", "localhost:4599")][..], false, "http://localhost:4599"),
            ("TLS", "/v3", &[("host", "kms.example")], true, "https://kms.example"),
            ("IPv6", "/v3", &[("host", "[::1]:80")], false, "http://[::1]:80"),
            ("HTTP/2", "https://kms.example/v3", &[], true, "https://kms.example"),
            ("a proxy", "/v3", &[("host", "a"), ("x-forwarded-proto", "HTTPS")], false, "https://a"),
            ("no way back", "/v3", &[("host", "a"), ("x-forwarded-proto", "http")], true, "https://a"),
            ("another scheme", "/v3", &[("host", "a"), ("x-forwarded-proto", "ftp")], false, "http://a"),
            ("no host", "/v3", &[], false, "http://localhost"),
            ("a name and password", "/v3", &[("host", "u:p@a")], false, "http://localhost"),
            ("no name at all", "/v3", &[("host", "a b\"")], false, "http://localhost"),
        ] {
            assert_eq!(of(uri, headers, has_tls), expected, "{case}");
        }
    }
}
