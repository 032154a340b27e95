//! Any bytes as packets: no panic, both paths agree, every packet in one class, payload within the
//! packet, and memory for fragments within its bound.
//!
//! The first byte chooses the link type; each packet is a two-byte length and its bytes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use resp_sniff::decode::{DecodeConfig, Decoded, Decoder, FragmentLimits, TagBy};
use resp_sniff::packet::{LinkType, Origin, Packet, Timestamp};

const LINKS: [u32; 12] = [1, 0, 9, 12, 50, 51, 101, 108, 113, 228, 229, 276];

fuzz_target!(|data: &[u8]| {
    let Some((&choice, mut rest)) = data.split_first() else {
        return;
    };
    let config = DecodeConfig {
        tag: TagBy::VlanAndVni,
        fragments: FragmentLimits {
            total_bytes: 20_000,
            datagrams: 8,
            age_ns: 1_000,
        },
        ..DecodeConfig::default()
    };
    let (mut either, mut general) = (Decoder::new(config), Decoder::new(config));
    let (mut packets, mut payload) = (0, 0);
    while let Some((&[high, low], behind)) = rest.split_first_chunk() {
        let len = usize::from(u16::from_be_bytes([high & 0x0f, low])).min(behind.len());
        let (bytes, after) = behind.split_at(len);
        rest = after;
        packets += 1;
        let packet = Packet {
            at: Timestamp(packets * u64::from(high)),
            link: LinkType(LINKS[usize::from(choice) % LINKS.len()]),
            data: bytes,
            // The top bit: as if a snap length had cut the packet.
            wire_len: u32::try_from(len).unwrap() + u32::from(high >> 7) * 1000,
            origin: Origin {
                capture: 0,
                frame: packets,
            },
        };
        let one = format!("{:?}", either.decode(&packet));
        let other = general.decode_general(&packet);
        assert_eq!(one, format!("{other:?}"));
        if let Decoded::Segment(segment) = other {
            payload += segment.payload.len() as u64;
            assert!(segment.payload.len() <= segment.wire_payload_len as usize);
            assert!(segment.options.len() <= 40);
        }
        assert!(general.held_bytes() <= config.fragments.total_bytes);
        assert!(general.held_datagrams() <= config.fragments.datagrams);
    }
    general.finish();
    assert_eq!(general.held_bytes(), 0);
    let counters = general.counters();
    assert!(counters.balances());
    assert_eq!(
        (counters.packets, counters.payload_bytes),
        (packets, payload)
    );
});
