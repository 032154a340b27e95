//! RDB: bytes of a full sync to values, decoding only. Each result is asserted before it is timed.
//!
//! `cargo bench --bench rdb`

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use resp_sniff::resp::rdb::{RdbDecoder, RdbEnd, RdbSink, RdbValue, RdbValuePart};

#[derive(Default)]
struct Count {
    values: u64,
    bytes: u64,
}

impl RdbSink for Count {
    fn value(&mut self, value: &RdbValue<'_>) {
        self.values += 1;
        self.bytes += value.value.kept.len() as u64;
    }

    fn value_part(&mut self, part: &RdbValuePart<'_>) {
        self.bytes += part.bytes.len() as u64;
    }
}

/// A file of `keys` keys with that type and body.
fn file(keys: u32, kind: u8, body: &[u8]) -> Vec<u8> {
    let mut file = b"REDIS0011".to_vec();
    for key in 0..keys {
        file.push(kind);
        let name = format!("user:{key:010}");
        file.push(u8::try_from(name.len()).expect("short"));
        file.extend_from_slice(name.as_bytes());
        file.extend_from_slice(body);
    }
    file.push(0xff);
    file.extend_from_slice(&[0; 8]);
    file
}

fn decode(criterion: &mut Criterion) {
    // A hash of four fields as a listpack: text, a small integer, a card as 64 bits, text.
    let listpack = b"\0\0\0\0\0\0\x84name\x05\x89Jane Dow!\x0a\x83age\x04\x2a\x01\x83ccn\x04\xf4\xc7\x71\xca\x42\x01\x9b\x0e\x00\x09\x84note\x05\x85hello\x06\xff";
    let hash = [
        &[u8::try_from(listpack.len()).expect("short")][..],
        listpack,
    ]
    .concat();
    let string = [&[0x40, 200][..], &[b'x'; 200]].concat();
    let long = [&[0x80, 0, 1, 0, 0][..], &vec![b'x'; 65_536]].concat();
    // 3000 bytes of one run, compressed: literals, then runs of 264.
    let mut runs = vec![0, b'a'];
    runs.extend([0xe0, 255, 0].repeat(11));
    let lzf = [
        &[0xc3, u8::try_from(runs.len()).expect("short"), 0x4b, 0x59][..],
        &runs,
    ]
    .concat();
    let mut group = criterion.benchmark_group("rdb");
    for (name, keys, kind, body, values, bytes) in [
        ("hash_listpack", 10_000, 16, &hash, 4, 9 + 2 + 16 + 5),
        ("string_200", 10_000, 0, &string, 1, 200),
        ("string_64k", 100, 0, &long, 1, 65_536),
        ("string_lzf", 10_000, 0, &lzf, 1, 2905),
    ] {
        let file = file(keys, kind, body);
        let run = || {
            let mut decoder = RdbDecoder::new();
            let mut count = Count::default();
            for chunk in file.chunks(1448) {
                decoder.push(black_box(chunk), &mut count);
            }
            (count, decoder.finish())
        };
        let (count, counters) = run();
        assert_eq!(
            (counters.end, counters.unscanned_bytes),
            (RdbEnd::Complete, 0),
            "{name}"
        );
        assert_eq!(count.values, u64::from(keys) * values, "{name}");
        assert_eq!(count.bytes, u64::from(keys) * bytes, "{name}");
        group.throughput(Throughput::Bytes(file.len() as u64));
        group.bench_function(name, |bencher| bencher.iter(&run));
    }
}

criterion_group!(benches, decode);
criterion_main!(benches);
