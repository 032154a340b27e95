//! `decode`: frames to segments. Each result is asserted before it is timed.
//!
//! `cargo bench --bench decode`

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use etherparse::PacketBuilder;
use resp_sniff::decode::{ChecksumMode, DecodeConfig, Decoded, Decoder};
use resp_sniff::packet::{LinkType, Origin, Packet, Timestamp};

/// Frames a turn: as many as the second-level cache holds beside the rest.
const FRAMES: usize = 512;

/// Frames with `payload_len` bytes of a fixed pseudo-random stream.
fn frames(payload_len: usize, build: impl Fn(u16, &[u8]) -> Vec<u8>) -> Vec<Vec<u8>> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    (0..FRAMES)
        .map(|index| {
            let payload: Vec<u8> = (0..payload_len)
                .map(|_| {
                    state = state
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1);
                    state.to_be_bytes()[0]
                })
                .collect();
            build(u16::try_from(index).expect("512 fit") + 40_000, &payload)
        })
        .collect()
}

/// NOP NOP TS, as on every segment of a real connection.
const OPTIONS: [u8; 12] = [1, 1, 8, 10, 0, 1, 2, 3, 0, 4, 5, 6];

fn ipv4(port: u16, payload: &[u8]) -> Vec<u8> {
    let builder = PacketBuilder::ethernet2([2; 6], [4; 6])
        .ipv4([10, 9, 0, 1], [10, 9, 0, 2], 64)
        .tcp(port, 6379, 0x0102_0304, 512)
        .options_raw(&OPTIONS)
        .expect("12 bytes of options");
    written(|out| builder.write(out, payload).expect("a Vec takes everything"))
}

fn ipv6(port: u16, payload: &[u8]) -> Vec<u8> {
    let builder = PacketBuilder::ethernet2([2; 6], [4; 6])
        .ipv6([0xfd; 16], [0xfc; 16], 64)
        .tcp(port, 6379, 0x0102_0304, 512)
        .options_raw(&OPTIONS)
        .expect("12 bytes of options");
    written(|out| builder.write(out, payload).expect("a Vec takes everything"))
}

/// The same in VXLAN: what a cloud mirror sends.
fn vxlan(port: u16, payload: &[u8]) -> Vec<u8> {
    let inner = [&[8, 0, 0, 0, 0, 0, 7, 0][..], &ipv4(port, payload)].concat();
    let builder = PacketBuilder::ethernet2([6; 6], [8; 6])
        .ipv4([192, 168, 0, 1], [192, 168, 0, 2], 64)
        .udp(50_000, 4789);
    written(|out| builder.write(out, &inner).expect("a Vec takes everything"))
}

fn written(write: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut out = Vec::new();
    write(&mut out);
    out
}

fn decode_all(decoder: &mut Decoder, frames: &[Vec<u8>]) -> usize {
    let mut payload = 0;
    for frame in frames {
        let packet = Packet {
            at: Timestamp(1),
            link: LinkType::ETHERNET,
            data: frame,
            wire_len: u32::try_from(frame.len()).unwrap_or(0),
            origin: Origin::default(),
        };
        if let Decoded::Segment(segment) = &decoder.decode(&packet) {
            payload += black_box(segment).payload.len();
        }
    }
    payload
}

fn decode(criterion: &mut Criterion) {
    let cases = [
        ("ipv4_64", 64, frames(64, ipv4), ChecksumMode::Auto),
        ("ipv4_64_unchecked", 64, frames(64, ipv4), ChecksumMode::Off),
        ("ipv4_1448", 1448, frames(1448, ipv4), ChecksumMode::Auto),
        ("ipv6_64", 64, frames(64, ipv6), ChecksumMode::Auto),
        ("vxlan_64", 64, frames(64, vxlan), ChecksumMode::Auto),
    ];
    for (name, payload_len, frames, checksum) in cases {
        let mut group = criterion.benchmark_group("decode");
        group.throughput(Throughput::Elements(FRAMES as u64));
        let config = DecodeConfig {
            checksum,
            ..DecodeConfig::default()
        };
        let mut decoder = Decoder::new(config);
        assert_eq!(decode_all(&mut decoder, &frames), FRAMES * payload_len);
        assert_eq!(decoder.counters().checksum_bad, 0);
        group.bench_function(name, |bencher| {
            bencher.iter(|| decode_all(&mut decoder, &frames));
        });
        group.finish();
    }
}

criterion_group!(benches, decode);
criterion_main!(benches);
