//! Cases 32 to 34: padding, lengths that lie, records that a snap length cut.

use super::*;

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
