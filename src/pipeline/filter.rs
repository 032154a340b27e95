//! Which segments are looked at: ports and networks, before any state is made for them.

use crate::network::Network;
use crate::segment::{Address, Segment};

/// A set of TCP ports, one bit a port.
#[derive(Clone)]
pub struct Ports(Option<Box<[u64; 1024]>>);

impl Ports {
    /// Every port.
    #[must_use]
    pub fn any() -> Self {
        Self(None)
    }

    /// The ports of inclusive ranges.
    #[must_use]
    pub fn from_ranges(ranges: &[(u16, u16)]) -> Self {
        let mut bits = Box::new([0u64; 1024]);
        for &(low, high) in ranges {
            for port in low..=high {
                if let Some(word) = bits.get_mut(usize::from(port >> 6)) {
                    *word |= 1 << (port & 63);
                }
            }
        }
        Self(Some(bits))
    }

    /// True where the port is in the set.
    #[must_use]
    #[inline(always)]
    pub fn contains(&self, port: u16) -> bool {
        self.0.as_ref().is_none_or(|bits| {
            bits.get(usize::from(port >> 6))
                .is_some_and(|word| word >> (port & 63) & 1 == 1)
        })
    }

    /// True where no port is left out.
    #[must_use]
    pub fn is_any(&self) -> bool {
        self.0.is_none()
    }
}

/// What the user wants looked at.
#[derive(Clone)]
pub struct Filter {
    /// One of the two ports must be in it.
    pub ports: Ports,
    /// Where not empty, one of the two addresses must lie in one of them.
    pub servers: Vec<Network>,
    /// The same for clients.
    pub clients: Vec<Network>,
    /// Neither address may lie in one of them.
    pub excluded: Vec<Network>,
}

impl Filter {
    /// Everything.
    #[must_use]
    pub fn all() -> Self {
        Self {
            ports: Ports::any(),
            servers: Vec::new(),
            clients: Vec::new(),
            excluded: Vec::new(),
        }
    }

    /// True where the segment may belong to a wanted connection; which side is the server is not
    /// known yet, so the analyzer asks again once it is.
    #[must_use]
    #[inline(always)]
    pub fn admits(&self, segment: &Segment<'_>) -> bool {
        let (source, destination) = (segment.source, segment.destination);
        (self.ports.contains(destination.port) || self.ports.contains(source.port))
            && (self.is_of_any_network()
                || self.admits_networks(source.address, destination.address))
    }

    #[inline(always)]
    fn is_of_any_network(&self) -> bool {
        self.servers.is_empty() && self.clients.is_empty() && self.excluded.is_empty()
    }

    #[inline(never)]
    fn admits_networks(&self, source: Address, destination: Address) -> bool {
        let either = |networks: &[Network]| {
            networks
                .iter()
                .any(|network| network.contains(source) || network.contains(destination))
        };
        (self.servers.is_empty() || either(&self.servers))
            && (self.clients.is_empty() || either(&self.clients))
            && !either(&self.excluded)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_set_holds_its_ranges_and_nothing_else() {
        let ports = Ports::from_ranges(&[(6379, 6380), (65535, 65535), (1, 1)]);
        let held: Vec<u16> = (0..=u16::MAX)
            .filter(|&port| ports.contains(port))
            .collect();
        assert_eq!(held, [1, 6379, 6380, 65535]);
        assert!((0..=u16::MAX).all(|port| Ports::any().contains(port)));
    }
}
