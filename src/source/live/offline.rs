//! A BPF filter over packets of files: the same language as live, without the kernel.

use pcap::{BpfProgram, Capture, Linktype};

use super::{LiveError, message};
use crate::packet::{LinkType, Packet};

/// An expression of pcap-filter(7), compiled once for each link type that comes.
///
/// Stays on the thread that made it.
pub struct OfflineFilter {
    expression: String,
    programs: Vec<(LinkType, BpfProgram)>,
}

impl OfflineFilter {
    /// Compiles the expression for Ethernet, so that a mistake is told before any file is opened.
    ///
    /// # Errors
    ///
    /// [`LiveError::Filter`]: it does not compile.
    pub fn new(expression: &str) -> Result<Self, LiveError> {
        let mut filter = Self {
            expression: expression.to_owned(),
            programs: Vec::new(),
        };
        filter.program(LinkType::ETHERNET)?;
        Ok(filter)
    }

    /// True where the packet passes.
    ///
    /// # Errors
    ///
    /// [`LiveError::Filter`]: the expression makes no sense for the packet's link type, as
    /// `vlan` does on a cooked capture.
    #[inline]
    pub fn admits(&mut self, packet: &Packet<'_>) -> Result<bool, LiveError> {
        Ok(self.program(packet.link)?.filter(packet.data))
    }

    fn program(&mut self, link: LinkType) -> Result<&BpfProgram, LiveError> {
        let at = if let Some(at) = self.programs.iter().position(|(of, _)| *of == link) {
            at
        } else {
            self.programs.push((link, compile(&self.expression, link)?));
            self.programs.len() - 1
        };
        let missing = || LiveError::Other("no program".to_owned());
        self.programs
            .get(at)
            .map(|(_, program)| program)
            .ok_or_else(missing)
    }
}

impl std::fmt::Debug for OfflineFilter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OfflineFilter")
            .field("expression", &self.expression)
            .finish_non_exhaustive()
    }
}

fn compile(expression: &str, link: LinkType) -> Result<BpfProgram, LiveError> {
    // Numbers in files and in libpcap are the same, but for raw IP.
    let number = match link {
        LinkType::RAW => LinkType::RAW_BSD.0,
        LinkType(number) => number,
    };
    let link = Linktype(i32::try_from(number).unwrap_or(i32::MAX));
    Capture::dead(link)
        .and_then(|handle| handle.compile(expression, true))
        .map_err(|error| LiveError::Filter(message(error)))
}

#[cfg(test)]
mod tests {
    use etherparse::PacketBuilder;

    use super::*;
    use crate::packet::{Origin, Timestamp};
    use crate::source::filter::{FilterSpec, Tunnels};

    fn packet(link: LinkType, data: &[u8]) -> Packet<'_> {
        Packet {
            at: Timestamp(0),
            link,
            data,
            wire_len: 0,
            origin: Origin::default(),
        }
    }

    /// A TCP packet to a port, on Ethernet with tags or none, or raw.
    fn frame(tags: &[u16], port: u16) -> Vec<u8> {
        let builder = PacketBuilder::ethernet2([1; 6], [2; 6])
            .ipv4([10, 9, 0, 1], [10, 9, 0, 2], 64)
            .tcp(52_344, port, 1, 512);
        let mut bytes = Vec::new();
        builder.write(&mut bytes, b"PING\r\n").unwrap();
        for tag in tags {
            bytes.splice(12..12, [0x81, 0, 0, tag.to_be_bytes()[1]]);
        }
        bytes
    }

    fn fragment(port: u16, offset: u16) -> Vec<u8> {
        let mut bytes = frame(&[], port);
        bytes[20..22].copy_from_slice(&offset.to_be_bytes());
        bytes
    }

    #[test]
    fn a_mistake_is_told_at_once_and_another_link_type_when_it_comes() {
        assert!(matches!(
            OfflineFilter::new("tcp prot 6379"),
            Err(LiveError::Filter(_))
        ));
        let mut filter = OfflineFilter::new("vlan and tcp port 6379").unwrap();
        let tagged = frame(&[5], 6379);
        assert_eq!(
            filter.admits(&packet(LinkType::ETHERNET, &tagged)),
            Ok(true)
        );
        let cooked = packet(LinkType::LINUX_SLL, &tagged);
        assert!(matches!(filter.admits(&cooked), Err(LiveError::Filter(_))));
    }

    #[test]
    fn raw_ip_of_a_file_is_filtered_as_raw_ip() {
        let mut filter = OfflineFilter::new("tcp port 6379").unwrap();
        let (ours, other) = (frame(&[], 6379), frame(&[], 80));
        assert_eq!(filter.admits(&packet(LinkType::RAW, &ours[14..])), Ok(true));
        assert_eq!(
            filter.admits(&packet(LinkType::RAW, &other[14..])),
            Ok(false)
        );
    }

    /// What the kernel would do with the text we make for it.
    #[test]
    fn the_text_made_for_the_kernel_lets_in_what_it_should() {
        let spec = FilterSpec {
            ports: vec![6379..=6380, 26_379..=26_379],
            tunnels: Tunnels::LeftOut,
            expression: None,
        };
        let mut filter = OfflineFilter::new(&spec.expression(LinkType::ETHERNET)).unwrap();
        let mut admits = |bytes: &[u8]| filter.admits(&packet(LinkType::ETHERNET, bytes)).unwrap();
        for tags in [&[][..], &[5], &[5, 6]] {
            for port in [6379, 6380, 26_379] {
                assert!(admits(&frame(tags, port)), "{tags:?} {port}");
            }
            assert!(!admits(&frame(tags, 80)), "{tags:?}");
        }
        assert!(admits(&fragment(80, 100)), "a later fragment has no ports");
        assert!(!admits(&fragment(80, 0x2000)), "a first fragment has");
        assert!(admits(&fragment(6379, 0x2000)));
        let mut v6_fragment = vec![0; 14 + 40 + 8];
        v6_fragment[12..15].copy_from_slice(&[0x86, 0xdd, 0x60]);
        v6_fragment[20] = 44;
        assert!(admits(&v6_fragment));
        let mut arp = vec![0; 60];
        arp[12..14].copy_from_slice(&[8, 6]);
        assert!(!admits(&arp));
        let mut vxlan = frame(&[], 80);
        vxlan[23] = 17;
        vxlan[36..38].copy_from_slice(&4789_u16.to_be_bytes());
        assert!(!admits(&vxlan));
        let with_tunnels = FilterSpec {
            tunnels: Tunnels::LetIn,
            ..spec
        };
        let mut filter = OfflineFilter::new(&with_tunnels.expression(LinkType::ETHERNET)).unwrap();
        assert_eq!(filter.admits(&packet(LinkType::ETHERNET, &vxlan)), Ok(true));
    }

    #[test]
    fn the_text_compiles_for_every_link_type_that_interfaces_have() {
        for tunnels in [Tunnels::LeftOut, Tunnels::LetIn] {
            for expression in [None, Some("host 10.9.0.1 or host 10.9.0.2".to_owned())] {
                for ports in [vec![], vec![1..=65_535], vec![6379..=6379]] {
                    let spec = FilterSpec {
                        ports,
                        tunnels,
                        expression: expression.clone(),
                    };
                    for link in [
                        LinkType::ETHERNET,
                        LinkType::LINUX_SLL,
                        LinkType::LINUX_SLL2,
                        LinkType::RAW_BSD,
                        LinkType::NULL,
                    ] {
                        let text = spec.expression(link);
                        assert!(compile(&text, link).is_ok(), "{link:?}: {text}");
                    }
                }
            }
        }
    }
}
