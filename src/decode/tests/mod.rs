//! Cases 32 to 39 of the reassembly design, each on frames made here.

#![allow(
    clippy::items_after_statements,
    clippy::similar_names,
    reason = "tests"
)]

mod counting;
mod encapsulation;
mod extensions;
mod fragments;
mod headers;
mod lengths;
mod samples;

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
