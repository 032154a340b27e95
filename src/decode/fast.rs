//! The common shapes, straight through: Ethernet II, at most one VLAN, plain IPv4 or IPv6, TCP.
//!
//! Everything is where it always is, so fields are read by hand and nothing is looked up,
//! allocated or looped over but the checksum. What nearly every packet is, IPv4 without a VLAN, is
//! inlined into the caller down to the flow table: its segment never is in memory, and half of each
//! address is a constant there. Whatever is odd in any way goes to the general path, which is the
//! one that decides what to call it.

use super::checksum::{self, Sum};
use super::transport::{self, FIXED_LEN, Options};
use super::walk::plus_vlan;
use super::{ChecksumMode, DecodeConfig, TagBy};
use crate::packet::{LinkType, Packet};
use crate::segment::{Address, Checksum, Endpoint, Segment, SeqNum, TcpFlags};

/// What the headers of a packet of a common shape say. Few enough words to stay in registers:
/// the [`Segment`] is written once, where it is wanted.
#[derive(Clone, Copy)]
pub struct CommonHeaders<'p> {
    source: Address,
    destination: Address,
    tag: u32,
    header: &'p [u8; FIXED_LEN],
    options: &'p [u8],
    stamps: Option<&'p [u8; 8]>,
    pub(super) payload: &'p [u8],
    pub(super) checksum: Checksum,
}

impl<'p> CommonHeaders<'p> {
    /// The most common shape of all: IPv4 without options right behind the Ethernet header. `None`
    /// for every other.
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "16 bits of a word")]
    pub(super) fn plain(packet: &Packet<'p>, config: &DecodeConfig) -> Option<Self> {
        let frame = packet.data.first_chunk::<TCP_OPTIONS_AT>()?;
        if packet.link != LinkType::ETHERNET || packet.wire_len as usize > packet.data.len() {
            return None;
        }
        let (link, behind) = frame.split_first_chunk::<ETHERNET_LEN>()?;
        let (network, header) = behind.split_first_chunk::<IPV4_LEN>()?;
        let header = header.first_chunk()?;
        // In words: version, length and offset; lifetime, protocol and checksum; addresses.
        let (first, behind) = network.split_first_chunk()?;
        let (&second, ends) = behind.split_first_chunk::<4>()?;
        let first = u64::from_be_bytes(*first);
        // Version 4 and no options, neither an offset nor more fragments.
        if link.last_chunk() != Some(&IPV4)
            || first & 0xff00_0000_0000_3fff != 0x4500_0000_0000_0000
            || second[1] != TCP
        {
            return None;
        }
        // Ethernet pads short frames, so the end is where IP says.
        let end = ETHERNET_LEN + usize::from((first >> 32) as u16);
        let headers_len = TCP_AT + usize::from(header[12] >> 4) * 4;
        let (headers, payload) = packet.data.get(..end)?.split_at_checked(headers_len)?;
        let options = headers.get(TCP_OPTIONS_AT..)?;
        let Options::Fine(stamps) = transport::options(options) else {
            return None;
        };
        let checksum = if config.checksum == ChecksumMode::Off {
            Checksum::Unverified
        } else if checksum::refuses_ipv4(network, Sum::of_ipv4_header(network), config.checksum) {
            Checksum::Bad
        } else {
            let pseudo = Sum::of_ipv4_ends(*ends.first_chunk()?);
            let tcp = packet.data.get(TCP_AT..end)?;
            config.checksum.judge(checksum::verify(pseudo, tcp))
        };
        let (&source, destination) = ends.split_first_chunk()?;
        Some(Self {
            source: Address::v4(source),
            destination: Address::v4(*destination.first_chunk()?),
            tag: 0,
            header,
            options,
            stamps,
            payload,
            checksum,
        })
    }

    /// With one VLAN, or IPv6, or both. `None` where the packet is not whole, or not of such a shape.
    pub(super) fn other(packet: &Packet<'p>, config: &DecodeConfig) -> Option<Self> {
        if packet.link != LinkType::ETHERNET || packet.wire_len as usize > packet.data.len() {
            return None;
        }
        let (&[.., k0, k1], mut rest) = packet.data.split_first_chunk::<ETHERNET_LEN>()?;
        let mut kind = [k0, k1];
        let mut tag = 0;
        if kind == VLAN {
            let (&[t0, t1, k0, k1], behind) = rest.split_first_chunk::<4>()?;
            if matches!(config.tag, TagBy::Vlan | TagBy::VlanAndVni) {
                tag = plus_vlan(0, u16::from_be_bytes([t0, t1]));
            }
            kind = [k0, k1];
            rest = behind;
        }
        let (source, destination, tcp, refused) = match kind {
            IPV4 => ipv4(rest, config.checksum)?,
            IPV6 => ipv6(rest)?,
            _ => return None,
        };
        let (header, behind) = tcp.split_first_chunk::<FIXED_LEN>()?;
        let options_len = (usize::from(header[12] >> 4) * 4).checked_sub(FIXED_LEN)?;
        let (options, payload) = behind.split_at_checked(options_len)?;
        let Options::Fine(stamps) = transport::options(options) else {
            return None;
        };
        let checksum = match config.checksum {
            ChecksumMode::Off => Checksum::Unverified,
            _ if refused => Checksum::Bad,
            mode => {
                let pseudo = Sum::of_pseudo_header(source, destination);
                mode.judge(checksum::verify(pseudo, tcp))
            }
        };
        Some(Self {
            source,
            destination,
            tag,
            header,
            options,
            stamps,
            payload,
            checksum,
        })
    }

    /// The segment of the packet that the headers are of.
    #[must_use]
    #[inline(always)]
    pub fn segment(self, packet: &Packet<'p>) -> Segment<'p> {
        let &[
            s0,
            s1,
            d0,
            d1,
            q0,
            q1,
            q2,
            q3,
            a0,
            a1,
            a2,
            a3,
            _,
            flags,
            w0,
            w1,
            _,
            _,
            u0,
            u1,
        ] = self.header;
        Segment {
            at: packet.at,
            origin: packet.origin,
            source: Endpoint {
                address: self.source,
                port: u16::from_be_bytes([s0, s1]),
            },
            destination: Endpoint {
                address: self.destination,
                port: u16::from_be_bytes([d0, d1]),
            },
            tag: self.tag,
            seq: SeqNum(u32::from_be_bytes([q0, q1, q2, q3])),
            ack: SeqNum(u32::from_be_bytes([a0, a1, a2, a3])),
            flags: TcpFlags(flags),
            window: u16::from_be_bytes([w0, w1]),
            urgent: u16::from_be_bytes([u0, u1]),
            options: self.options,
            timestamps: transport::stamps(self.stamps),
            payload: self.payload,
            #[expect(clippy::cast_possible_truncation, reason = "cut to a 16-bit length")]
            wire_payload_len: self.payload.len() as u32,
            checksum: self.checksum,
        }
    }
}

/// Source, destination, TCP segment, and whether the header's checksum is wrong.
type Network<'p> = (Address, Address, &'p [u8], bool);

fn ipv4(bytes: &[u8], mode: ChecksumMode) -> Option<Network<'_>> {
    let (header, behind) = bytes.split_first_chunk::<IPV4_LEN>()?;
    let &[
        version,
        _,
        l0,
        l1,
        _,
        _,
        f0,
        f1,
        _,
        protocol,
        _,
        _,
        s0,
        s1,
        s2,
        s3,
        d0,
        d1,
        d2,
        d3,
    ] = header;
    // Version 4 and no options; neither an offset nor more fragments.
    if version != 0x45 || protocol != TCP || f0 & 0x3f != 0 || f1 != 0 {
        return None;
    }
    let total_len = usize::from(u16::from_be_bytes([l0, l1]));
    let sum = Sum::of_ipv4_header(header);
    Some((
        Address::v4([s0, s1, s2, s3]),
        Address::v4([d0, d1, d2, d3]),
        behind.get(..total_len.checked_sub(header.len())?)?,
        checksum::refuses_ipv4(header, sum, mode),
    ))
}

fn ipv6(bytes: &[u8]) -> Option<Network<'_>> {
    let (&[version, _, _, _, l0, l1, protocol, _], bytes) = bytes.split_first_chunk()?;
    let (&source, bytes) = bytes.split_first_chunk()?;
    let (&destination, behind) = bytes.split_first_chunk()?;
    let payload_len = usize::from(u16::from_be_bytes([l0, l1]));
    if version >> 4 != 6 || protocol != TCP || payload_len == 0 {
        return None;
    }
    let tcp = behind.get(..payload_len)?;
    Some((Address::v6(source), Address::v6(destination), tcp, false))
}

/// Bytes of an Ethernet header, and of one of IPv4 without options.
const ETHERNET_LEN: usize = 14;
const IPV4_LEN: usize = 20;

/// Where TCP and its options begin in the plain shape.
const TCP_AT: usize = ETHERNET_LEN + IPV4_LEN;
const TCP_OPTIONS_AT: usize = TCP_AT + FIXED_LEN;

/// Protocol number.
const TCP: u8 = 6;

/// EtherTypes.
const IPV4: [u8; 2] = [0x08, 0x00];
const IPV6: [u8; 2] = [0x86, 0xdd];
const VLAN: [u8; 2] = [0x81, 0x00];
