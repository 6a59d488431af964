//! Finding and reading the signature a request carries. What is read here is a claim: nothing is true yet.

use std::fmt;

use http::{HeaderMap, HeaderName, HeaderValue, header::AUTHORIZATION};

use crate::{Query, SignatureError, SignedRequest, aws4, date, scope::Scope, signed_headers::SignedHeaders};

/// Longest `Authorization` header, in bytes: room for every other limit of this file.
const MAX_AUTHORIZATION_BYTES: usize = 8192;
/// Longest access key id, in characters (AWS: STS, data type Credentials).
const MAX_ACCESS_KEY_ID: usize = 128;
/// Longest session token, in bytes. AWS gives no limit; its tokens have one to two thousand.
const MAX_SESSION_TOKEN_BYTES: usize = 16_384;
/// Longest lifetime of a presigned request: seven days, in seconds (AWS: IAM, elements of a request signature).
const MAX_EXPIRES: u32 = 604_800;

/// The parts of a signature as query parameters; as loose headers they have the same names.
pub(crate) const ALGORITHM: &str = "X-Amz-Algorithm";
pub(crate) const CREDENTIAL: &str = "X-Amz-Credential";
pub(crate) const DATE: &str = "X-Amz-Date";
pub(crate) const EXPIRES: &str = "X-Amz-Expires";
pub(crate) const SECURITY_TOKEN: &str = "X-Amz-Security-Token";
pub(crate) const SIGNATURE: &str = "X-Amz-Signature";
pub(crate) const SIGNED_HEADERS: &str = "X-Amz-SignedHeaders";

/// The headers of these names.
mod header {
    use http::HeaderName;

    pub(super) const ALGORITHM: HeaderName = HeaderName::from_static("x-amz-algorithm");
    pub(super) const CREDENTIAL: HeaderName = HeaderName::from_static("x-amz-credential");
    pub(super) const DATE: HeaderName = HeaderName::from_static("x-amz-date");
    pub(super) const SECURITY_TOKEN: HeaderName = HeaderName::from_static("x-amz-security-token");
    pub(super) const SIGNATURE: HeaderName = HeaderName::from_static("x-amz-signature");
    pub(super) const SIGNED_HEADERS: HeaderName = HeaderName::from_static("x-amz-signedheaders");
}

/// Where a signature stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placement {
    /// In the `Authorization` header.
    Authorization,
    /// In the query string: a presigned request.
    Query,
    /// In `X-Amz-Algorithm`, `X-Amz-Credential`, `X-Amz-SignedHeaders` and `X-Amz-Signature` as separate headers:
    /// another spelling of the `Authorization` header, signing the same text.
    LooseHeaders,
}

/// A signature that was read, not verified.
pub struct Presented {
    pub(crate) placement: Placement,
    pub(crate) access_key_id: String,
    pub(crate) scope: Scope,
    pub(crate) session_token: Option<String>,
    /// X-Amz-Date as sent, which is part of what is signed.
    pub(crate) date: String,
    pub(crate) signed_at: i64,
    /// Lifetime in seconds of a presigned request.
    pub(crate) expires: Option<u32>,
    pub(crate) signed_headers: SignedHeaders,
    pub(crate) signature: [u8; 32],
}

/// Finds the signature of a request and reads it.
///
/// Errors: none is there, more than one is, or the one is incomplete or malformed. Whether it is true is another
/// question: see [`Presented`].
pub fn parse(request: &SignedRequest<'_>) -> Result<Presented, SignatureError> {
    let query = Query::parse(request.query)?;
    let placement = find(request.headers, &query)?;
    match placement {
        Placement::Authorization => in_authorization(request.headers)?,
        Placement::Query => in_query(&query)?,
        Placement::LooseHeaders => in_loose_headers(request.headers)?,
    }
    .read(placement)
}

impl Presented {
    /// Where the signature stands.
    pub fn placement(&self) -> Placement {
        self.placement
    }

    /// The access key whose secret is said to have signed.
    pub fn access_key_id(&self) -> &str {
        &self.access_key_id
    }

    /// The service of the credential scope: which of several it is for. [`check_scope`](Self::check_scope) says whether
    /// the scope is right.
    pub fn service(&self) -> &str {
        self.scope.parts().service
    }

    /// The region of the credential scope.
    pub fn region(&self) -> &str {
        self.scope.parts().region
    }

    /// The token of the session the access key belongs to. The caller must verify it.
    pub fn session_token(&self) -> Option<&str> {
        self.session_token.as_deref()
    }

    /// When the request was signed, by its own account, in seconds since the epoch.
    pub fn signed_at(&self) -> i64 {
        self.signed_at
    }
}

impl fmt::Debug for Presented {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Presented")
            .field("placement", &self.placement)
            .field("access_key_id", &self.access_key_id)
            .field("region", &self.region())
            .field("date", &self.date)
            .finish_non_exhaustive()
    }
}

/// Which of the three places holds a signature: any part of one counts, so that a request with parts in two places
/// cannot be read in two ways.
fn find(headers: &HeaderMap, query: &Query) -> Result<Placement, SignatureError> {
    let in_header = headers.contains_key(AUTHORIZATION);
    let in_query = [ALGORITHM, CREDENTIAL, DATE, EXPIRES, SECURITY_TOKEN, SIGNATURE, SIGNED_HEADERS]
        .iter()
        .any(|name| query.get_any_case(name).is_some());
    let in_loose = [header::ALGORITHM, header::CREDENTIAL, header::SIGNATURE, header::SIGNED_HEADERS]
        .iter()
        .any(|name| headers.contains_key(name));
    match (in_header, in_query, in_loose) {
        (false, false, false) => Err(SignatureError::Missing),
        (true, false, false) => Ok(Placement::Authorization),
        (false, true, false) if headers.contains_key(header::SECURITY_TOKEN) => {
            Err(SignatureError::Ambiguous)
        }
        (false, true, false) => Ok(Placement::Query),
        (false, false, true) => Ok(Placement::LooseHeaders),
        _ => Err(SignatureError::Ambiguous),
    }
}

/// The parts of a signature as they stand in the request, none of them looked at.
#[derive(Default)]
struct Parts<'a> {
    algorithm: Option<&'a str>,
    credential: Option<&'a str>,
    date: Option<&'a str>,
    expires: Option<&'a str>,
    session_token: Option<&'a str>,
    signature: Option<&'a str>,
    signed_headers: Option<&'a str>,
}

fn in_authorization(headers: &HeaderMap) -> Result<Parts<'_>, SignatureError> {
    let (algorithm, fields) = authorization(headers)?.unwrap_or_default();
    let parts = Parts {
        algorithm: Some(algorithm),
        date: single(headers, &header::DATE, DATE)?,
        session_token: single(headers, &header::SECURITY_TOKEN, SECURITY_TOKEN)?,
        ..Parts::default()
    };
    if algorithm != aws4::ALGORITHM {
        return Err(SignatureError::Algorithm);
    }
    let [credential, signed_headers, signature] =
        read_fields(fields, ["Credential", "SignedHeaders", "Signature"])?;
    Ok(Parts { credential, signature, signed_headers, ..parts })
}

/// The algorithm that an `Authorization` header names, and what comes after it.
pub(crate) fn authorization(headers: &HeaderMap) -> Result<Option<(&str, &str)>, SignatureError> {
    let Some(value) = single(headers, &AUTHORIZATION, AUTHORIZATION.as_str())? else { return Ok(None) };
    if value.len() > MAX_AUTHORIZATION_BYTES {
        let what = "length in bytes of the Authorization header";
        return Err(SignatureError::TooLarge { what, limit: MAX_AUTHORIZATION_BYTES });
    }
    Ok(Some(value.split_once(' ').unwrap_or((value, ""))))
}

/// The values of these names in a list of `name=value`, separated by commas. Other names, and a second value, are refused.
pub(crate) fn read_fields<'a, const N: usize>(
    list: &'a str,
    names: [&str; N],
) -> Result<[Option<&'a str>; N], SignatureError> {
    let malformed = || SignatureError::Malformed { what: "Authorization header" };
    let mut values = [None; N];
    for field in list.split(',').map(str::trim).filter(|field| !field.is_empty()) {
        let (name, value) = field.split_once('=').ok_or_else(malformed)?;
        let position = names.iter().position(|known| *known == name).ok_or_else(malformed)?;
        let place = values.get_mut(position).ok_or_else(malformed)?;
        if place.replace(value).is_some() {
            return Err(SignatureError::Repeated { name: name.to_owned() });
        }
    }
    Ok(values)
}

fn in_loose_headers(headers: &HeaderMap) -> Result<Parts<'_>, SignatureError> {
    Ok(Parts {
        algorithm: single(headers, &header::ALGORITHM, ALGORITHM)?,
        credential: single(headers, &header::CREDENTIAL, CREDENTIAL)?,
        date: single(headers, &header::DATE, DATE)?,
        expires: None,
        session_token: single(headers, &header::SECURITY_TOKEN, SECURITY_TOKEN)?,
        signature: single(headers, &header::SIGNATURE, SIGNATURE)?,
        signed_headers: single(headers, &header::SIGNED_HEADERS, SIGNED_HEADERS)?,
    })
}

fn in_query(query: &Query) -> Result<Parts<'_>, SignatureError> {
    let text = |name: &'static str| match query.get(name) {
        Some(value) => {
            std::str::from_utf8(value).map(Some).map_err(|_| SignatureError::Malformed { what: name })
        }
        None => Ok(None),
    };
    Ok(Parts {
        algorithm: text(ALGORITHM)?,
        credential: text(CREDENTIAL)?,
        date: text(DATE)?,
        expires: text(EXPIRES)?,
        session_token: text(SECURITY_TOKEN)?,
        signature: text(SIGNATURE)?,
        signed_headers: text(SIGNED_HEADERS)?,
    })
}

/// The only header of a name, as visible ASCII. `name` is how errors write it.
pub(crate) fn single<'a>(
    headers: &'a HeaderMap,
    header: &HeaderName,
    name: &'static str,
) -> Result<Option<&'a str>, SignatureError> {
    let mut values = headers.get_all(header).iter().map(HeaderValue::to_str);
    match (values.next(), values.next()) {
        (_, Some(_)) => Err(SignatureError::Repeated { name: name.to_owned() }),
        (Some(Err(_)), None) => Err(SignatureError::Malformed { what: name }),
        (Some(Ok(value)), None) => Ok(Some(value.trim())),
        (None, None) => Ok(None),
    }
}

impl Parts<'_> {
    fn read(self, placement: Placement) -> Result<Presented, SignatureError> {
        let incomplete = || SignatureError::Incomplete { placement, absent: self.absent(placement) };
        let (Some(algorithm), Some(credential), Some(signed_headers), Some(signature), Some(date)) =
            (self.algorithm, self.credential, self.signed_headers, self.signature, self.date)
        else {
            return Err(incomplete());
        };
        if algorithm != aws4::ALGORITHM {
            return Err(SignatureError::Algorithm);
        }
        let (access_key_id, scope) = read_credential(credential)?;
        let expires = match (placement, self.expires) {
            (Placement::Query, Some(seconds)) => Some(read_expires(seconds)?),
            (Placement::Query, None) => return Err(incomplete()),
            _ => None,
        };
        Ok(Presented {
            placement,
            access_key_id,
            scope,
            session_token: self.session_token.map(read_session_token).transpose()?,
            date: date.to_owned(),
            signed_at: date::parse_basic(date).ok_or_else(|| bad_date(date))?,
            expires,
            signed_headers: SignedHeaders::read(signed_headers)?,
            signature: read_signature(signature)?,
        })
    }

    /// The names, in `placement`, of the parts that are needed and not there.
    fn absent(&self, placement: Placement) -> Vec<&'static str> {
        let (credential, signature, signed_headers) = match placement {
            Placement::Authorization => ("Credential", "Signature", "SignedHeaders"),
            Placement::Query | Placement::LooseHeaders => (CREDENTIAL, SIGNATURE, SIGNED_HEADERS),
        };
        let parts = [
            (ALGORITHM, self.algorithm.is_none()),
            (credential, self.credential.is_none()),
            (signature, self.signature.is_none()),
            (signed_headers, self.signed_headers.is_none()),
            (DATE, self.date.is_none()),
            (EXPIRES, placement == Placement::Query && self.expires.is_none()),
        ];
        parts.into_iter().filter_map(|(name, is_absent)| is_absent.then_some(name)).collect()
    }
}

/// `<access key id>/<yyyymmdd>/<region>/<service>/aws4_request`: five parts, no more. Whether the scope is right is
/// [`Presented::check_scope`]'s question.
fn read_credential(credential: &str) -> Result<(String, Scope), SignatureError> {
    let parts = credential.split_once('/').filter(|(access_key_id, _)| is_access_key_id(access_key_id));
    let read = parts.and_then(|(access_key_id, scope)| Some((access_key_id.to_owned(), Scope::read(scope)?)));
    read.ok_or(SignatureError::Malformed { what: "Credential" })
}

/// Whether this may be the id of an access key.
pub(crate) fn is_access_key_id(text: &str) -> bool {
    (1..=MAX_ACCESS_KEY_ID).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b))
}

/// 64 hexadecimal digits in lower case.
pub(crate) fn read_signature(text: &str) -> Result<[u8; 32], SignatureError> {
    let mut signature = [0; 32];
    let lower_case = !text.bytes().any(|b| b.is_ascii_uppercase());
    match hex::decode_to_slice(text, &mut signature) {
        Ok(()) if lower_case => Ok(signature),
        _ => Err(SignatureError::Malformed { what: "Signature" }),
    }
}

fn read_expires(text: &str) -> Result<u32, SignatureError> {
    let seconds = text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten();
    seconds.filter(|seconds| (1..=MAX_EXPIRES).contains(seconds)).ok_or(SignatureError::BadExpires)
}

pub(crate) fn read_session_token(token: &str) -> Result<String, SignatureError> {
    match token.len() {
        0 => Err(SignatureError::Malformed { what: "session token" }),
        1..=MAX_SESSION_TOKEN_BYTES => Ok(token.to_owned()),
        _ => {
            let what = "length in bytes of the session token";
            Err(SignatureError::TooLarge { what, limit: MAX_SESSION_TOKEN_BYTES })
        }
    }
}

pub(crate) fn bad_date(text: &str) -> SignatureError {
    SignatureError::BadDate(text.escape_default().take(SignatureError::ECHO).collect())
}
