//! What is asked once per command: its row in the table, its key's pattern, the roles of its words,
//! its statistics. Each result is asserted before it is timed.
//!
//! `cargo bench --bench commands`

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use resp_sniff::key_pattern;
use resp_sniff::packet::{Origin, Timestamp};
use resp_sniff::resp::commands::{self, Lookup, Role};
use resp_sniff::resp::{Arguments, Buffers, Span, Store};
use resp_sniff::segment::{Address, Endpoint};
use resp_sniff::stats::{Call, Stats, StatsConfig};

/// A mix as production sends it.
const NAMES: [&[u8]; 16] = [
    b"GET",
    b"SET",
    b"GET",
    b"HGETALL",
    b"get",
    b"EXPIRE",
    b"hset",
    b"MGET",
    b"INCR",
    b"ZADD",
    b"EVALSHA",
    b"GET",
    b"LPUSH",
    b"zrangebyscore",
    b"DEL",
    b"PUBLISH",
];

fn lookup(criterion: &mut Criterion) {
    let found = |name: &[u8]| matches!(commands::lookup(name), Lookup::Found(_));
    assert!(NAMES.iter().all(|name| found(name)));
    assert!(!found(b"NOSUCHCOMMAND"));
    let mut group = criterion.benchmark_group("commands");
    group.throughput(Throughput::Elements(NAMES.len() as u64));
    group.bench_function("lookup", |bencher| {
        bencher.iter(|| {
            for name in NAMES {
                black_box(commands::lookup(black_box(name)));
            }
        });
    });
    group.throughput(Throughput::Elements(1));
    group.bench_function("unknown", |bencher| {
        bencher.iter(|| commands::lookup(black_box(b"NOSUCHCOMMAND")));
    });
    let Lookup::Container(config) = commands::lookup(b"CONFIG") else {
        panic!("CONFIG is a container");
    };
    assert!(commands::lookup_subcommand(config, b"set").is_some());
    group.bench_function("subcommand", |bencher| {
        bencher.iter(|| commands::lookup_subcommand(config, black_box(b"set")));
    });
}

fn roles(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("commands/roles");
    for (line, expected) in [
        ("GET user:1234:cart", 0),
        ("SET user:1234:cart v EX 60", 1),
        ("HSET user:1234:cart a 1 b 2 c 3", 3),
    ] {
        let mut spans = Vec::new();
        let mut start = 0;
        for word in line.split(' ') {
            let len = u32::try_from(word.len()).expect("short");
            spans.push(Span {
                store: Store::Chunk,
                start,
                kept: len,
                len: u64::from(len),
                broken: false,
            });
            start += len + 1;
        }
        let arguments = Arguments {
            spans: &spans,
            buffers: Buffers {
                chunk: line.as_bytes(),
                held: &[],
            },
            count: spans.len() as u64,
        };
        let spec = commands::resolve(&arguments).expect("known");
        assert_eq!(spec.keys(&arguments).collect::<Vec<_>>(), [1]);
        let values = || {
            spec.words(black_box(&arguments))
                .filter(|word| word.role == Role::Value)
        };
        assert_eq!(values().count(), expected, "{line}");
        group.throughput(Throughput::Elements(spans.len() as u64));
        group.bench_function(spec.name, |bencher| bencher.iter(|| values().count()));
    }
}

fn patterns(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("key_pattern");
    for (name, key, expected) in [
        ("number", "user:1234567:profile", "user:{n}:profile"),
        ("words", "config:feature:flags", "config:feature:flags"),
        (
            "uuid",
            "session:f47ac10b-58cc-4372-a567-0e02b2c3d479",
            "session:{uuid}",
        ),
        ("random", "sess:V1StGXR8Z5jdHi6BmyT0", "sess:{id}"),
    ] {
        assert_eq!(key_pattern::pattern(key.as_bytes()), expected);
        let mut out = Vec::with_capacity(64);
        group.throughput(Throughput::Bytes(key.len() as u64));
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                out.clear();
                key_pattern::write(black_box(key.as_bytes()), &mut out);
            });
        });
    }
}

fn statistics(criterion: &mut Criterion) {
    const CALLS: u64 = 4096;
    let specs: Vec<_> = NAMES
        .iter()
        .map(|name| match commands::lookup(name) {
            Lookup::Found(spec) => spec,
            _ => panic!("known"),
        })
        .collect();
    let patterns: Vec<String> = (0..50).map(|at| format!("kind{at}:{{n}}:part")).collect();
    let client = |at: u64| Endpoint {
        address: Address(u128::from(at % 20) + 0xffff_0a00_0000),
        port: 40_000,
    };
    let mut seed = 1_u64;
    let calls: Vec<Call<'_>> = (0..CALLS)
        .map(|at| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let random = seed >> 33;
            Call {
                spec: specs
                    .get(usize::try_from(random % 16).expect("small"))
                    .copied(),
                // Connections come in bursts of eight.
                client: client(at / 8),
                server: client(7),
                user: Some(b"default"),
                key: None,
                key_pattern: patterns
                    .get(usize::try_from(random % 50).expect("small"))
                    .map(String::as_bytes),
                request_bytes: 40,
                reply_bytes: random % 1000,
                latency_ns: Some(20_000 + random % 300_000),
                error: None,
                at: Timestamp(1_700_000_000_000_000_000 + at * 10_000),
                origin: Origin {
                    capture: 0,
                    frame: at,
                },
                frames_known: true,
            }
        })
        .collect();
    let mut stats = Stats::new(StatsConfig::default());
    for call in &calls {
        stats.record(call);
    }
    let mut print = |_: &[u8]| resp_sniff::redact::Printable::word("x");
    let mut print_key = print;
    let events = stats.events(Timestamp(0), &mut print, &mut print_key);
    let total = |scope| {
        events
            .iter()
            .filter(|event| event.scope == scope)
            .map(|event| event.calls)
            .sum::<u64>()
    };
    assert_eq!(total(resp_sniff::event::Scope::Client), CALLS);
    assert_eq!(total(resp_sniff::event::Scope::KeyPattern), CALLS);
    let mut group = criterion.benchmark_group("stats");
    group.throughput(Throughput::Elements(CALLS));
    group.bench_function("record", |bencher| {
        bencher.iter(|| {
            for call in &calls {
                stats.record(black_box(call));
            }
        });
    });
}

criterion_group!(benches, lookup, roles, patterns, statistics);
criterion_main!(benches);
