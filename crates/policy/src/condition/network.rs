//! Ranges of IP addresses.

use std::net::{IpAddr, Ipv6Addr};

/// Bits that an IPv4 address has before it when it is written as one of IPv6 (`::ffff:0:0/96`).
const MAPPED_BITS: u32 = 96;

/// The addresses that share their first bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Network {
    first: u128,
    bits: u32,
}

impl Network {
    /// Reads an address, or an address and the number of its bits that count.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            None => (text, None),
            Some((address, bits)) => (address, Some(bits)),
        };
        let address: IpAddr = address.parse().ok()?;
        let (width, before) = if address.is_ipv4() { (32, MAPPED_BITS) } else { (128, 0) };
        let bits = match bits {
            None => width,
            Some(bits) if bits.bytes().all(|byte| byte.is_ascii_digit()) => bits.parse().ok()?,
            Some(_) => return None,
        };
        (bits <= width).then(|| Self { first: number(address), bits: bits + before })
    }

    pub(crate) fn contains(self, address: IpAddr) -> bool {
        let differing = self.first ^ number(address);
        // The number of leading bits in which the two agree.
        differing.leading_zeros() >= self.bits
    }
}

/// Both families in one: an IPv4 address and the same one written as IPv6 are the same.
fn number(address: IpAddr) -> u128 {
    let address: Ipv6Addr = match address {
        IpAddr::V4(address) => address.to_ipv6_mapped(),
        IpAddr::V6(address) => address,
    };
    address.to_bits()
}
