//! Where the service is.

use std::fmt;
use std::net::IpAddr;

use http::Uri;

use crate::ClientError;

/// Longest name of a Region, in characters; the same bound that the server sets.
const MAX_REGION: usize = 64;

/// The address of a KMS endpoint: scheme, host and perhaps a port, nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    uri: Uri,
    tls: bool,
}

impl Endpoint {
    /// Reads an address strictly: no user, no path, no query, because none of them would be used.
    pub fn parse(text: &str) -> Result<Self, ClientError> {
        let invalid = |reason| ClientError::Endpoint { given: crate::answer::printable(text), reason };
        let uri: Uri = text.parse().map_err(|_| invalid("it is not a URL"))?;
        let tls = match uri.scheme_str() {
            Some("http") => false,
            Some("https") => true,
            _ => return Err(invalid("it does not begin with http:// or https://")),
        };
        let authority = uri.authority().map(http::uri::Authority::as_str).unwrap_or_default();
        if authority.contains('@') {
            return Err(invalid("a user name or password has no place in it"));
        }
        let host = uri.host().filter(|host| !host.is_empty()).ok_or_else(|| invalid("it names no host"))?;
        let port = authority.strip_prefix(host).unwrap_or_default();
        let has_port = uri.port_u16().is_some_and(|port| port > 0);
        if !port.is_empty() && !has_port {
            return Err(invalid("its port is not a number from 1 to 65535"));
        }
        if uri.path() != "/" || uri.query().is_some() || text.contains('#') {
            return Err(invalid("nothing may follow the host and port"));
        }
        Ok(Self { uri, tls })
    }

    /// The public endpoint of AWS KMS for a Region, as a URL.
    pub fn of_aws(region: &str) -> String {
        let suffix = if region.starts_with("cn-") { ".cn" } else { "" };
        format!("https://kms.{region}.amazonaws.com{suffix}")
    }

    /// Whether requests leave this machine unencrypted. A wrapping key that comes that way may be an attacker's, and
    /// what is wrapped with it the attacker's too.
    pub fn is_exposed(&self) -> bool {
        !self.tls && !self.is_loopback()
    }

    fn is_loopback(&self) -> bool {
        let host = self.uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
        host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }

    pub(crate) fn uri(&self) -> &Uri {
        &self.uri
    }

    pub(crate) fn tls(&self) -> bool {
        self.tls
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.uri.to_string().trim_end_matches('/'))
    }
}

/// Refuses what cannot be a Region's name: it stands in every signature and in host names.
pub(crate) fn check_region(region: &str) -> Result<(), ClientError> {
    let plausible = (1..=MAX_REGION).contains(&region.len())
        && region.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    plausible.then_some(()).ok_or_else(|| ClientError::Region { given: crate::answer::printable(region) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_whether_they_expose_traffic() {
        let cases = [
            ("http://127.0.0.1:4599", false),
            ("http://localhost:4599/", false),
            ("http://[::1]:4599", false),
            ("http://10.0.0.1:4599", true),
            ("http://trent", true),
            ("http://localhost.example.com", true),
            ("https://kms.eu-central-1.amazonaws.com", false),
        ];
        for (text, exposed) in cases {
            let endpoint = Endpoint::parse(text).unwrap();
            assert_eq!(endpoint.is_exposed(), exposed, "{text}");
            assert_eq!(endpoint.to_string(), text.trim_end_matches('/'));
        }
    }

    #[test]
    fn what_is_no_address() {
        for text in [
            "",
            "localhost",
            "localhost:4599",
            "ftp://localhost",
            "http://",
            "http://:4599",
            "http://user:password@localhost",
            "http://localhost:",
            "http://localhost:0",
            "http://localhost:65536",
            "http://localhost/kms",
            "http://localhost/?a=b",
            "http://localhost#a",
            "http://local host",
        ] {
            assert!(matches!(Endpoint::parse(text), Err(ClientError::Endpoint { .. })), "{text}");
        }
    }

    #[test]
    fn the_endpoints_of_aws() {
        assert_eq!(Endpoint::of_aws("eu-central-1"), "https://kms.eu-central-1.amazonaws.com");
        assert_eq!(Endpoint::of_aws("cn-north-1"), "https://kms.cn-north-1.amazonaws.com.cn");
        for region in ["eu-central-1", "us-gov-west-1"] {
            check_region(region).unwrap();
        }
        for region in ["", "eu central", "EU", "a/b", "x.example.com", &"a".repeat(65)] {
            assert!(check_region(region).is_err(), "{region}");
        }
    }
}
