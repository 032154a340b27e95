//! The common shape, straight through: Ethernet II, at most one VLAN, plain IPv4 or IPv6, TCP.
//!
//! Everything is where it always is, so fields are read by hand and nothing is looked up,
//! allocated or looped over but the checksum. Whatever is odd in any way goes to the general path,
//! which is the one that decides what to call it.

use super::checksum::{self, Sum};
use super::transport::{FIXED_LEN, Options, options};
use super::walk::plus_vlan;
use super::{ChecksumMode, DecodeConfig, TagBy};
use crate::packet::{LinkType, Packet};
use crate::segment::{Address, Checksum, Endpoint, Segment, SeqNum, TcpFlags};

/// The segment, where the packet is whole and of the common shape.
#[inline]
pub(super) fn segment<'p>(packet: &Packet<'p>, config: &DecodeConfig) -> Option<Segment<'p>> {
    if packet.link != LinkType::ETHERNET || packet.wire_len as usize > packet.data.len() {
        return None;
    }
    let (ethernet, mut rest) = packet.data.split_first_chunk::<14>()?;
    let mut kind = [ethernet[12], ethernet[13]];
    let mut tag = 0;
    if kind == VLAN {
        let (&[t0, t1, k0, k1], behind) = rest.split_first_chunk::<4>()?;
        if matches!(config.tag, TagBy::Vlan | TagBy::VlanAndVni) {
            tag = plus_vlan(0, u16::from_be_bytes([t0, t1]));
        }
        kind = [k0, k1];
        rest = behind;
    }

    let (source, destination, tcp, ip_good) = match kind {
        IPV4 => {
            let (header, behind) = rest.split_first_chunk::<20>()?;
            let total_len = usize::from(u16::from_be_bytes([header[2], header[3]]));
            // Version 4 and no options; TCP; neither an offset nor more fragments.
            if header[0] != 0x45 || header[9] != 6 || header[6] & 0x3f != 0 || header[7] != 0 {
                return None;
            }
            let (_, addresses) = header.split_last_chunk::<8>()?;
            let &[s0, s1, s2, s3, d0, d1, d2, d3] = addresses;
            let sum = Sum::of_ipv4_header(header);
            let ip_good = !checksum::refuses_ipv4(header, sum, config.checksum);
            (
                Address::v4([s0, s1, s2, s3]),
                Address::v4([d0, d1, d2, d3]),
                behind.get(..total_len.checked_sub(20)?)?,
                ip_good,
            )
        }
        IPV6 => {
            let (header, behind) = rest.split_first_chunk::<40>()?;
            let payload_len = usize::from(u16::from_be_bytes([header[4], header[5]]));
            if header[0] >> 4 != 6 || header[6] != 6 || payload_len == 0 {
                return None;
            }
            let (source, destination) = header.split_last_chunk::<32>()?.1.split_first_chunk()?;
            (
                Address::v6(*source),
                Address::v6(*destination.first_chunk()?),
                behind.get(..payload_len)?,
                true,
            )
        }
        _ => return None,
    };

    let (header, behind) = tcp.split_first_chunk::<FIXED_LEN>()?;
    let options_len = (usize::from(header[12] >> 4) * 4).checked_sub(FIXED_LEN)?;
    let (option_bytes, payload) = behind.split_at_checked(options_len)?;
    let Options::Fine(timestamps) = options(option_bytes) else {
        return None;
    };
    let checksum = match config.checksum {
        ChecksumMode::Off => Checksum::Unverified,
        _ if !ip_good => Checksum::Bad,
        mode => mode.judge(checksum::verify(source, destination, tcp)),
    };

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
    ] = header;
    Some(Segment {
        at: packet.at,
        origin: packet.origin,
        source: Endpoint {
            address: source,
            port: u16::from_be_bytes([s0, s1]),
        },
        destination: Endpoint {
            address: destination,
            port: u16::from_be_bytes([d0, d1]),
        },
        tag,
        seq: SeqNum(u32::from_be_bytes([q0, q1, q2, q3])),
        ack: SeqNum(u32::from_be_bytes([a0, a1, a2, a3])),
        flags: TcpFlags(flags),
        window: u16::from_be_bytes([w0, w1]),
        urgent: u16::from_be_bytes([u0, u1]),
        options: option_bytes,
        timestamps,
        payload,
        #[expect(
            clippy::cast_possible_truncation,
            reason = "cut to a 16-bit length above"
        )]
        wire_payload_len: payload.len() as u32,
        checksum,
    })
}

/// EtherTypes.
const IPV4: [u8; 2] = [0x08, 0x00];
const IPV6: [u8; 2] = [0x86, 0xdd];
const VLAN: [u8; 2] = [0x81, 0x00];
