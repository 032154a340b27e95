//! Case 36: fragments, in any order and inside tunnels.

use super::*;

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
