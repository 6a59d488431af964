//! The client's side: signing a request, in headers or as a URL that carries its signature.

use http::{
    HeaderMap, HeaderName, HeaderValue, Uri,
    header::{AUTHORIZATION, HOST},
};

use crate::{
    SignatureError, SignedRequest, aws4,
    canonical::canonical_request,
    date,
    presented::{ALGORITHM, CREDENTIAL, DATE, EXPIRES, SECURITY_TOKEN, SIGNATURE, SIGNED_HEADERS},
    query::encode,
    scope::Scope,
    secret::derive,
    signed_headers::SignedHeaders,
};

/// Headers that are not signed, because what carries the request may change, add or remove them.
const UNSIGNED: [&str; 12] = [
    "authorization",
    "connection",
    "expect",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "x-amzn-trace-id",
];

/// Whose signature is made, and for where.
#[derive(Clone, Copy)]
pub struct Signer<'a> {
    /// The access key.
    pub access_key_id: &'a str,
    /// Its secret.
    pub secret: &'a [u8],
    /// The token of the session, if the access key is a temporary one.
    pub session_token: Option<&'a str>,
    /// The region that is called.
    pub region: &'a str,
    /// The service that is called, such as `kms`.
    pub service: &'a str,
}

/// Why a request could not be signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignError {
    /// Neither the headers nor the URI name a host.
    #[error("the request names no host: give an absolute URI or a Host header")]
    NoHost,
    /// The access key id, session token or host has characters a header or URI cannot carry.
    #[error("the {0} has characters that a request cannot carry")]
    Unwritable(&'static str),
    /// The request has no canonical form.
    #[error("the request cannot be signed: {0}")]
    Request(#[from] SignatureError),
}

impl Signer<'_> {
    /// Signs a request in its headers at `now` (seconds since the epoch). Adds `host` if absent, `x-amz-date`,
    /// `x-amz-security-token` and `authorization`; everything else must be there already and not change afterwards.
    pub fn sign_headers(
        &self,
        method: &str,
        uri: &Uri,
        headers: &mut HeaderMap,
        body: &[u8],
        now: i64,
    ) -> Result<(), SignError> {
        let date = date::basic(now);
        prepare(uri, headers, ("x-amz-date", &date), ("x-amz-security-token", self.session_token))?;
        let signed = signed_headers(headers);
        let scope = Scope::new(&date, self.region, self.service);
        let query = uri.query().unwrap_or_default();
        let request = SignedRequest { method, path: uri.path(), query, headers, authority: None, body };
        let canonical = canonical_request(&request, &signed, None)?;
        let signature = hex::encode(aws4::sign(&*derive(self.secret, &scope), &date, &scope, &canonical));
        let authorization = format!(
            "{} Credential={}/{scope}, SignedHeaders={}, Signature={signature}",
            aws4::ALGORITHM,
            self.access_key_id,
            signed.as_str(),
        );
        authorize(headers, &authorization)
    }

    /// Signs a request in its query string at `now` (seconds since the epoch), for `expires` seconds, and returns
    /// the URI that carries the signature. Whoever uses it must send the same method, `headers` and body.
    pub fn presign(
        &self,
        method: &str,
        uri: &Uri,
        headers: &HeaderMap,
        body: &[u8],
        expires: u32,
        now: i64,
    ) -> Result<Uri, SignError> {
        let date = date::basic(now);
        let mut headers = headers.clone();
        add_host(uri, &mut headers)?;
        let signed = signed_headers(&headers);
        let scope = Scope::new(&date, self.region, self.service);
        let mut parameters: Vec<_> =
            uri.query().filter(|query| !query.is_empty()).map(str::to_owned).into_iter().collect();
        let mut add =
            |name: &str, value: &str| parameters.push(format!("{name}={}", encode(value.as_bytes())));
        add(ALGORITHM, aws4::ALGORITHM);
        add(CREDENTIAL, &format!("{}/{scope}", self.access_key_id));
        add(DATE, &date);
        add(EXPIRES, &expires.to_string());
        add(SIGNED_HEADERS, signed.as_str());
        if let Some(token) = self.session_token {
            add(SECURITY_TOKEN, token);
        }
        let query = parameters.join("&");
        let request = SignedRequest {
            method,
            path: uri.path(),
            query: &query,
            headers: &headers,
            authority: None,
            body,
        };
        let canonical = canonical_request(&request, &signed, None)?;
        let signature = hex::encode(aws4::sign(&*derive(self.secret, &scope), &date, &scope, &canonical));
        with_query(uri, &format!("{query}&{SIGNATURE}={signature}"))
    }
}

/// Gives headers what is signed besides them: host, date and the token of a session, under their names.
pub(crate) fn prepare(
    uri: &Uri,
    headers: &mut HeaderMap,
    (date_name, date): (&'static str, &str),
    (token_name, token): (&'static str, Option<&str>),
) -> Result<(), SignError> {
    add_host(uri, headers)?;
    headers.remove(AUTHORIZATION);
    headers.insert(HeaderName::from_static(date_name), value("date", date)?);
    if let Some(token) = token {
        let mut token = value("session token", token)?;
        token.set_sensitive(true);
        headers.insert(HeaderName::from_static(token_name), token);
    }
    Ok(())
}

/// Gives headers their signature.
pub(crate) fn authorize(headers: &mut HeaderMap, authorization: &str) -> Result<(), SignError> {
    let mut authorization = value("access key id", authorization)?;
    authorization.set_sensitive(true);
    headers.insert(AUTHORIZATION, authorization);
    Ok(())
}

/// Adds the host the URI names, without the port if it is the scheme's own, as HTTP clients send it.
fn add_host(uri: &Uri, headers: &mut HeaderMap) -> Result<(), SignError> {
    if headers.contains_key(HOST) {
        return Ok(());
    }
    let host = uri.host().ok_or(SignError::NoHost)?;
    let own_port = match uri.scheme_str() {
        Some("https") => Some(443),
        Some("http") => Some(80),
        _ => None,
    };
    let host = match uri.port_u16() {
        Some(port) if Some(port) != own_port => format!("{host}:{port}"),
        _ => host.to_owned(),
    };
    headers.insert(HOST, value("host", &host)?);
    Ok(())
}

fn signed_headers(headers: &HeaderMap) -> SignedHeaders {
    SignedHeaders::of(headers, |name| !UNSIGNED.contains(&name))
}

/// A header's value, of text that is `what`.
fn value(what: &'static str, text: &str) -> Result<HeaderValue, SignError> {
    HeaderValue::from_str(text).map_err(|_| SignError::Unwritable(what))
}

fn with_query(uri: &Uri, query: &str) -> Result<Uri, SignError> {
    let mut parts = uri.clone().into_parts();
    let unwritable = |_| SignError::Unwritable("query string");
    parts.path_and_query = Some(format!("{}?{query}", uri.path()).parse().map_err(unwritable)?);
    Uri::from_parts(parts).map_err(|_| SignError::Unwritable("query string"))
}
