//! `source`: records of capture files. Each result is asserted before it is timed.
//!
//! `cargo bench --bench source`

use std::io::Cursor;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use resp_sniff::packet::{LinkType, Origin, Packet, Timestamp};
use resp_sniff::source::{FileSource, PcapWriter};

/// Bytes of a capture: many buffers of the reader.
const CAPTURE_LEN: usize = 16 << 20;

/// A capture of packets of one length.
fn capture(packet_len: usize) -> (Vec<u8>, u64) {
    let data = vec![0x5a; packet_len];
    let packet = Packet {
        at: Timestamp(1_700_000_000_000_000_000),
        link: LinkType::ETHERNET,
        data: &data,
        wire_len: 0,
        origin: Origin::default(),
    };
    let mut out = Vec::new();
    let mut writer = PcapWriter::new(&mut out, LinkType::ETHERNET).expect("a Vec takes all");
    let packets = CAPTURE_LEN / (packet_len + 16);
    for _ in 0..packets {
        writer.write(&packet).expect("a Vec takes all");
    }
    writer.finish().expect("a Vec takes all");
    (out, packets as u64)
}

fn walk(capture: Vec<u8>) -> (u64, u64) {
    let mut source = FileSource::from_reader(Cursor::new(capture), 0).expect("a good header");
    let mut bytes = 0;
    while let Ok(Some(packet)) = source.next() {
        bytes += packet.data.len() as u64;
    }
    (source.packets(), bytes)
}

fn source(criterion: &mut Criterion) {
    for (name, packet_len) in [("walk_140", 140), ("walk_1514", 1514)] {
        let (capture, packets) = capture(packet_len);
        assert_eq!(
            walk(capture.clone()),
            (packets, packets * packet_len as u64)
        );
        let mut group = criterion.benchmark_group("source");
        group.throughput(Throughput::Bytes(capture.len() as u64));
        group.sample_size(20);
        group.bench_function(name, |bencher| {
            bencher.iter_batched(|| capture.clone(), walk, criterion::BatchSize::LargeInput);
        });
        group.finish();
    }
}

criterion_group!(benches, source);
criterion_main!(benches);
