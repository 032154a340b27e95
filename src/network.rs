//! IP networks, and what kind of path lies between two addresses.

use std::net::IpAddr;
use std::str::FromStr;

use crate::event::Path;
use crate::segment::Address;

/// A network: `10.0.0.0/8`, `fd00::/8`, or a single address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    network: u128,
    mask: u128,
}

impl Network {
    /// True where the address lies in the network.
    #[must_use]
    pub fn contains(&self, address: Address) -> bool {
        address.0 & self.mask == self.network
    }
}

impl FromStr for Network {
    type Err = String;

    /// # Errors
    ///
    /// A sentence that shows the form.
    fn from_str(text: &str) -> Result<Self, String> {
        let hint =
            || format!("\"{text}\" is no network; write 10.0.0.0/8, fd00::/8 or one address");
        let (address, bits) = text
            .split_once('/')
            .map_or((text, None), |(a, b)| (a, Some(b)));
        let ip: IpAddr = address.parse().map_err(|_| hint())?;
        let width = if ip.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(width), |bits| bits.parse::<u32>().map_err(|_| hint()))?;
        if bits > width {
            return Err(hint());
        }
        let mask = u128::MAX.checked_shl(width - bits).unwrap_or(0);
        Ok(Self {
            network: Address::from(ip).0 & mask,
            mask,
        })
    }
}

/// What kind of path lies between a client and a server.
///
/// Public is every address that is not set aside: private (RFC 1918), shared (RFC 6598), link
/// local (RFC 3927, RFC 4291 2.5.6), loopback, unique local (RFC 4193), documentation (RFC 5737,
/// RFC 3849) and benchmarking (RFC 2544) networks do not cross the Internet.
#[must_use]
pub fn path_between(client: Address, server: Address) -> Path {
    if client == server {
        Path::SameHost
    } else if is_public(client) || is_public(server) {
        Path::Public
    } else {
        Path::Private
    }
}

/// True where the address is routed on the Internet.
#[must_use]
pub fn is_public(address: Address) -> bool {
    match address.to_ip() {
        IpAddr::V4(v4) => {
            let [a, b, ..] = v4.octets();
            let shared = a == 100 && b & 0xc0 == 64;
            let benchmarking = a == 198 && b & 0xfe == 18;
            let set_aside =
                v4.is_private() || v4.is_loopback() || v4.is_link_local() || v4.is_documentation();
            !(set_aside || shared || benchmarking || v4.is_multicast() || a == 0 || a >= 240)
        }
        IpAddr::V6(v6) => {
            let first = v6.segments()[0];
            let documentation = first == 0x2001 && v6.segments()[1] == 0x0db8;
            first & 0xe000 == 0x2000 && !documentation
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Address {
        text.parse::<IpAddr>().unwrap().into()
    }

    #[test]
    fn a_network_holds_its_addresses_and_no_others() {
        let holds =
            |network: &str, ip: &str| network.parse::<Network>().unwrap().contains(address(ip));
        assert!(holds("10.0.0.0/8", "10.255.0.1"));
        assert!(!holds("10.0.0.0/8", "11.0.0.1"));
        assert!(holds("0.0.0.0/0", "192.0.2.1"));
        assert!(!holds("0.0.0.0/0", "fd09::1"));
        assert!(holds("fd00::/8", "fd09::1"));
        assert!(holds("::/0", "fd09::1"));
        assert!(holds("192.0.2.7", "192.0.2.7"));
        assert!("10.0.0.0/33".parse::<Network>().is_err());
        assert!("localhost".parse::<Network>().is_err());
    }

    #[test]
    fn only_routed_addresses_are_public() {
        for private in [
            "10.1.2.3",
            "172.31.0.1",
            "192.168.1.1",
            "127.0.0.1",
            "169.254.1.1",
            "100.64.0.1",
        ] {
            assert!(!is_public(address(private)), "{private}");
        }
        for private in ["::1", "fe80::1", "fd09::1", "2001:db8::1"] {
            assert!(!is_public(address(private)), "{private}");
        }
        for public in ["8.8.8.8", "172.32.0.1", "100.128.0.1", "2600::1"] {
            assert!(is_public(address(public)), "{public}");
        }
    }

    #[test]
    fn a_path_is_as_public_as_its_more_public_end() {
        assert_eq!(
            path_between(address("127.0.0.1"), address("127.0.0.1")),
            Path::SameHost
        );
        assert_eq!(
            path_between(address("10.0.0.1"), address("10.0.0.2")),
            Path::Private
        );
        assert_eq!(
            path_between(address("10.0.0.1"), address("1.1.1.1")),
            Path::Public
        );
    }
}
