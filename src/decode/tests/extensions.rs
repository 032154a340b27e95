//! Case 37: extension headers of IPv6, and the authentication header of both.

use super::*;

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
