//! A request written out as text, as in a file of test vectors or the input of a fuzzer.

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::{Presented, SignatureError, SignedRequest, parse};

/// Most header lines taken.
const MAX_HEADER_LINES: usize = 256;

/// An HTTP/1.1 request message: request line, header lines, an empty line, the body. Lines end in LF or CRLF. A line
/// `:authority: <host>` stands for that of HTTP/2.
pub struct RawRequest {
    method: String,
    path: String,
    query: String,
    headers: HeaderMap,
    authority: Option<String>,
    body: Vec<u8>,
}

impl RawRequest {
    /// Reads a message; `None` if it is none.
    pub fn parse(message: &[u8]) -> Option<Self> {
        let (line, mut rest) = next_line(message)?;
        let mut words = std::str::from_utf8(line).ok()?.split(' ');
        let (method, target) = (words.next()?, words.next()?);
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let (mut headers, mut authority) = (HeaderMap::new(), None);
        for _ in 0..=MAX_HEADER_LINES {
            let line;
            (line, rest) = next_line(rest)?;
            if line.is_empty() {
                let [method, path, query] = [method, path, query].map(str::to_owned);
                return Some(Self { method, path, query, headers, authority, body: rest.to_vec() });
            }
            if let Some(value) = line.strip_prefix(b":authority:") {
                authority = Some(std::str::from_utf8(value.trim_ascii()).ok()?.to_owned());
                continue;
            }
            let colon = line.iter().position(|byte| *byte == b':')?;
            let (name, value) = line.split_at_checked(colon)?;
            let value = value.strip_prefix(b":")?.trim_ascii();
            headers.append(HeaderName::from_bytes(name).ok()?, HeaderValue::from_bytes(value).ok()?);
        }
        None
    }

    /// The request as its receiver sees it.
    pub fn as_signed(&self) -> SignedRequest<'_> {
        SignedRequest {
            method: &self.method,
            path: &self.path,
            query: &self.query,
            headers: &self.headers,
            authority: self.authority.as_deref(),
            body: &self.body,
        }
    }
}

/// Parses a message and runs every check on it, those after a failed one too: the entry of a fuzzer. `None` if the
/// bytes are not a message; otherwise what [`parse`] and then [`Presented::check_signature`] said. Never panics.
pub fn examine(message: &[u8], secret: &[u8], now: i64) -> Option<Result<Presented, SignatureError>> {
    let raw = RawRequest::parse(message)?;
    let request = raw.as_signed();
    Some(parse(&request).and_then(|presented| {
        let checks = [presented.check_scope("kms"), presented.check_time(now)];
        for error in checks.into_iter().filter_map(Result::err) {
            // Writing a text is part of what must not panic.
            let _ = error.to_string();
        }
        presented.check_signature(&request, secret)?;
        Ok(presented)
    }))
}

fn next_line(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    let (line, rest) = bytes.split_at_checked(end)?;
    Some((line.strip_suffix(b"\r").unwrap_or(line), rest.strip_prefix(b"\n")?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_message_is_taken_apart() {
        let raw = RawRequest::parse(b"POST /a?b=c HTTP/1.1\r\nA: 1 \r\n:authority: h\r\nA:2\r\n\r\nbo\ndy")
            .unwrap();
        let request = raw.as_signed();
        assert_eq!((request.method, request.path, request.query), ("POST", "/a", "b=c"));
        assert_eq!(request.headers.get_all("a").iter().collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!((request.authority, request.body), (Some("h"), b"bo\ndy".as_slice()));
    }

    #[test]
    fn what_is_no_message_is_refused() {
        let many = format!("GET /\n{}\n", "a:b\n".repeat(MAX_HEADER_LINES + 1));
        for bytes in [
            "",
            "\n",
            "GET\n\n",
            "GET /",
            "GET /\n",
            "GET /\na\n\n",
            "GET /\n:a\n\n",
            "GET /\na b:c\n\n",
            &many,
        ] {
            assert!(RawRequest::parse(bytes.as_bytes()).is_none(), "{bytes}");
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(
            target in "/{0,2}[!-~]{0,12}",
            lines in prop::collection::vec(
                (
                    prop::sample::select(vec![
                        "authorization", "host", "x-amz-date", "x-amz-algorithm", "x-amz-credential",
                        "x-amz-signature", "x-amz-signedheaders", "x-amz-content-sha256", ":authority",
                    ]),
                    prop::sample::select(vec![
                        "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA256 Credential=a/20150830/r/kms/aws4_request,",
                        "20150830T123600Z", "a/b/c/d/e", "host", "host;x-amz-date", "é", "",
                    ]),
                    "[ -~]{0,20}",
                ),
                0..8,
            ),
            body: Vec<u8>,
            now: i64,
        ) {
            let lines: Vec<_> =
                lines.into_iter().map(|(name, value, rest)| format!("{name}: {value}{rest}\n")).collect();
            let message = format!("POST {target}\n{}", lines.concat());
            let message = [message.as_bytes(), b"\n", &body].concat();
            let accepted = matches!(examine(&message, b"secret", now), Some(Ok(_)));
            prop_assert!(!accepted, "an unsigned message was accepted");
            examine(&body, b"secret", now);
        }
    }
}
