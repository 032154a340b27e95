//! Link layers and what sits between them and IP: Ethernet, VLANs, cooked captures, PPP, MPLS.

use etherparse::{Ethernet2HeaderSlice, SingleVlanHeaderSlice};

use super::counters::{Layer, Unsupported};
use super::walk::{Context, Next, Rest, Step, Stop};
use crate::packet::LinkType;

/// How packets of a link type begin.
pub(super) fn first(link: LinkType) -> Result<Next, Stop> {
    Ok(match link {
        LinkType::ETHERNET => Next::Ethernet,
        LinkType::NULL | LinkType::LOOP => Next::Family,
        LinkType::RAW | LinkType::RAW_BSD | LinkType::RAW_OPENBSD => Next::Ip,
        LinkType::IPV4 => Next::Ipv4,
        LinkType::IPV6 => Next::Ipv6,
        LinkType::LINUX_SLL => Next::LinuxCooked,
        LinkType::LINUX_SLL2 => Next::LinuxCooked2,
        LINK_PPP | LINK_PPP_HDLC => Next::Ppp,
        LINK_PPP_ETHER => Next::PppoeSession,
        _ => return Err(Stop::Unsupported(Unsupported::LinkType)),
    })
}

/// Ethernet II, or 802.3 with a length where the type would be.
pub(super) fn ethernet(rest: Rest<'_>) -> Step<'_> {
    let (header, rest) = rest.take::<14>(Layer::Link)?;
    let header =
        Ethernet2HeaderSlice::from_slice(header).map_err(|_| Stop::Malformed(Layer::Link))?;
    Ok((Next::EtherType(header.ether_type().0), rest))
}

/// What an EtherType announces.
pub(super) fn ether_type<'x>(kind: u16, rest: Rest<'x>, context: &mut Context) -> Step<'x> {
    match kind {
        0x0800 => Ok((Next::Ipv4, rest)),
        0x86dd => Ok((Next::Ipv6, rest)),
        // 802.1Q, 802.1ad, and what came before it.
        0x8100 | 0x88a8 | 0x9100 | 0x9200 | 0x9300 => {
            let (header, rest) = rest.take::<4>(Layer::Vlan)?;
            let header = SingleVlanHeaderSlice::from_slice(header)
                .map_err(|_| Stop::Malformed(Layer::Vlan))?;
            context.vlan(header.vlan_identifier().value());
            Ok((Next::EtherType(header.ether_type().0), rest))
        }
        0x8847 | 0x8848 => Ok((Next::Mpls, rest)),
        0x8864 => Ok((Next::PppoeSession, rest)),
        // Transparent Ethernet bridging, inside GRE and GENEVE.
        0x6558 => Ok((Next::Ethernet, rest)),
        0x894f => Ok((Next::Nsh, rest)),
        0..=MAX_802_3_LEN => snap(usize::from(kind), rest),
        _ => Err(Stop::NotIp),
    }
}

/// 802.3 with LLC and SNAP (RFC 1042): IP under an EtherType all the same. A length of 0 stands
/// for frames that an offload made too long for the field.
fn snap(len: usize, rest: Rest<'_>) -> Step<'_> {
    let rest = match len {
        0 => rest,
        len => rest.limit(len).ok_or(Stop::Malformed(Layer::Link))?,
    };
    match rest.take::<8>(Layer::Link) {
        Ok((&[0xaa, 0xaa, 3, 0, 0, 0, a, b], rest)) => {
            Ok((Next::EtherType(u16::from_be_bytes([a, b])), rest))
        }
        Err(cut @ Stop::HeaderCut(_)) => Err(cut),
        _ => Err(Stop::NotIp),
    }
}

/// Linux cooked capture v1: `any` on older systems.
pub(super) fn linux_cooked(rest: Rest<'_>) -> Step<'_> {
    let (&[_, _, h0, h1, _, _, _, _, _, _, _, _, _, _, p0, p1], rest) =
        rest.take::<16>(Layer::Link)?;
    cooked(
        u16::from_be_bytes([h0, h1]),
        u16::from_be_bytes([p0, p1]),
        rest,
    )
}

/// Linux cooked capture v2.
pub(super) fn linux_cooked_2(rest: Rest<'_>) -> Step<'_> {
    let (&[p0, p1, _, _, _, _, _, _, h0, h1, ..], rest) = rest.take::<20>(Layer::Link)?;
    cooked(
        u16::from_be_bytes([h0, h1]),
        u16::from_be_bytes([p0, p1]),
        rest,
    )
}

/// The protocol field is an EtherType, except for interfaces that have none.
fn cooked(hardware: u16, protocol: u16, rest: Rest<'_>) -> Step<'_> {
    match hardware {
        ARPHRD_NETLINK => Err(Stop::NotIp),
        ARPHRD_IEEE80211..=ARPHRD_IEEE80211_RADIOTAP => {
            Err(Stop::Unsupported(Unsupported::LinkType))
        }
        // Below 1,536 it is one of Linux's own numbers, and no length.
        _ if protocol <= MAX_802_3_LEN => match protocol {
            LINUX_802_2 => snap(0, rest),
            _ => Err(Stop::NotIp),
        },
        _ => Ok((Next::EtherType(protocol), rest)),
    }
}

/// NULL and LOOP: four bytes of address family, in the byte order of whoever captured (NULL) or
/// the network's (LOOP). No family is above 255, so the order shows.
pub(super) fn family(rest: Rest<'_>) -> Step<'_> {
    let (&family, rest) = rest.take::<4>(Layer::Link)?;
    let family = match u32::from_le_bytes(family) {
        little if little < 256 => little,
        other => other.swap_bytes(),
    };
    match family {
        2 => Ok((Next::Ipv4, rest)),
        // Linux; NetBSD and OpenBSD; FreeBSD; macOS.
        10 | 24 | 28 | 30 => Ok((Next::Ipv6, rest)),
        _ => Err(Stop::NotIp),
    }
}

/// PPPoE session stage (RFC 2516 4).
pub(super) fn pppoe_session(rest: Rest<'_>) -> Step<'_> {
    let (&[version, code, _, _, l0, l1], rest) = rest.take::<6>(Layer::Pppoe)?;
    if version != 0x11 {
        return Err(Stop::Malformed(Layer::Pppoe));
    }
    if code != 0 {
        return Err(Stop::NotIp); // discovery
    }
    let rest = rest
        .limit(usize::from(u16::from_be_bytes([l0, l1])))
        .ok_or(Stop::Malformed(Layer::Pppoe))?;
    Ok((Next::Ppp, rest))
}

/// The PPP protocol field, one byte where that is odd (RFC 1661 2), behind `ff 03` on some links.
pub(super) fn ppp(rest: Rest<'_>) -> Step<'_> {
    let rest = match *rest.data() {
        [0xff, 3, ..] => rest.take::<2>(Layer::Pppoe)?.1,
        _ => rest,
    };
    let (&[first], behind) = rest.take::<1>(Layer::Pppoe)?;
    let (protocol, rest) = if first & 1 == 1 {
        (u16::from(first), behind)
    } else {
        let (&protocol, rest) = rest.take::<2>(Layer::Pppoe)?;
        (u16::from_be_bytes(protocol), rest)
    };
    match protocol {
        0x21 => Ok((Next::Ipv4, rest)),
        0x57 => Ok((Next::Ipv6, rest)),
        0x281 | 0x283 => Ok((Next::Mpls, rest)),
        _ => Err(Stop::NotIp),
    }
}

/// One MPLS label (RFC 3032 2.1). Behind the last, nothing says what comes: IP by its version
/// nibble, Ethernet behind a pseudowire control word (RFC 4385 3) or at once.
pub(super) fn mpls(rest: Rest<'_>) -> Step<'_> {
    let (&[_, _, bottom, _], rest) = rest.take::<4>(Layer::Mpls)?;
    if bottom & 1 == 0 {
        return Ok((Next::Mpls, rest));
    }
    let &[first] = rest.peek::<1>(Layer::Mpls)?;
    match first >> 4 {
        4 => Ok((Next::Ipv4, rest)),
        6 => Ok((Next::Ipv6, rest)),
        0 => Ok((Next::Ethernet, rest.take::<4>(Layer::Mpls)?.1)),
        1 => Err(Stop::NotIp), // associated channel: OAM
        _ => Ok((Next::Ethernet, rest)),
    }
}

/// Larger values of the field are types (IEEE 802.3 3.2.6).
const MAX_802_3_LEN: u16 = 1535;

/// `LINKTYPE_PPP`, `LINKTYPE_PPP_HDLC`, `LINKTYPE_PPP_ETHER`.
const LINK_PPP: LinkType = LinkType(9);
const LINK_PPP_HDLC: LinkType = LinkType(50);
const LINK_PPP_ETHER: LinkType = LinkType(51);

/// Hardware types of Linux (`if_arp.h`) whose packets have no EtherType.
const ARPHRD_IEEE80211: u16 = 801;
const ARPHRD_IEEE80211_RADIOTAP: u16 = 803;
const ARPHRD_NETLINK: u16 = 824;

/// `ETH_P_802_2` of Linux: LLC follows.
const LINUX_802_2: u16 = 4;
