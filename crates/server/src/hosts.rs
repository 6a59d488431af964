//! By which names a server may be called, and that no web page may call it.
//!
//! A page can have its own name resolve to this machine, and then its requests to that name reach a server here, with
//! any header it likes. Where everybody knows the secrets, the name is all that tells them from honest ones.

use std::net::IpAddr;

use http::header::{HOST, HeaderName, ORIGIN};
use http::request::Parts;
use http::uri::Authority;

/// What browsers put on the requests of pages, and no SDK or command line does (W3C, Fetch Metadata Request Headers).
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The names by which a server may be called: the `Host` or `:authority` of a request.
#[derive(Clone, Debug, Default)]
pub enum Hosts {
    /// Any.
    #[default]
    Any,
    /// `localhost` and what is under it, the loopback addresses, and these other names, of hosts and without a port.
    ThisMachineAnd(Vec<String>),
}

impl Hosts {
    /// Whether a request is to a name that is taken. Every name in it must be.
    pub(crate) fn take(&self, head: &Parts) -> bool {
        let Self::ThisMachineAnd(others) = self else { return true };
        let in_headers = head.headers.get_all(HOST).iter().map(|host| {
            let host = host.to_str().ok()?;
            host.parse::<Authority>().ok()
        });
        let mut names =
            in_headers.chain(head.uri.authority().map(|authority| Some(authority.clone()))).peekable();
        names.peek().is_some()
            && names.all(|name| {
                name.is_some_and(|name| is_of_this_machine(name.host()) || is_one_of(name.host(), others))
            })
    }
}

/// Whether a request comes from a web page.
pub(crate) fn is_of_a_page(head: &Parts) -> bool {
    [ORIGIN, SEC_FETCH_SITE].iter().any(|name| head.headers.contains_key(name))
}

/// Whether a host, without a port, is this machine.
pub(crate) fn is_of_this_machine(host: &str) -> bool {
    let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    if let Ok(address) = address.parse::<IpAddr>() {
        return address.to_canonical().is_loopback();
    }
    // What is under `localhost` is this machine by RFC 6761, section 6.3.
    let name = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost")
}

fn is_one_of(host: &str, names: &[String]) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    names.iter().any(|name| name.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn taken(hosts: &Hosts, uri: &str, headers: &[&str]) -> bool {
        let mut request = Request::builder().uri(uri);
        for host in headers {
            request = request.header(HOST, *host);
        }
        hosts.take(&request.body(()).unwrap().into_parts().0)
    }

    #[test]
    fn names_of_this_machine_and_those_given() {
        let hosts = Hosts::ThisMachineAnd(vec!["trent".to_owned(), "host.docker.internal".to_owned()]);
        for host in [
            "localhost",
            "localhost:4599",
            "LOCALHOST.",
            "kms.localhost:80",
            "127.0.0.1:4599",
            "127.8.9.10",
            "[::1]:4599",
            "[::ffff:127.0.0.1]",
            "trent:4599",
            "Host.Docker.Internal",
        ] {
            assert!(taken(&hosts, "/", &[host]), "{host}");
        }
        for host in [
            "",
            "evil.example",
            "evil.example:4599",
            "localhost.evil.example",
            "notlocalhost",
            "127.0.0.1.evil.example",
            "127.1",
            "2130706433",
            "0.0.0.0",
            "[::]",
            "192.0.2.1",
            "sub.trent",
            "trent.example",
            "evil.example@localhost@evil.example",
            "not a host",
        ] {
            assert!(!taken(&hosts, "/", &[host]), "{host}");
        }
    }

    #[test]
    fn every_name_counts_and_there_must_be_one() {
        let hosts = Hosts::ThisMachineAnd(Vec::new());
        assert!(taken(&hosts, "http://localhost:1/", &[]));
        assert!(taken(&hosts, "http://localhost:1/", &["127.0.0.1"]));
        assert!(!taken(&hosts, "http://evil.example/", &["localhost"]));
        assert!(!taken(&hosts, "http://localhost/", &["evil.example"]));
        assert!(!taken(&hosts, "/", &["localhost", "evil.example"]));
        assert!(!taken(&hosts, "/", &[]));
        assert!(!taken(&hosts, "/", &["trent"]));
        assert!(taken(&Hosts::Any, "/", &["evil.example"]) && taken(&Hosts::Any, "/", &[]));
    }
}
