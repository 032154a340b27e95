//! What carries packets inside IP: GRE and ERSPAN, and UDP with VXLAN, GENEVE, GTP-U, Teredo.
//!
//! UDP says what it carries by its port alone, so a header that does not look like the tunnel's is
//! no damaged tunnel but some other protocol there: [`Stop::NotTcp`].

use etherparse::UdpHeaderSlice;

use super::counters::{Layer, Unsupported};
use super::walk::{Context, Next, Rest, Step, Stop};

/// GRE (RFC 2784, RFC 2890; version 1: RFC 2637 4.1), NVGRE (RFC 7637).
pub(super) fn gre<'x>(rest: Rest<'x>, context: &mut Context) -> Step<'x> {
    let (&[flags, version, k0, k1], mut rest) = rest.take::<4>(Layer::Gre)?;
    let kind = u16::from_be_bytes([k0, k1]);
    let has = |bit: u8| flags & bit != 0;
    if has(0x40) {
        return Err(Stop::NotTcp); // source routes, RFC 1701: not seen since
    }
    match version & 7 {
        0 => {
            if has(0x80) {
                rest = rest.take::<4>(Layer::Gre)?.1; // checksum
            }
            if has(0x20) {
                let (&[a, b, c, _], after) = rest.take::<4>(Layer::Gre)?;
                if kind == ETHERNET {
                    context.vni([a, b, c]); // NVGRE: VSID, and 8 bits of flow id
                }
                rest = after;
            }
            if has(0x10) {
                rest = rest.take::<4>(Layer::Gre)?.1; // sequence number
            }
        }
        1 if kind == PPP => {
            let (&[l0, l1, _, _], after) = rest.take::<4>(Layer::Gre)?;
            let len = usize::from(u16::from_be_bytes([l0, l1]));
            rest = after;
            if !has(0x10) {
                return Err(Stop::NotTcp); // an acknowledgment alone
            }
            rest = rest.take::<4>(Layer::Gre)?.1; // sequence number
            if version & 0x80 != 0 {
                rest = rest.take::<4>(Layer::Gre)?.1; // acknowledgment number
            }
            rest = rest.limit(len).ok_or(Stop::Malformed(Layer::Gre))?;
        }
        _ => return Err(Stop::NotTcp),
    }
    match kind {
        PPP => Ok((Next::Ppp, rest)),
        // ERSPAN type I has no header of its own, and no GRE sequence number either.
        0x88be if has(0x10) => Ok((Next::Erspan2, rest)),
        0x88be => Ok((Next::Erspan1, rest)),
        0x22eb => Ok((Next::Erspan3, rest)),
        // Aruba: 802.11 frames.
        0x8200..=0x9000 if (kind & 0xff0f) == 0x8200 => {
            Err(Stop::Unsupported(Unsupported::LinkType))
        }
        0..=1535 => Err(Stop::NotTcp),
        kind => Ok((Next::EtherType(kind), rest)),
    }
}

/// ERSPAN type II: 8 bytes, then an Ethernet frame.
pub(super) fn erspan_2(rest: Rest<'_>) -> Step<'_> {
    let (&[version, ..], rest) = rest.take::<8>(Layer::Erspan)?;
    if version >> 4 != 1 {
        return Err(Stop::Malformed(Layer::Erspan));
    }
    Ok((Next::Ethernet, rest))
}

/// ERSPAN type III: 12 bytes, 8 more where the last bit says so, then a frame of the type given.
pub(super) fn erspan_3(rest: Rest<'_>) -> Step<'_> {
    let (&[version, _, _, _, _, _, _, _, _, _, kind, last], mut rest) =
        rest.take::<12>(Layer::Erspan)?;
    if version >> 4 != 2 {
        return Err(Stop::Malformed(Layer::Erspan));
    }
    if last & 1 == 1 {
        rest = rest.take::<8>(Layer::Erspan)?.1; // platform specific
    }
    match kind >> 2 & 0x1f {
        0 => Ok((Next::Ethernet, rest)),
        2 => Ok((Next::Ip, rest)),
        _ => Err(Stop::NotIp),
    }
}

/// UDP (RFC 768), as far as it carries a tunnel.
pub(super) fn udp(rest: Rest<'_>) -> Step<'_> {
    let (header, rest) = rest.take::<8>(Layer::Udp)?;
    let header = UdpHeaderSlice::from_slice(header).map_err(|_| Stop::Malformed(Layer::Udp))?;
    let next = match (header.source_port(), header.destination_port()) {
        // IANA; and what Linux used before there was a number.
        (_, 4789 | 8472) => Next::Vxlan,
        (_, 4790) => Next::VxlanGpe,
        (_, 6081) => Next::Geneve,
        (_, 6635) => Next::Mpls, // RFC 7510
        (_, 4754) => Next::Gre,  // RFC 8086
        (2152, _) | (_, 2152) => Next::Gtp,
        (3544, _) | (_, 3544) => Next::Teredo,
        _ => return Err(Stop::NotTcp),
    };
    let rest = match header.length() {
        0 => rest, // too long for the field: an offload
        len => usize::from(len)
            .checked_sub(8)
            .and_then(|len| rest.limit(len))
            .ok_or(Stop::Malformed(Layer::Udp))?,
    };
    Ok((next, rest))
}

/// VXLAN (RFC 7348 5).
pub(super) fn vxlan<'x>(rest: Rest<'x>, context: &mut Context) -> Step<'x> {
    let (&[flags, _, _, _, a, b, c, _], rest) = tunnel_header::<8>(rest, Layer::Vxlan)?;
    if flags & 0x08 == 0 {
        return Err(Stop::NotTcp);
    }
    context.vni([a, b, c]);
    Ok((Next::Ethernet, rest))
}

/// VXLAN-GPE: as VXLAN, and a next protocol (draft-ietf-nvo3-vxlan-gpe 3).
pub(super) fn vxlan_gpe<'x>(rest: Rest<'x>, context: &mut Context) -> Step<'x> {
    let (&[flags, _, _, protocol, a, b, c, _], rest) = tunnel_header::<8>(rest, Layer::Vxlan)?;
    // Version 0, and not an OAM packet.
    if flags & 0x31 != 0 {
        return Err(Stop::NotTcp);
    }
    if flags & 0x08 != 0 {
        context.vni([a, b, c]);
    }
    let protocol = if flags & 0x04 != 0 {
        protocol
    } else {
        GPE_ETHERNET
    };
    gpe_protocol(protocol, rest)
}

/// GENEVE (RFC 8926 3.4): options are skipped; what is inside is an EtherType's.
pub(super) fn geneve<'x>(rest: Rest<'x>, context: &mut Context) -> Step<'x> {
    let (&[first, flags, p0, p1, a, b, c, _], rest) = tunnel_header::<8>(rest, Layer::Geneve)?;
    if first >> 6 != 0 || flags & 0x80 != 0 {
        return Err(Stop::NotTcp); // another version, or a control packet
    }
    let options_len = usize::from(first & 0x3f) * 4;
    if options_len > rest.wire() {
        return Err(Stop::NotTcp);
    }
    let (_, rest) = rest.split(options_len, Layer::Geneve)?;
    context.vni([a, b, c]);
    Ok((Next::EtherType(u16::from_be_bytes([p0, p1])), rest))
}

/// The network service header (RFC 8300 2.2), which service chains put before the packet.
pub(super) fn nsh(rest: Rest<'_>) -> Step<'_> {
    let &[_, len, _, protocol] = rest.peek::<4>(Layer::Vxlan)?;
    let len = usize::from(len & 0x3f) * 4;
    if len < 8 {
        return Err(Stop::Malformed(Layer::Vxlan));
    }
    let (_, rest) = rest.split(len, Layer::Vxlan)?;
    gpe_protocol(protocol, rest)
}

/// The numbers that VXLAN-GPE and NSH share.
fn gpe_protocol(protocol: u8, rest: Rest<'_>) -> Step<'_> {
    match protocol {
        1 => Ok((Next::Ipv4, rest)),
        2 => Ok((Next::Ipv6, rest)),
        GPE_ETHERNET => Ok((Next::Ethernet, rest)),
        4 => Ok((Next::Nsh, rest)),
        5 => Ok((Next::Mpls, rest)),
        _ => Err(Stop::NotIp),
    }
}

/// GTP-U (3GPP TS 29.281 5.1): user packets of a mobile network.
pub(super) fn gtp(rest: Rest<'_>) -> Step<'_> {
    let (&[flags, kind, l0, l1, _, _, _, _], rest) = tunnel_header::<8>(rest, Layer::Udp)?;
    if flags >> 4 != 3 || kind != GTP_USER_DATA {
        return Err(Stop::NotTcp);
    }
    let len = usize::from(u16::from_be_bytes([l0, l1]));
    let mut rest = rest.limit(len).ok_or(Stop::NotTcp)?;
    if flags & 7 != 0 {
        let (&[_, _, _, mut extension], after) = tunnel_header::<4>(rest, Layer::Udp)?;
        rest = after;
        if flags & 4 != 0 {
            // Each says its length in units of 4 bytes, and at its end what the next one is.
            while extension != 0 {
                let len = usize::from(rest.peek::<1>(Layer::Udp)?[0]) * 4;
                if len == 0 {
                    return Err(Stop::NotTcp);
                }
                let (header, after) = rest.split(len, Layer::Udp)?;
                extension = header.last().copied().unwrap_or(0);
                rest = after;
            }
        }
    }
    inner_ip(rest)
}

/// Teredo (RFC 4380 5.1.1): IPv6, behind an authentication and an origin indication or not.
pub(super) fn teredo(rest: Rest<'_>) -> Step<'_> {
    let mut rest = rest;
    if let &[0, 1, id_len, value_len, ..] = rest.data() {
        let len = 4 + usize::from(id_len) + usize::from(value_len) + 9;
        rest = rest.split(len, Layer::Udp)?.1;
    }
    if let &[0, 0, ..] = rest.data() {
        rest = rest.split(8, Layer::Udp)?.1;
    }
    match rest.data().first() {
        Some(first) if first >> 4 == 6 => Ok((Next::Ipv6, rest)),
        _ => Err(Stop::NotTcp),
    }
}

/// IP by its version nibble, where anything else means that this is no tunnel.
fn inner_ip(rest: Rest<'_>) -> Step<'_> {
    match rest.data().first().map(|first| first >> 4) {
        Some(4) => Ok((Next::Ipv4, rest)),
        Some(6) => Ok((Next::Ipv6, rest)),
        _ => Err(Stop::NotTcp),
    }
}

/// A header that is too short on the wire is not this tunnel's.
fn tunnel_header<const N: usize>(
    rest: Rest<'_>,
    layer: Layer,
) -> Result<(&[u8; N], Rest<'_>), Stop> {
    rest.take(layer).map_err(|stop| match stop {
        Stop::Malformed(_) => Stop::NotTcp,
        other => other,
    })
}

/// GRE protocol types that are no ordinary EtherTypes.
const ETHERNET: u16 = 0x6558;
const PPP: u16 = 0x880b;

/// Next protocol of VXLAN-GPE: also where none is given.
const GPE_ETHERNET: u8 = 3;

/// Message type of a user packet (G-PDU).
const GTP_USER_DATA: u8 = 255;
