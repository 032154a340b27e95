//! The common shape, straight through: Ethernet II, at most one VLAN, plain IPv4 or IPv6, TCP.
//!
//! Everything is where it always is, so fields are read by hand and nothing is looked up,
//! allocated or looped over but the checksum. All of it is inlined into the caller, where a segment
//! that is handed on by value would be copied twice (a third of the time of decoding). Whatever is odd in any way goes to the general path,
//! which is the one that decides what to call it.

use super::checksum::{self, Sum};
use super::transport::{self, FIXED_LEN, Options};
use super::walk::plus_vlan;
use super::{ChecksumMode, DecodeConfig, TagBy};
use crate::packet::{LinkType, Packet};
use crate::segment::{Address, Checksum, Endpoint, Segment, SeqNum, TcpFlags};

/// What the headers of a packet of the common shape say. Few enough words to stay in registers:
/// the [`Segment`] is written once, where it is wanted.
#[derive(Clone, Copy)]
pub(super) struct Common<'p> {
    source: Address,
    destination: Address,
    tag: u32,
    header: &'p [u8; FIXED_LEN],
    options: &'p [u8],
    stamps: Option<&'p [u8; 8]>,
    pub(super) payload: &'p [u8],
    pub(super) checksum: Checksum,
}

impl<'p> Common<'p> {
    /// `None` where the packet is not whole, or not of the common shape.
    #[inline(always)]
    pub(super) fn parse(packet: &Packet<'p>, config: &DecodeConfig) -> Option<Self> {
        if packet.link != LinkType::ETHERNET || packet.wire_len as usize > packet.data.len() {
            return None;
        }
        let (&[.., k0, k1], mut rest) = packet.data.split_first_chunk::<14>()?;
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
            mode => mode.judge(checksum::verify(source, destination, tcp)),
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

    /// The segment.
    #[inline(always)]
    pub(super) fn segment(self, packet: &Packet<'p>) -> Segment<'p> {
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

#[inline(always)]
fn ipv4(bytes: &[u8], mode: ChecksumMode) -> Option<Network<'_>> {
    let (header, behind) = bytes.split_first_chunk::<20>()?;
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

#[inline(always)]
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

/// Protocol number.
const TCP: u8 = 6;

/// EtherTypes.
const IPV4: [u8; 2] = [0x08, 0x00];
const IPV6: [u8; 2] = [0x86, 0xdd];
const VLAN: [u8; 2] = [0x81, 0x00];
