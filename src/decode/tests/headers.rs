//! A segment's fields; case 35: lengths and options of TCP headers; case 25: checksums.

use super::*;

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
