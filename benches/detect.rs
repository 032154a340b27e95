//! Detection by itself: what it costs to look at values and commands, and that it still finds.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use resp_sniff::detect::{Detector, Hits, Options, RulePack};
use resp_sniff::event::Protocol;
use resp_sniff::packet::{Origin, Timestamp};
use resp_sniff::resp::{Argument, Arguments, Buffers, Command, Session, Span, Store, commands};

fn detector() -> Detector {
    Detector::new(RulePack::builtin(), Arc::default(), Options::default())
}

/// redis-benchmark's payload: random characters from `0` to `o`.
fn noise(len: usize, seed: u64) -> Vec<u8> {
    let mut seed = seed;
    (0..len)
        .map(|_| {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            b'0' + u8::try_from(seed >> 33 & 63).unwrap_or(0)
        })
        .collect()
}

fn whole(bytes: &[u8]) -> Argument<'_> {
    Argument {
        kept: bytes,
        len: bytes.len() as u64,
        broken: false,
    }
}

struct Words {
    chunk: Vec<u8>,
    spans: Vec<Span>,
}

impl Words {
    fn new(words: &[&[u8]]) -> Self {
        let mut chunk = Vec::new();
        let mut spans = Vec::new();
        for word in words {
            spans.push(Span {
                store: Store::Chunk,
                start: u32::try_from(chunk.len()).expect("small"),
                kept: u32::try_from(word.len()).expect("small"),
                len: word.len() as u64,
                broken: false,
            });
            chunk.extend_from_slice(word);
        }
        Self { chunk, spans }
    }

    fn command(&self) -> Command<'_> {
        let arguments = Arguments {
            spans: &self.spans,
            buffers: Buffers {
                chunk: &self.chunk,
                held: &[],
            },
            count: self.spans.len() as u64,
        };
        Command {
            spec: commands::resolve(&arguments),
            arguments,
            protocol: Protocol::Resp2,
            index: 0,
            wire_len: 0,
            first_at: Timestamp::default(),
            last_at: Timestamp::default(),
            origin: Origin::default(),
            transaction: None,
            replicated: false,
        }
    }
}

fn values(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("detect");
    let mut hits = Hits::new();

    let bulk = noise(100_000, 1);
    let mut detector = detector();
    detector.stored(b"key:000000012345", None, whole(&bulk), &mut hits);
    assert_eq!(hits.iter().count(), 0);
    group.throughput(Throughput::Bytes(bulk.len() as u64));
    group.bench_function("bulk_noise_100k", |bencher| {
        bencher.iter(|| {
            detector.stored(
                b"key:000000012345",
                None,
                whole(black_box(&bulk)),
                &mut hits,
            );
        });
    });

    // Values that come once in a thousand are not remembered; the same one again is.
    let sets: Vec<Words> = (1..=1000)
        .map(|seed| Words::new(&[b"SET", b"key:000000012345", &noise(100, seed)]))
        .collect();
    let commands: Vec<Command<'_>> = sets.iter().map(Words::command).collect();
    for command in &commands {
        detector.request(&Session::default(), command, &mut hits);
        assert_eq!(hits.iter().count(), 0);
    }
    group.throughput(Throughput::Elements(1));
    for (name, count) in [
        ("set_100_bytes", commands.len()),
        ("set_100_bytes_again", 1),
    ] {
        let mut next = commands.iter().take(count).cycle();
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let command = next.next().expect("endless");
                detector.request(&Session::default(), black_box(command), &mut hits);
            });
        });
    }

    let story = Words::new(&[
        b"HSET",
        b"user:1:secret",
        b"gender",
        b"m",
        b"birthdate",
        b"19790101",
        b"ccn",
        b"5270426764505555",
        b"ccn_expire",
        b"1224",
    ]);
    let command = story.command();
    detector.request(&Session::default(), &command, &mut hits);
    assert_eq!(hits.iter().count(), 4);
    group.bench_function("story_hset", |bencher| {
        bencher.iter(|| detector.request(&Session::default(), black_box(&command), &mut hits));
    });
    group.finish();
}

/// The labelled mix: half of its values hold something.
fn labelled(criterion: &mut Criterion) {
    type Line = (String, String, Option<String>, String, Option<String>);
    let lines: Vec<Line> = include_str!("../tests/labelled/sample.ndjson")
        .lines()
        .map(|line| serde_json::from_str(line).expect("a labelled line"))
        .collect();
    let clean: Vec<&Line> = lines.iter().filter(|line| line.4.is_none()).collect();
    let all: Vec<&Line> = lines.iter().collect();
    let mut detector = detector();
    let mut hits = Hits::new();
    let mut group = criterion.benchmark_group("detect");
    for (name, lines, least) in [("labelled_all", &all, 900), ("labelled_clean", &clean, 0)] {
        let bytes: usize = lines.iter().map(|line| line.3.len()).sum();
        let mut run = || {
            let mut found = 0;
            for (_, key, field, value, _) in lines {
                let field = field.as_deref().map(str::as_bytes);
                detector.stored(key.as_bytes(), field, whole(value.as_bytes()), &mut hits);
                found += u32::from(hits.count(0.5) > 0);
            }
            found
        };
        assert!(run() >= least, "{name}");
        group.throughput(Throughput::Bytes(bytes as u64));
        group.bench_function(name, |bencher| bencher.iter(&mut run));
    }
    group.finish();
}

criterion_group!(benches, values, labelled);
criterion_main!(benches);
