//! From a principal that is proved to a caller: everything about a request that policies can speak of.

use std::net::IpAddr;
use std::sync::Arc;

use http::HeaderMap;
use http::header::USER_AGENT;
use kms::Caller;
use policy::Principal;
use sigv4::SignatureError;
use uuid::Uuid;

use crate::peers::Peer;

/// Longest `User-Agent`, in bytes. The SDKs' have a few hundred.
const MAX_USER_AGENT: usize = 2048;

/// Who asks, of the keys in `region`. What only a trusted front may say, nobody here says: that a service asks on
/// somebody's behalf.
pub(super) fn caller(
    principal: Arc<Principal>,
    region: &str,
    headers: &HeaderMap,
    peer: &Peer,
    id: Uuid,
) -> Result<Caller, SignatureError> {
    Ok(Caller {
        principal,
        region: region.to_owned(),
        source_ip: Some(canonical(peer.address.ip())),
        secure_transport: peer.has_tls,
        user_agent: user_agent(headers)?,
        via: None,
        request_id: id.to_string(),
    })
}

/// The address as policies name it: an IPv4 client of an IPv6 socket has its own.
fn canonical(address: IpAddr) -> IpAddr {
    address.to_canonical()
}

/// The only `User-Agent` of a request, if there is one: of two, policies could mean either.
fn user_agent(headers: &HeaderMap) -> Result<Option<String>, SignatureError> {
    let mut values = headers.get_all(USER_AGENT).iter();
    let (first, second) = (values.next(), values.next());
    if second.is_some() {
        return Err(SignatureError::Repeated { name: USER_AGENT.as_str().to_owned() });
    }
    match first.map(http::HeaderValue::as_bytes) {
        Some(value) if value.len() > MAX_USER_AGENT => {
            let what = "length in bytes of the User-Agent header";
            Err(SignatureError::TooLarge { what, limit: MAX_USER_AGENT })
        }
        value => Ok(value.map(|value| String::from_utf8_lossy(value).into_owned())),
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn there_is_one_user_agent_of_bounded_length() {
        let of = |values: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(USER_AGENT, HeaderValue::from_str(value).unwrap());
            }
            user_agent(&headers)
        };
        assert_eq!(of(&[]), Ok(None));
        assert_eq!(of(&["aws-cli/1.46"]), Ok(Some("aws-cli/1.46".to_owned())));
        assert_eq!(of(&[""]), Ok(Some(String::new())));
        assert!(matches!(of(&["a", "a"]), Err(SignatureError::Repeated { .. })));
        assert!(of(&[&"a".repeat(MAX_USER_AGENT)]).is_ok());
        assert!(matches!(of(&[&"a".repeat(MAX_USER_AGENT + 1)]), Err(SignatureError::TooLarge { .. })));
        let mut headers = HeaderMap::new();
        headers.insert(USER_AGENT, HeaderValue::from_bytes(b"\xff").unwrap());
        assert_eq!(user_agent(&headers), Ok(Some("\u{fffd}".to_owned())));
    }

    #[test]
    fn addresses_are_those_that_policies_name() {
        assert_eq!(canonical("::ffff:192.0.2.1".parse().unwrap()), "192.0.2.1".parse::<IpAddr>().unwrap());
        assert_eq!(canonical("2001:db8::1".parse().unwrap()), "2001:db8::1".parse::<IpAddr>().unwrap());
    }
}
