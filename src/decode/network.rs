//! IPv4 (RFC 791) and IPv6 (RFC 8200) with its extension headers.

use etherparse::{
    IpAuthHeaderSlice, Ipv4HeaderSlice, Ipv6FragmentHeaderSlice, Ipv6HeaderSlice,
    Ipv6RawExtHeaderSlice,
};

use super::checksum::{self, Sum};
use super::counters::{FragmentDrop, Layer};
use super::fragments::{DatagramKey, Fragment, Placed};
use super::walk::{Next, Rest, Step, Stop, Walk};
use crate::segment::Address;

/// IP of either version, by the nibble that says which.
pub(super) fn ip(rest: Rest<'_>) -> Step<'_> {
    match rest.peek::<1>(Layer::Link)?[0] >> 4 {
        4 => Ok((Next::Ipv4, rest)),
        6 => Ok((Next::Ipv6, rest)),
        _ => Err(Stop::NotIp),
    }
}

/// An IPv4 header and, where the packet is a fragment, its place in the datagram.
pub(super) fn ipv4<'x>(rest: Rest<'x>, walk: &mut Walk<'_>) -> Step<'x> {
    const BAD: Stop = Stop::Malformed(Layer::Ipv4);
    let fixed = rest.peek::<20>(Layer::Ipv4)?;
    let header_len = usize::from(fixed[0] & 0xf) * 4;
    if fixed[0] >> 4 != 4 || header_len < fixed.len() {
        return Err(BAD);
    }
    let total_len = match u16::from_be_bytes([fixed[2], fixed[3]]) {
        // Too long for the field: a segmentation offload, before the card cut it up, or BIG TCP.
        0 => rest.wire(),
        len => usize::from(len),
    };
    // Ethernet pads short frames to 60 bytes, so the payload ends where the total length says. A
    // frame that is shorter is dropped by every receiver.
    let rest = rest.limit(total_len).ok_or(BAD)?;
    let (bytes, rest) = rest.split(header_len, Layer::Ipv4)?;
    let header = Ipv4HeaderSlice::from_slice(bytes).map_err(|_| BAD)?;

    let context = &mut walk.context;
    context.source = Address::v4(header.source());
    context.destination = Address::v4(header.destination());
    context.version_6 = false;
    context.ip_headers += 1;
    context.ip_checksum_bad |= checksum::refuses_ipv4(bytes, Sum::of(bytes), walk.checksum);

    let protocol = header.protocol().0;
    if !header.is_fragmenting_payload() {
        return Ok((Next::Protocol(protocol), rest));
    }
    if context.ip_checksum_bad {
        // No receiver would have put this one with the others.
        return Err(Stop::Dropped(FragmentDrop::Checksum));
    }
    let fragment = Fragment {
        key: DatagramKey {
            source: context.source,
            destination: context.destination,
            id: u32::from(header.identification()),
            protocol: Some(protocol),
            tag: context.tag(),
        },
        protocol,
        header_len,
        offset: usize::from(header.fragments_offset().value()) * 8,
        more: header.more_fragments(),
    };
    place(fragment, rest, walk)
}

/// An IPv6 header.
pub(super) fn ipv6<'x>(rest: Rest<'x>, walk: &mut Walk<'_>) -> Step<'x> {
    const BAD: Stop = Stop::Malformed(Layer::Ipv6);
    let (bytes, rest) = rest.take::<40>(Layer::Ipv6)?;
    let header = Ipv6HeaderSlice::from_slice(bytes).map_err(|_| BAD)?;
    let protocol = header.next_header().0;
    let rest = match header.payload_length() {
        0 => {
            let jumbo = match protocol {
                HOP_BY_HOP => jumbo_len(rest)?,
                _ => None,
            };
            match jumbo {
                Some(len) => rest.limit(len).ok_or(BAD)?,
                // As for IPv4: an offload, or BIG TCP as newer kernels show it.
                None => rest,
            }
        }
        len => rest.limit(usize::from(len)).ok_or(BAD)?,
    };
    let context = &mut walk.context;
    context.source = Address::v6(header.source());
    context.destination = Address::v6(header.destination());
    context.version_6 = true;
    context.ip_headers += 1;
    Ok((Next::Protocol(protocol), rest))
}

/// The length of a jumbogram (RFC 2675 2), from the hop-by-hop header that begins `rest`.
fn jumbo_len(rest: Rest<'_>) -> Result<Option<usize>, Stop> {
    let (header, _) = extension(rest)?;
    match option(header.payload(), OPTION_JUMBO)? {
        // RFC 2675 3: the option with 65,535 bytes or fewer is an error.
        Some(&[a, b, c, d]) => match u32::from_be_bytes([a, b, c, d]) {
            0..=65_535 => Err(Stop::Malformed(Layer::Ipv6Extension)),
            len => Ok(Some(len as usize)),
        },
        Some(_) => Err(Stop::Malformed(Layer::Ipv6Extension)),
        None => Ok(None),
    }
}

/// What the protocol field of the innermost IP header, or of the extension header before, says.
pub(super) fn protocol<'x>(protocol: u8, rest: Rest<'x>, walk: &mut Walk<'_>) -> Step<'x> {
    match protocol {
        6 => Ok((Next::Tcp, rest)),
        17 => Ok((Next::Udp, rest)),
        4 => Ok((Next::Ipv4, rest)),
        41 => Ok((Next::Ipv6, rest)),
        47 => Ok((Next::Gre, rest)),
        137 => Ok((Next::Mpls, rest)),     // RFC 4023
        143 => Ok((Next::Ethernet, rest)), // RFC 8986 4.9
        AUTHENTICATION => authentication(rest),
        _ if !walk.context.version_6 => Err(Stop::NotTcp),
        ROUTING => routing(rest, walk),
        FRAGMENT => fragment(rest, walk),
        DESTINATION_OPTIONS => destination_options(rest, walk),
        // Hop-by-hop, mobility, HIP, shim6.
        HOP_BY_HOP | 135 | 139 | 140 => {
            let (header, rest) = extension(rest)?;
            Ok((Next::Protocol(header.next_header().0), rest))
        }
        _ => Err(Stop::NotTcp),
    }
}

/// RFC 4302 2: integrity without secrecy, so what follows can be read.
fn authentication(rest: Rest<'_>) -> Step<'_> {
    const BAD: Stop = Stop::Malformed(Layer::Ipv6Extension);
    let &[_, len] = rest.peek::<2>(Layer::Ipv6Extension)?;
    let (bytes, rest) = rest.split(usize::from(len) * 4 + 8, Layer::Ipv6Extension)?;
    let header = IpAuthHeaderSlice::from_slice(bytes).map_err(|_| BAD)?;
    Ok((Next::Protocol(header.next_header().0), rest))
}

/// A routing header. Where it has not been followed to its end yet, the pseudo-header has the
/// final destination (RFC 8200 8.1), and so has the connection.
fn routing<'x>(rest: Rest<'x>, walk: &mut Walk<'_>) -> Step<'x> {
    let (header, rest) = extension(rest)?;
    if let Some((&[kind, left], body)) = header.payload().split_first_chunk::<2>()
        && left > 0
    {
        let addresses = body.get(4..).unwrap_or_default().as_chunks::<16>().0;
        let last = match kind {
            0 | 2 => addresses.last(), // RFC 2460 4.4, RFC 6275 6.4
            4 => addresses.first(),    // RFC 8754 2: in reverse order
            _ => None,
        };
        if let Some(&address) = last {
            walk.context.destination = Address::v6(address);
        }
    }
    Ok((Next::Protocol(header.next_header().0), rest))
}

/// Destination options. A home address there (RFC 6275 6.3) is the true source: of the
/// pseudo-header (RFC 6275 11.3.1) and of the connection.
fn destination_options<'x>(rest: Rest<'x>, walk: &mut Walk<'_>) -> Step<'x> {
    let (header, rest) = extension(rest)?;
    if let Some(home) = option(header.payload(), OPTION_HOME_ADDRESS)? {
        let home = home
            .try_into()
            .map_err(|_| Stop::Malformed(Layer::Ipv6Extension))?;
        walk.context.source = Address::v6(home);
    }
    Ok((Next::Protocol(header.next_header().0), rest))
}

/// A fragment header (RFC 8200 4.5).
fn fragment<'x>(rest: Rest<'x>, walk: &mut Walk<'_>) -> Step<'x> {
    let (header, rest) = rest.take::<8>(Layer::Ipv6Extension)?;
    let header = Ipv6FragmentHeaderSlice::from_slice(header)
        .map_err(|_| Stop::Malformed(Layer::Ipv6Extension))?;
    let protocol = header.next_header().0;
    // RFC 6946: an atomic fragment is a datagram of its own, whatever else has its id.
    if !header.is_fragmenting_payload() {
        return Ok((Next::Protocol(protocol), rest));
    }
    let fragment = Fragment {
        key: DatagramKey {
            source: walk.context.source,
            destination: walk.context.destination,
            id: header.identification(),
            protocol: None, // RFC 8200 4.5: the first fragment's counts
            tag: walk.context.tag(),
        },
        protocol,
        header_len: 0,
        offset: usize::from(header.fragment_offset().value()) * 8,
        more: header.more_fragments(),
    };
    place(fragment, rest, walk)
}

/// Gives a fragment to its datagram.
fn place<'x>(fragment: Fragment, rest: Rest<'x>, walk: &mut Walk<'_>) -> Step<'x> {
    let placed = walk.fragments.place(
        &fragment,
        rest.data(),
        rest.is_cut(),
        walk.now,
        walk.counters,
        &mut walk.datagram,
    );
    Err(match placed {
        Placed::Held => Stop::Held,
        Placed::Dropped(why) => Stop::Dropped(why),
        Placed::Complete(protocol) => Stop::Complete(protocol),
    })
}

/// Takes an extension header in the common form (RFC 8200 4) off the front.
fn extension(rest: Rest<'_>) -> Result<(Ipv6RawExtHeaderSlice<'_>, Rest<'_>), Stop> {
    const BAD: Stop = Stop::Malformed(Layer::Ipv6Extension);
    let &[_, len] = rest.peek::<2>(Layer::Ipv6Extension)?;
    let (bytes, rest) = rest.split(usize::from(len) * 8 + 8, Layer::Ipv6Extension)?;
    let header = Ipv6RawExtHeaderSlice::from_slice(bytes).map_err(|_| BAD)?;
    Ok((header, rest))
}

/// Finds an option by its type (RFC 8200 4.2).
fn option(mut options: &[u8], wanted: u8) -> Result<Option<&[u8]>, Stop> {
    const BAD: Stop = Stop::Malformed(Layer::Ipv6Extension);
    loop {
        options = match *options {
            [] => return Ok(None),
            [0, ..] => options.get(1..).ok_or(BAD)?, // Pad1
            [kind, len, ..] => {
                let body = options.get(2..).ok_or(BAD)?;
                let (body, after) = body.split_at_checked(usize::from(len)).ok_or(BAD)?;
                if kind == wanted {
                    return Ok(Some(body));
                }
                after
            }
            [_] => return Err(BAD),
        };
    }
}

/// Next header values of IPv6 (IANA "Assigned Internet Protocol Numbers").
const HOP_BY_HOP: u8 = 0;
const ROUTING: u8 = 43;
const FRAGMENT: u8 = 44;
const AUTHENTICATION: u8 = 51;
const DESTINATION_OPTIONS: u8 = 60;

/// Option types (IANA "Destination Options and Hop-by-Hop Options").
const OPTION_JUMBO: u8 = 0xc2;
const OPTION_HOME_ADDRESS: u8 = 0xc9;
