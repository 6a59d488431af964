//! Import tokens.
//!
//! A token is stateless: it carries, sealed, the private half of the wrapping key and everything that was agreed
//! with it. So a restart loses none, no store fills up with abandoned ceremonies, and a token is of no use with
//! another key, another algorithm, or after 24 hours.
//!
//! Before sealing: two bytes with the length of a JSON header ([`Claims`]), the header, the wrapping key as
//! PKCS#8 DER.

use api::{AlgorithmSpec, Error, ErrorCode, Reason, Timestamp, WrappingKeySpec};
use crypto::SecretBytes;
use seal::Records;
use serde::{Deserialize, Serialize};

use crate::arn::KeyId;

/// What tokens are sealed for.
const PURPOSE: &str = "import token";

/// What was agreed when the token was handed out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Claims {
    pub(crate) key: KeyId,
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) algorithm: AlgorithmSpec,
    pub(crate) wrapping_key_spec: WrappingKeySpec,
    pub(crate) issued: Timestamp,
    pub(crate) expires: Timestamp,
}

/// Makes a token around the private half of a wrapping key.
pub(crate) fn issue(records: &Records, claims: &Claims, private_key: &SecretBytes) -> Result<Vec<u8>, Error> {
    let header = serde_json::to_vec(claims).map_err(Error::internal)?;
    let length = u16::try_from(header.len()).map_err(Error::internal)?;
    let mut plain = Vec::with_capacity(2 + header.len() + private_key.len());
    plain.extend_from_slice(&length.to_be_bytes());
    plain.extend_from_slice(&header);
    plain.extend_from_slice(private_key.expose());
    let plain = SecretBytes::new(plain);
    Ok(records.seal(PURPOSE, plain.expose()))
}

/// Opens a token and checks that it belongs to this key and is still good.
///
/// # Errors
/// `InvalidImportTokenException` if it is damaged, foreign or another key's; `ExpiredImportTokenException`.
pub(crate) fn open(
    records: &Records,
    token: &[u8],
    (account, region, key): (&str, &str, &KeyId),
    now: Timestamp,
) -> Result<(Claims, SecretBytes), Error> {
    let plain = records.open_sealed(PURPOSE, token).map_err(|_| damaged())?;
    let (claims, private_key) = parse(plain.expose()).ok_or_else(damaged)?;
    if claims.key != *key || claims.account != account || claims.region != region {
        let text = "The import token belongs to another KMS key. Get parameters for import for this one.";
        return Err(Error::new(ErrorCode::InvalidImportToken, text).because(Reason::TokenOfAnotherKey));
    }
    if now >= claims.expires {
        let text = "The import token has expired: it was good for 24 hours. Get new parameters for import.";
        return Err(Error::new(ErrorCode::ExpiredImportToken, text).because(Reason::TokenExpired));
    }
    Ok((claims, private_key))
}

/// Takes an opened token apart; `None` if it is none.
pub(crate) fn parse(plain: &[u8]) -> Option<(Claims, SecretBytes)> {
    let (length, rest) = plain.split_first_chunk::<2>()?;
    let (header, private_key) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
    let claims = serde_json::from_slice(header).ok()?;
    Some((claims, SecretBytes::copy_of(private_key)))
}

fn damaged() -> Error {
    let text = "The import token is not valid.";
    Error::new(ErrorCode::InvalidImportToken, text).because(Reason::TokenDamaged)
}
