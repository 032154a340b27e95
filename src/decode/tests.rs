//! Cases 32 to 39 of the reassembly design, each on frames made here.

#![allow(
    clippy::items_after_statements,
    clippy::similar_names,
    reason = "tests"
)]

use std::net::Ipv6Addr;

use etherparse::{Ipv4Header, Ipv6Header, TcpHeader};

use super::*;
use crate::packet::{LinkType, Origin, Timestamp};
use crate::segment::{Address, SeqNum};

const PAYLOAD: &[u8] = b"*1\r\n$4\r\nPING\r\n";
const V4: [[u8; 4]; 2] = [[10, 9, 0, 1], [10, 9, 0, 2]];

fn v6() -> [[u8; 16]; 2] {
    ["fd09::1", "fd09::2"].map(|text| text.parse::<Ipv6Addr>().unwrap().octets())
}

/// A TCP segment from port 52344 to 6379 with `OPTIONS`.
fn tcp_header() -> TcpHeader {
    let mut header = TcpHeader::new(52_344, 6379, 0x0102_0304, 512);
    header
        .set_options_raw(&[1, 1, 8, 10, 0, 0, 0, 7, 0, 0, 0, 9])
        .unwrap();
    header
}

fn tcp4(payload: &[u8]) -> Vec<u8> {
    let mut header = tcp_header();
    header.checksum = header
        .calc_checksum_ipv4_raw(V4[0], V4[1], payload)
        .unwrap();
    [&header.to_bytes()[..], payload].concat()
}

fn tcp6(payload: &[u8]) -> Vec<u8> {
    let mut header = tcp_header();
    header.checksum = header
        .calc_checksum_ipv6_raw(v6()[0], v6()[1], payload)
        .unwrap();
    [&header.to_bytes()[..], payload].concat()
}

fn ip4(protocol: u8, payload: &[u8]) -> Vec<u8> {
    let len = u16::try_from(payload.len()).unwrap();
    let mut header = Ipv4Header::new(len, 64, protocol.into(), V4[0], V4[1]).unwrap();
    header.header_checksum = header.calc_header_checksum();
    [&header.to_bytes()[..], payload].concat()
}

fn ip6(next: u8, payload: &[u8]) -> Vec<u8> {
    let header = Ipv6Header {
        payload_length: u16::try_from(payload.len()).unwrap(),
        next_header: next.into(),
        hop_limit: 64,
        source: v6()[0],
        destination: v6()[1],
        ..Ipv6Header::default()
    };
    [&header.to_bytes()[..], payload].concat()
}

/// An IPv4 fragment of `payload[from..to]`.
fn ip4_fragment(id: u16, payload: &[u8], from: usize, to: usize) -> Vec<u8> {
    let mut bytes = ip4(6, &payload[from..to]);
    bytes[4..6].copy_from_slice(&id.to_be_bytes());
    let more = if to < payload.len() { 0x2000 } else { 0 };
    let offset = u16::try_from(from / 8).unwrap() | more;
    bytes[6..8].copy_from_slice(&offset.to_be_bytes());
    set_ipv4_checksum(&mut bytes);
    bytes
}

/// An IPv6 fragment of `payload[from..to]`.
fn ip6_fragment(id: u32, payload: &[u8], from: usize, to: usize) -> Vec<u8> {
    let more = u16::from(to < payload.len());
    let offset = u16::try_from(from).unwrap() | more;
    let header = [&[6, 0][..], &offset.to_be_bytes(), &id.to_be_bytes()].concat();
    ip6(44, &[&header, &payload[from..to]].concat())
}

fn set_ipv4_checksum(bytes: &mut [u8]) {
    let header = Ipv4Header::from_slice(bytes).unwrap().0;
    bytes[10..12].copy_from_slice(&header.calc_header_checksum().to_be_bytes());
}

fn eth(kind: u16, payload: &[u8]) -> Vec<u8> {
    [&[2; 6][..], &[4; 6], &kind.to_be_bytes(), payload].concat()
}

fn vlan(id: u16, kind: u16, payload: &[u8]) -> Vec<u8> {
    [&id.to_be_bytes(), &kind.to_be_bytes(), payload].concat()
}

fn udp(port: u16, payload: &[u8]) -> Vec<u8> {
    let len = u16::try_from(payload.len() + 8).unwrap();
    [
        &50_000_u16.to_be_bytes()[..],
        &port.to_be_bytes(),
        &len.to_be_bytes(),
        &[0, 0],
        payload,
    ]
    .concat()
}

fn vxlan(vni: u8, payload: &[u8]) -> Vec<u8> {
    let header = [&[8, 0, 0, 0, 0, 0, vni, 0][..], payload].concat();
    eth(0x0800, &ip4(17, &udp(4789, &header)))
}

fn packet(data: &[u8]) -> Packet<'_> {
    Packet {
        at: Timestamp(1_000_000_000),
        link: LinkType::ETHERNET,
        data,
        wire_len: u32::try_from(data.len()).unwrap(),
        origin: Origin {
            capture: 2,
            frame: 17,
        },
    }
}

/// What one packet gives, by both paths, which must agree; payload owned.
fn decoded(packet: &Packet<'_>) -> Outcome {
    decoded_with(packet, DecodeConfig::default())
}

fn decoded_with(packet: &Packet<'_>, config: DecodeConfig) -> Outcome {
    let (mut one, mut other) = (Decoder::new(config), Decoder::new(config));
    let (fast, general) = (
        one.decode(packet).into(),
        other.decode_general(packet).into(),
    );
    assert_eq!(fast, general, "the two paths differ");
    assert!(one.counters().balances());
    assert_eq!(one.counters(), other.counters());
    fast
}

/// A [`Decoded`] that can be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Outcome {
    Segment {
        payload: Vec<u8>,
        wire_payload_len: u32,
        checksum: Checksum,
        tag: u32,
    },
    Other(String),
}

impl From<Decoded<'_>> for Outcome {
    fn from(decoded: Decoded<'_>) -> Self {
        match decoded {
            Decoded::Segment(segment) => Self::Segment {
                payload: segment.payload.to_vec(),
                wire_payload_len: segment.wire_payload_len,
                checksum: segment.checksum,
                tag: segment.tag,
            },
            other => Self::Other(format!("{other:?}")),
        }
    }
}

fn whole(payload: &[u8]) -> Outcome {
    Outcome::Segment {
        payload: payload.to_vec(),
        wire_payload_len: u32::try_from(payload.len()).unwrap(),
        checksum: Checksum::Good,
        tag: 0,
    }
}

fn other(decoded: Decoded<'_>) -> Outcome {
    decoded.into()
}

fn malformed(layer: Layer) -> Outcome {
    other(Decoded::Malformed(layer))
}

#[test]
fn every_field_of_a_segment_is_the_headers_field() {
    let frame = eth(0x0800, &ip4(6, &tcp4(PAYLOAD)));
    for fast in [true, false] {
        let mut decoder = Decoder::new(DecodeConfig::default());
        let packet = packet(&frame);
        let decoded = if fast {
            decoder.try_fast(&packet).map(Decoded::Segment)
        } else {
            Some(decoder.decode_general(&packet))
        };
        let Some(Decoded::Segment(segment)) = decoded else {
            panic!("no segment");
        };
        assert_eq!(segment.at, Timestamp(1_000_000_000));
        assert_eq!(
            segment.origin,
            Origin {
                capture: 2,
                frame: 17
            }
        );
        assert_eq!(segment.source.to_string(), "10.9.0.1:52344");
        assert_eq!(segment.destination.to_string(), "10.9.0.2:6379");
        assert_eq!(segment.seq, SeqNum(0x0102_0304));
        assert_eq!(segment.window, 512);
        assert_eq!(segment.flags.0, 0);
        assert_eq!(segment.options.len(), 12);
        assert_eq!(segment.timestamps, Some((7, 9)));
        assert_eq!(segment.payload, PAYLOAD);
        assert_eq!(segment.wire_payload_len as usize, PAYLOAD.len());
        assert_eq!(segment.checksum, Checksum::Good);
    }
}

#[test]
fn case_32_padding_and_frame_check_sequence_are_no_payload() {
    let mut header = TcpHeader::new(52_344, 6379, 1, 512);
    header.checksum = header.calc_checksum_ipv4_raw(V4[0], V4[1], b"").unwrap();
    let mut short = eth(0x0800, &ip4(6, &header.to_bytes()));
    short.resize(60 + 4, 0xee);
    assert_eq!(decoded(&packet(&short)), whole(b""));
    let mut long = eth(0x86dd, &ip6(6, &tcp6(PAYLOAD)));
    long.extend([0xee; 4]);
    assert_eq!(decoded(&packet(&long)), whole(PAYLOAD));
}

#[test]
fn case_33_ipv4_total_length_below_its_header_or_beyond_the_frame_is_malformed() {
    let good = eth(0x0800, &ip4(6, &tcp4(PAYLOAD)));
    for len in [1_u16, 19, 67, 1500, 0xffff] {
        let mut frame = good.clone();
        frame[16..18].copy_from_slice(&len.to_be_bytes());
        set_ipv4_checksum(&mut frame[14..]);
        assert_eq!(decoded(&packet(&frame)), malformed(Layer::Ipv4), "{len}");
    }
}

#[test]
fn case_33_ip_length_0_means_the_record_also_inside_a_tunnel_and_beyond_64_kib() {
    for len in [2000, 70_000] {
        let payload = vec![b'x'; len];
        // The checksum of an offloaded segment is the pseudo-header's: zero will do.
        let tcp = [&tcp_header().to_bytes()[..], &payload].concat();
        let offloaded = |outcome: Outcome| match outcome {
            Outcome::Segment {
                payload,
                wire_payload_len,
                checksum,
                ..
            } => (payload.len(), wire_payload_len as usize, checksum),
            Outcome::Other(other) => panic!("{other}"),
        };
        let expected = (len, len, Checksum::Offloaded);

        let mut v4 = [ip4(6, &[]), tcp.clone()].concat();
        v4[2..4].fill(0);
        set_ipv4_checksum(&mut v4);
        assert_eq!(offloaded(decoded(&packet(&eth(0x0800, &v4)))), expected);

        let mut v6 = [ip6(6, &[]), tcp.clone()].concat();
        v6[4..6].fill(0);
        assert_eq!(offloaded(decoded(&packet(&eth(0x86dd, &v6)))), expected);

        let mut tunnel = vxlan(7, &[]);
        tunnel[16..18].fill(0);
        set_ipv4_checksum(&mut tunnel[14..]);
        tunnel[38..40].fill(0); // UDP length
        let frame = [tunnel, eth(0x0800, &v4)].concat();
        assert_eq!(offloaded(decoded(&packet(&frame))), expected);
    }
}

#[test]
fn case_33_jumbo_payload_option_counts_and_lies_about_it_are_malformed() {
    let payload = vec![b'x'; 70_000];
    let frame = |jumbo: u32| {
        let tcp = [&tcp_header().to_bytes()[..], &payload].concat();
        let option = [&[6, 0, 0xc2, 4][..], &jumbo.to_be_bytes()].concat();
        let mut bytes = [ip6(0, &[]), option, tcp].concat();
        bytes[4..6].fill(0);
        eth(0x86dd, &bytes)
    };
    let len = 8 + 32 + 70_000;
    match decoded(&packet(&frame(len))) {
        Outcome::Segment { payload, .. } => assert_eq!(payload.len(), 70_000),
        Outcome::Other(other) => panic!("{other}"),
    }
    assert_eq!(decoded(&packet(&frame(len + 1))), malformed(Layer::Ipv6));
    assert_eq!(
        decoded(&packet(&frame(65_535))),
        malformed(Layer::Ipv6Extension)
    );
}

#[test]
fn case_34_a_snap_length_cuts_payload_with_a_known_gap_and_headers_into_a_count() {
    let frame = eth(0x0800, &ip4(6, &tcp4(PAYLOAD)));
    let headers = frame.len() - PAYLOAD.len();
    for snap in 0..frame.len() {
        let cut = Packet {
            data: &frame[..snap],
            ..packet(&frame)
        };
        let expected = match snap {
            0..14 => other(Decoded::HeaderCut(Layer::Link)),
            14..34 => other(Decoded::HeaderCut(Layer::Ipv4)),
            34..66 => other(Decoded::HeaderCut(Layer::Tcp)),
            _ => Outcome::Segment {
                payload: PAYLOAD[..snap - headers].to_vec(),
                wire_payload_len: 14,
                checksum: Checksum::Unverified,
                tag: 0,
            },
        };
        assert_eq!(decoded(&cut), expected, "{snap} bytes");
    }
}

#[test]
fn a_frame_that_ends_early_on_the_wire_is_malformed_and_not_cut() {
    let frame = eth(0x0800, &ip4(6, &tcp4(PAYLOAD)));
    for len in 0..frame.len() {
        let expected = if len < 14 { Layer::Link } else { Layer::Ipv4 };
        assert_eq!(
            decoded(&packet(&frame[..len])),
            malformed(expected),
            "{len} bytes"
        );
    }
}

#[test]
fn case_35_tcp_header_lengths_below_20_and_beyond_the_packet_are_malformed() {
    for words in 0..16 {
        let mut frame = eth(0x0800, &ip4(6, &tcp4(b"")));
        frame[34 + 12] = words << 4;
        let outcome = decoded(&packet(&frame));
        match words {
            5..=8 => assert!(matches!(outcome, Outcome::Segment { .. }), "{words}"),
            _ => assert_eq!(outcome, malformed(Layer::Tcp), "{words}"),
        }
    }
}

#[test]
fn case_35_options_of_length_0_or_over_the_end_are_counted_and_the_segment_stands() {
    for bad in [[3, 0, 1, 1], [3, 1, 1, 1], [3, 40, 1, 1]] {
        let mut frame = eth(0x0800, &ip4(6, &tcp4(PAYLOAD)));
        frame[54..58].copy_from_slice(&bad);
        let packet = packet(&frame);
        let mut decoder = Decoder::new(DecodeConfig::default());
        assert!(matches!(decoder.decode(&packet), Decoded::Segment(_)));
        assert_eq!(decoder.counters().tcp_options_overrun, 1, "{bad:?}");
        assert_eq!(decoder.counters().segments, 1);
    }
}

#[test]
fn case_25_checksums_good_offloaded_bad_and_off() {
    let with = |field: Option<[u8; 2]>, mode| {
        let mut frame = eth(0x0800, &ip4(6, &tcp4(PAYLOAD)));
        if let Some(field) = field {
            frame[50..52].copy_from_slice(&field);
        }
        let config = DecodeConfig {
            checksum: mode,
            ..DecodeConfig::default()
        };
        match decoded_with(&packet(&frame), config) {
            Outcome::Segment { checksum, .. } => checksum,
            Outcome::Other(other) => panic!("{other}"),
        }
    };
    use ChecksumMode::{Auto, Off, Strict};
    assert_eq!(with(None, Auto), Checksum::Good);
    assert_eq!(with(None, Strict), Checksum::Good);
    assert_eq!(with(Some([0, 0]), Auto), Checksum::Offloaded);
    assert_eq!(with(Some([0, 0]), Strict), Checksum::Bad);
    assert_eq!(with(Some([0x12, 0x34]), Auto), Checksum::Bad);
    assert_eq!(with(Some([0x12, 0x34]), Off), Checksum::Unverified);
}

#[test]
fn a_wrong_ipv4_header_checksum_makes_the_segment_bad_and_a_zero_one_does_not() {
    for (field, expected) in [([0x12, 0x34], Checksum::Bad), ([0, 0], Checksum::Good)] {
        let mut frame = eth(0x0800, &ip4(6, &tcp4(PAYLOAD)));
        frame[24..26].copy_from_slice(&field);
        match decoded(&packet(&frame)) {
            Outcome::Segment { checksum, .. } => assert_eq!(checksum, expected),
            Outcome::Other(other) => panic!("{other}"),
        }
    }
}

#[test]
fn case_36_fragments_of_ipv4_and_ipv6_in_any_order_are_one_segment() {
    let value = vec![b'v'; 100];
    let tcp = (tcp4(&value), tcp6(&value));
    let cuts = [(0, 16), (16, 40), (40, 132)];
    for order in [
        [0, 1, 2],
        [0, 2, 1],
        [1, 0, 2],
        [1, 2, 0],
        [2, 0, 1],
        [2, 1, 0],
    ] {
        for version in [4, 6] {
            let mut decoder = Decoder::new(DecodeConfig::default());
            for (position, cut) in order.into_iter().enumerate() {
                let (from, to) = cuts[cut];
                let frame = match version {
                    4 => eth(0x0800, &ip4_fragment(9, &tcp.0, from, to)),
                    _ => eth(0x86dd, &ip6_fragment(9, &tcp.1, from, to)),
                };
                let outcome: Outcome = decoder.decode(&packet(&frame)).into();
                let expected = match position {
                    2 => whole(&value),
                    _ => other(Decoded::FragmentHeld),
                };
                assert_eq!(outcome, expected, "{order:?}");
            }
            let counters = decoder.counters();
            assert_eq!((counters.segments, counters.fragments_held), (1, 2));
            assert!(counters.balances());
            assert_eq!(decoder.held_bytes(), 0);
        }
    }
}

#[test]
fn case_36_an_ipv4_fragment_with_a_wrong_header_checksum_joins_no_datagram() {
    let tcp = tcp4(PAYLOAD);
    let mut decoder = Decoder::new(DecodeConfig::default());
    let mut forged = eth(0x0800, &ip4_fragment(9, &tcp, 0, 16));
    forged[24] ^= 0xff;
    let outcome: Outcome = decoder.decode(&packet(&forged)).into();
    assert_eq!(
        outcome,
        other(Decoded::FragmentDropped(FragmentDrop::Checksum))
    );
    let _ = decoder.decode(&packet(&eth(0x0800, &ip4_fragment(9, &tcp, 0, 16))));
    let last = eth(0x0800, &ip4_fragment(9, &tcp, 16, tcp.len()));
    assert_eq!(
        Outcome::from(decoder.decode(&packet(&last))),
        whole(PAYLOAD)
    );
}

#[test]
fn case_36_fragments_of_a_tunnel_packet_that_carries_fragments() {
    // Inside: two fragments. Each in VXLAN, in two fragments of its own.
    let tcp = tcp4(PAYLOAD);
    let mut decoder = Decoder::new(DecodeConfig::default());
    let mut last = Outcome::Other(String::new());
    for (id, (from, to)) in [(0, 24), (24, tcp.len())].into_iter().enumerate() {
        let inner = eth(0x0800, &ip4_fragment(77, &tcp, from, to));
        let carrier = udp(4789, &[&[8, 0, 0, 0, 0, 0, 7, 0][..], &inner].concat());
        for (from, to) in [(0, 32), (32, carrier.len())] {
            let mut outer = ip4_fragment(u16::try_from(id).unwrap(), &carrier, from, to);
            outer[9] = 17;
            set_ipv4_checksum(&mut outer);
            last = decoder.decode(&packet(&eth(0x0800, &outer))).into();
        }
    }
    assert_eq!(last, whole(PAYLOAD));
    let counters = decoder.counters();
    assert_eq!(counters.datagrams_reassembled, 3);
    assert_eq!(
        (counters.packets, counters.fragments_held, counters.segments),
        (4, 3, 1)
    );
}

#[test]
fn case_37_an_atomic_fragment_is_a_datagram_of_its_own() {
    let tcp = tcp6(PAYLOAD);
    let frame = eth(0x86dd, &ip6_fragment(9, &tcp, 0, tcp.len()));
    assert_eq!(decoded(&packet(&frame)), whole(PAYLOAD));
}

#[test]
fn case_37_extension_headers_in_a_row_and_one_too_many() {
    let chain = |count: usize| {
        let options = [60, 0, 1, 4, 0, 0, 0, 0];
        let last = [6, 0, 1, 4, 0, 0, 0, 0];
        let headers = [options.repeat(count - 1), last.to_vec()].concat();
        eth(0x86dd, &ip6(60, &[headers, tcp6(PAYLOAD)].concat()))
    };
    assert_eq!(decoded(&packet(&chain(8))), whole(PAYLOAD));
    let nested = other(Decoded::Unsupported(Unsupported::Nesting));
    assert_eq!(decoded(&packet(&chain(200))), nested);
}

#[test]
fn case_37_authentication_header_hides_nothing() {
    let header = |next: u8| [&[next, 4, 0, 0][..], &[7; 20]].concat();
    let v6 = eth(0x86dd, &ip6(51, &[header(6), tcp6(PAYLOAD)].concat()));
    assert_eq!(decoded(&packet(&v6)), whole(PAYLOAD));
    let v4 = eth(0x0800, &ip4(51, &[header(6), tcp4(PAYLOAD)].concat()));
    assert_eq!(decoded(&packet(&v4)), whole(PAYLOAD));
}

#[test]
fn case_37_a_routing_header_that_is_not_at_its_end_names_the_destination() {
    let mut bytes = ip6(
        43,
        &[&[6, 2, 0, 1, 0, 0, 0, 0][..], &v6()[1], &tcp6(PAYLOAD)].concat(),
    );
    bytes[24..40].copy_from_slice(&[0xfe; 16]); // the next hop
    let frame = eth(0x86dd, &bytes);
    let packet = packet(&frame);
    let mut decoder = Decoder::new(DecodeConfig::default());
    let Decoded::Segment(segment) = decoder.decode(&packet) else {
        panic!("no segment");
    };
    assert_eq!(segment.destination.address, Address::v6(v6()[1]));
    assert_eq!(segment.checksum, Checksum::Good);
}

/// One frame for each way to carry the same TCP packet.
fn encapsulations() -> Vec<(&'static str, LinkType, Vec<u8>)> {
    let (v4, v6) = (ip4(6, &tcp4(PAYLOAD)), ip6(6, &tcp6(PAYLOAD)));
    let inner = eth(0x0800, &v4);
    let on_ip = |protocol: u8, bytes: &[u8]| eth(0x0800, &ip4(protocol, bytes));
    let on_udp = |port: u16, header: &[u8], inner: &[u8]| {
        eth(0x0800, &ip4(17, &udp(port, &[header, inner].concat())))
    };
    let gre = |header: &[u8], inner: &[u8]| on_ip(47, &[header, inner].concat());
    let ethernet = LinkType::ETHERNET;
    let ppp4 = [&[0, 0x21][..], &v4].concat();
    let ppp_len = u16::try_from(ppp4.len()).unwrap().to_be_bytes();
    let pppoe = [&[0x11, 0, 0, 1][..], &ppp_len, &ppp4].concat();
    let gtp_len = u16::try_from(v4.len() + 8).unwrap().to_be_bytes();
    let cooked = |kind: &[u8]| [&[0, 0, 0, 1, 0, 6][..], &[1; 8], kind].concat();
    vec![
        ("plain", ethernet, inner.clone()),
        ("ipv6", ethernet, eth(0x86dd, &v6)),
        ("802.1Q", ethernet, eth(0x8100, &vlan(5, 0x0800, &v4))),
        ("802.1Q, IPv6", ethernet, eth(0x8100, &vlan(5, 0x86dd, &v6))),
        ("priority tag", ethernet, eth(0x8100, &vlan(0, 0x0800, &v4))),
        (
            "QinQ",
            ethernet,
            eth(0x88a8, &vlan(5, 0x8100, &vlan(6, 0x0800, &v4))),
        ),
        (
            "three tags",
            ethernet,
            eth(
                0x88a8,
                &vlan(5, 0x88a8, &vlan(6, 0x8100, &vlan(7, 0x0800, &v4))),
            ),
        ),
        ("SNAP", ethernet, {
            let len = u16::try_from(v4.len() + 8).unwrap();
            eth(len, &[&[0xaa, 0xaa, 3, 0, 0, 0, 8, 0][..], &v4].concat())
        }),
        (
            "MPLS",
            ethernet,
            eth(0x8847, &[&[0, 1, 0, 64, 0, 2, 1, 64][..], &v4].concat()),
        ),
        (
            "MPLS, IPv6",
            ethernet,
            eth(0x8847, &[&[0, 2, 1, 64][..], &v6].concat()),
        ),
        (
            "MPLS pseudowire",
            ethernet,
            eth(0x8847, &[&[0, 2, 1, 64, 0, 0, 0, 0][..], &inner].concat()),
        ),
        ("PPPoE", ethernet, eth(0x8864, &pppoe)),
        ("IP in IP", ethernet, on_ip(4, &v4)),
        ("6in4", ethernet, on_ip(41, &v6)),
        ("4in6", ethernet, eth(0x86dd, &ip6(4, &v4))),
        ("6in6", ethernet, eth(0x86dd, &ip6(41, &v6))),
        ("GRE", ethernet, gre(&[0, 0, 8, 0], &v4)),
        ("GRE, IPv6", ethernet, gre(&[0, 0, 0x86, 0xdd], &v6)),
        (
            "GRE with checksum, key and sequence",
            ethernet,
            gre(&[[0xb0, 0, 8, 0], [0; 4], [1; 4], [2; 4]].concat(), &v4),
        ),
        (
            "NVGRE",
            ethernet,
            gre(&[0x20, 0, 0x65, 0x58, 0, 0, 9, 0], &inner),
        ),
        (
            "GRE in GRE",
            ethernet,
            gre(&[0, 0, 8, 0], &ip4(47, &[&[0, 0, 8, 0][..], &v4].concat())),
        ),
        ("PPTP", ethernet, {
            let len = u16::try_from(ppp4.len()).unwrap().to_be_bytes();
            let header = [&[0x30, 1, 0x88, 0x0b][..], &len, &[0, 1, 0, 0, 0, 9]].concat();
            gre(&header, &ppp4)
        }),
        ("ERSPAN I", ethernet, gre(&[0, 0, 0x88, 0xbe], &inner)),
        (
            "ERSPAN II",
            ethernet,
            gre(
                &[[0x10, 0, 0x88, 0xbe], [0; 4], [0x10, 5, 0, 1], [0; 4]].concat(),
                &inner,
            ),
        ),
        (
            "ERSPAN III",
            ethernet,
            gre(
                &[
                    [0x10, 0, 0x22, 0xeb],
                    [0; 4],
                    [0x20, 5, 0, 1],
                    [0; 4],
                    [0; 4],
                ]
                .concat(),
                &inner,
            ),
        ),
        (
            "ERSPAN III with a subheader, IP inside",
            ethernet,
            gre(
                &[
                    [0x10, 0, 0x22, 0xeb],
                    [0; 4],
                    [0x20, 5, 0, 1],
                    [0; 4],
                    [0, 0, 8, 1],
                    [0; 4],
                    [0; 4],
                ]
                .concat(),
                &v4,
            ),
        ),
        ("VXLAN", ethernet, vxlan(7, &inner)),
        (
            "VXLAN-GPE",
            ethernet,
            on_udp(4790, &[0x0c, 0, 0, 1, 0, 0, 7, 0], &v4),
        ),
        (
            "VXLAN-GPE with NSH",
            ethernet,
            on_udp(
                4790,
                &[0x0c, 0, 0, 4, 0, 0, 7, 0, 0, 2, 2, 3, 0, 0, 1, 255],
                &inner,
            ),
        ),
        (
            "GENEVE",
            ethernet,
            on_udp(6081, &[0, 0, 0x65, 0x58, 0, 0, 7, 0], &inner),
        ),
        (
            "GENEVE with options, IP inside",
            ethernet,
            on_udp(6081, &[2, 0, 8, 0, 0, 0, 7, 0, 1, 2, 3, 1, 9, 9, 9, 9], &v4),
        ),
        (
            "GTP-U",
            ethernet,
            on_udp(
                2152,
                &[
                    &[0x34, 255][..],
                    &gtp_len,
                    &[0; 4],
                    &[0, 0, 0, 0x85],
                    &[1, 0, 0, 0],
                ]
                .concat(),
                &v4,
            ),
        ),
        (
            "Teredo",
            ethernet,
            on_udp(3544, &[0, 0, 1, 2, 3, 4, 5, 6], &v6),
        ),
        (
            "cooked v1",
            LinkType::LINUX_SLL,
            [cooked(&[8, 0]), v4.clone()].concat(),
        ),
        (
            "cooked v2",
            LinkType::LINUX_SLL2,
            [
                &[0x86, 0xdd, 0, 0, 0, 0, 0, 1, 0, 1, 0, 6][..],
                &[1; 8],
                &v6,
            ]
            .concat(),
        ),
        (
            "cooked, VLAN",
            LinkType::LINUX_SLL,
            [cooked(&[0x81, 0]), vlan(5, 0x0800, &v4)].concat(),
        ),
        ("raw", LinkType::RAW, v4.clone()),
        ("raw, IPv6", LinkType::RAW_BSD, v6.clone()),
        ("IPv4", LinkType::IPV4, v4.clone()),
        ("IPv6", LinkType::IPV6, v6.clone()),
        (
            "NULL, little endian",
            LinkType::NULL,
            [&[2, 0, 0, 0][..], &v4].concat(),
        ),
        (
            "NULL, big endian",
            LinkType::NULL,
            [&[0, 0, 0, 30][..], &v6].concat(),
        ),
        ("LOOP", LinkType::LOOP, [&[0, 0, 0, 24][..], &v6].concat()),
        ("PPP", LinkType(9), ppp4),
    ]
}

#[test]
fn case_38_every_encapsulation_gives_the_same_segment() {
    for (name, link, data) in encapsulations() {
        let packet = Packet {
            link,
            ..packet(&data)
        };
        assert_eq!(decoded(&packet), whole(PAYLOAD), "{name}");
    }
}

#[test]
fn case_38_every_encapsulation_cut_anywhere_is_a_header_cut_or_a_known_gap() {
    for (name, link, data) in encapsulations() {
        for snap in 0..data.len() {
            let packet = Packet {
                link,
                data: &data[..snap],
                ..packet(&data)
            };
            match decoded(&packet) {
                Outcome::Segment {
                    payload,
                    wire_payload_len,
                    ..
                } => {
                    assert!(PAYLOAD.starts_with(&payload), "{name}");
                    assert_eq!(wire_payload_len as usize, PAYLOAD.len(), "{name}");
                }
                Outcome::Other(other) => {
                    // Ports and nibbles that are cut off: nothing says that this is a tunnel.
                    let allowed = ["HeaderCut", "NotTcp", "NotIp"];
                    assert!(
                        allowed.iter().any(|class| other.starts_with(class)),
                        "{name}: {other}"
                    );
                }
            }
        }
    }
}

#[test]
fn case_38_nesting_is_bounded() {
    let mut bytes = ip4(6, &tcp4(PAYLOAD));
    for _ in 0..MAX_HEADERS {
        bytes = ip4(4, &bytes);
    }
    let nested = other(Decoded::Unsupported(Unsupported::Nesting));
    assert_eq!(decoded(&packet(&eth(0x0800, &bytes))), nested);
    let labels = [0, 1, 0, 64].repeat(10_000);
    assert_eq!(decoded(&packet(&eth(0x8847, &labels))), nested);
}

#[test]
fn case_38_a_port_of_a_tunnel_with_something_else_on_it_is_not_tcp() {
    for port in [4789, 8472, 4790, 6081, 2152, 3544] {
        let frame = eth(0x0800, &ip4(17, &udp(port, &[0x31; 40])));
        assert_eq!(decoded(&packet(&frame)), other(Decoded::NotTcp), "{port}");
        let frame = eth(0x0800, &ip4(17, &udp(port, b"")));
        assert_eq!(
            decoded(&packet(&frame)),
            other(Decoded::NotTcp),
            "{port}, empty"
        );
    }
}

#[test]
fn case_39_vlans_and_vnis_set_equal_addresses_apart_only_where_asked_for() {
    let v4 = ip4(6, &tcp4(PAYLOAD));
    let tag = |frame: &[u8], tag_by| {
        let config = DecodeConfig {
            tag: tag_by,
            ..DecodeConfig::default()
        };
        match decoded_with(&packet(frame), config) {
            Outcome::Segment { tag, .. } => tag,
            Outcome::Other(other) => panic!("{other}"),
        }
    };
    let plain = eth(0x0800, &v4);
    let priority = eth(0x8100, &vlan(0xe000, 0x0800, &v4));
    let five = eth(0x8100, &vlan(5, 0x0800, &v4));
    let six = eth(0x8100, &vlan(0xe006, 0x0800, &v4));
    let five_in_six = eth(0x88a8, &vlan(6, 0x8100, &vlan(5, 0x0800, &v4)));
    let six_in_five = eth(0x88a8, &vlan(5, 0x8100, &vlan(6, 0x0800, &v4)));
    let (vni_5, vni_6) = (vxlan(5, &plain), vxlan(6, &five));
    for frame in [
        &plain,
        &priority,
        &five,
        &six,
        &five_in_six,
        &six_in_five,
        &vni_5,
        &vni_6,
    ] {
        assert_eq!(tag(frame, TagBy::Nothing), 0);
    }
    let by_vlan: Vec<u32> = [&plain, &five, &six, &five_in_six, &six_in_five]
        .map(|frame| tag(frame, TagBy::Vlan))
        .to_vec();
    for (at, one) in by_vlan.iter().enumerate() {
        assert!(!by_vlan[at + 1..].contains(one), "{by_vlan:?}");
    }
    assert_eq!(tag(&priority, TagBy::Vlan), 0);
    assert_eq!(tag(&vni_5, TagBy::Vlan), 0);
    assert_ne!(tag(&vni_5, TagBy::Vni), tag(&vni_6, TagBy::Vni));
    assert_ne!(tag(&vni_6, TagBy::Vni), tag(&vni_6, TagBy::VlanAndVni));
}

#[test]
fn what_is_not_ours_has_its_class() {
    let class = |link, data: &[u8]| {
        decoded(&Packet {
            link,
            ..packet(data)
        })
    };
    let not_ip = other(Decoded::NotIp);
    assert_eq!(class(LinkType::ETHERNET, &eth(0x0806, &[0; 46])), not_ip);
    assert_eq!(class(LinkType::ETHERNET, &eth(38, &[0x42; 46])), not_ip);
    assert_eq!(class(LinkType::NULL, &[7, 0, 0, 0, 1]), not_ip);
    assert_eq!(class(LinkType::RAW, &[0x50; 40]), not_ip);
    let not_tcp = other(Decoded::NotTcp);
    assert_eq!(class(LinkType::RAW, &ip4(1, &[8; 40])), not_tcp);
    assert_eq!(class(LinkType::RAW, &ip4(17, &udp(53, &[8; 40]))), not_tcp);
    assert_eq!(class(LinkType::RAW, &ip6(59, &[])), not_tcp);
    assert_eq!(class(LinkType::RAW, &ip6(50, &[1; 40])), not_tcp);
    let unknown = other(Decoded::Unsupported(Unsupported::LinkType));
    for ieee_802_11 in [105, 119, 127, 163, 147] {
        assert_eq!(class(LinkType(ieee_802_11), &[0; 60]), unknown);
    }
}

#[test]
fn an_empty_packet_is_counted() {
    assert_eq!(decoded(&packet(&[])), malformed(Layer::Link));
}

#[test]
fn counters_add_up_over_decoders_and_fill_the_accounting() {
    let mut sum = DecodeCounters::default();
    for (_, link, data) in encapsulations() {
        let mut decoder = Decoder::new(DecodeConfig::default());
        let packet = Packet {
            link,
            ..packet(&data)
        };
        let _ = decoder.decode(&packet);
        let short = Packet {
            data: &data[..20],
            ..packet
        };
        let _ = decoder.decode(&short);
        sum.add(decoder.counters());
    }
    assert!(sum.balances());
    assert_eq!(sum.packets, 2 * encapsulations().len() as u64);
    assert_eq!(sum.payload_bytes, sum.segments * PAYLOAD.len() as u64);
    let mut accounting = crate::event::Accounting::default();
    sum.add_to(&mut accounting);
    assert_eq!(accounting.packets_read, sum.packets);
    assert!(accounting.check().is_ok());
}
